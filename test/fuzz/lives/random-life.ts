// Random lives of a package: what people do on both sides, and what becomes of the deliveries that tell of it. Plain
// data, so that a failing life can be read.
import fc from "fast-check";

/** Which of the source merge requests. */
export type Which = 0 | 1;
export type Branch = "c9s" | "c10s";
export type Person = "author" | "stranger" | "member";

/** What a pushed commit is: a change of code, one that dist-git never sees, or one whose trailer cannot be read. */
export type Content = "code" | "packaging" | "bad-trailer";

/** What somebody does. What is not possible when its turn comes is left out. */
export type Action =
  /** The author pushes: on top, or in place of all before, from the target branch as it is or as it was at first. */
  | { readonly do: "push"; readonly mr: Which; readonly content: Content; readonly onto: "head" | "target" | "start" }
  | { readonly do: "retitle" | "describe"; readonly mr: Which }
  | { readonly do: "draft"; readonly mr: Which; readonly on: boolean }
  | { readonly do: "label" | "close" | "reopen"; readonly mr: Which }
  /** By the maintainer. */
  | { readonly do: "merge"; readonly mr: Which }
  | { readonly do: "retarget"; readonly mr: Which; readonly to: Branch | "side" }
  | {
      readonly do: "command";
      readonly mr: Which;
      readonly on: "source" | "dist";
      readonly name: CommandName;
      readonly by: Person;
    }
  /** The maintainer, on the dist-git merge request. */
  | { readonly do: "dist-close" | "dist-reopen" | "dist-push" | "dist-merge"; readonly mr: Which }
  | { readonly do: "dist-commit" | "backsync-merge" | "backsync-close"; readonly branch: Branch };

export type CommandName = "sync" | "retest" | "recreate" | "status" | "ok" | "dance";

/** What becomes of the deliveries that wait, and which jobs run before the next action. */
export interface Fate {
  readonly deliveries: "all" | "none" | "reversed" | "twice" | "lost";
  /** Number of jobs, and which of those that wait. */
  readonly jobs: number;
  readonly pick: number;
  /** Two jobs at once. */
  readonly together: boolean;
  /** The action falls into a running job. */
  readonly race: boolean;
}

export interface Step {
  readonly action: Action;
  readonly fate: Fate;
}

/** A whole life. */
export interface Life {
  readonly trust: "anyone" | "members";
  readonly onSourceMerge: "comment" | "ready" | "merge";
  /** Whether there is a second merge request. */
  readonly second: boolean;
  readonly steps: readonly Step[];
  /** What becomes of the deliveries that are left, before the first sweep; and of all that come during sweeps. */
  readonly rest: "all" | "reversed" | "lost";
}

const mr = fc.constantFrom<Which>(0, 0, 0, 1);
const branch = fc.constantFrom<Branch>("c9s", "c9s", "c10s");
const only = <T extends string>(...names: readonly [T, ...T[]]) => fc.constantFrom<T>(...names);

const push = fc.record({
  do: only("push"),
  mr,
  content: only<Content>("code", "code", "code", "packaging", "bad-trailer"),
  onto: only("head", "head", "target", "start"),
});
const edit = fc.oneof(
  fc.record({ do: only("retitle", "describe"), mr }),
  fc.record({ do: only("draft"), mr, on: fc.boolean() }),
  fc.record({ do: only("retarget"), mr, to: only<Branch | "side">("c9s", "c10s", "side") }),
);
const state = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: only("close", "reopen", "reopen", "label"), mr }) },
  { weight: 1, arbitrary: fc.record({ do: only("merge"), mr }) },
);

/** What only the source side sees, and whose trace does not depend on when the bot looked. */
const sourceAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: push },
  { weight: 4, arbitrary: edit },
  { weight: 2, arbitrary: fc.record({ do: only("close", "reopen", "reopen", "label"), mr }) },
);

const command = fc.record({
  do: only("command"),
  mr,
  on: only("source", "source", "source", "dist"),
  name: only<CommandName>("sync", "retest", "recreate", "recreate", "status", "ok", "ok", "dance"),
  by: only<Person>("author", "stranger", "member"),
});
const byHand = fc.record({ do: only("dist-close", "dist-reopen", "dist-push", "dist-merge"), mr });
const wayBack = fc.record({
  do: only("dist-commit", "dist-commit", "backsync-merge", "backsync-merge", "backsync-close"),
  branch,
});

/** Anything, with more of what belongs together: rare things have to meet. */
const anySteps = (maxSteps: number): fc.Arbitrary<readonly Step[]> => {
  const mixed = (weights: readonly [number, number, number, number, number, number]) => {
    const kinds: readonly fc.Arbitrary<Action>[] = [push, edit, state, command, byHand, wayBack];
    return stepsOf(
      fc.oneof(...kinds.map((arbitrary, index) => ({ arbitrary, weight: weights[index] ?? 0 }))),
      maxSteps,
    );
  };
  return fc.oneof(mixed([7, 5, 5, 4, 5, 3]), mixed([4, 2, 6, 6, 9, 1]), mixed([5, 1, 4, 1, 3, 12]));
};

const fate: fc.Arbitrary<Fate> = fc.record({
  deliveries: only("all", "all", "all", "none", "reversed", "twice", "lost"),
  jobs: fc.nat(5),
  pick: fc.nat(7),
  together: fc.boolean(),
  race: fc.nat(3).map((number) => number === 3),
});

const stepsOf = (action: fc.Arbitrary<Action>, maxLength: number) =>
  fc.array(fc.record({ action, fate }), { minLength: 1, maxLength, size: "max" });

/** Any life of at most so many steps. */
export const randomLife = (maxSteps: number): fc.Arbitrary<Life> =>
  fc.record({
    trust: only<Life["trust"]>("anyone", "anyone", "anyone", "members"),
    onSourceMerge: only<Life["onSourceMerge"]>("comment", "ready", "merge"),
    second: fc.boolean(),
    steps: anySteps(maxSteps),
    rest: only<Life["rest"]>("all", "reversed", "lost"),
  });

/** A life that ends the same however the deliveries came. */
export const lawfulLife = (maxSteps: number): fc.Arbitrary<Life> =>
  fc.record({
    trust: fc.constant("anyone" as const),
    onSourceMerge: fc.constant("comment" as const),
    second: fc.boolean(),
    steps: stepsOf(sourceAction, maxSteps),
    rest: only<Life["rest"]>("all", "reversed", "lost"),
  });

/** The same life with every delivery worked on at once, in order. */
export function calm(life: Life): Life {
  const steps = life.steps.map(({ action }) => ({ action, fate: CALM }));
  return { ...life, steps, rest: "all" };
}

const CALM: Fate = { deliveries: "all", jobs: Number.POSITIVE_INFINITY, pick: 0, together: false, race: false };
