// What to do about one source-git merge request: a pure function from what was seen to the steps. Printed by dry runs.
// The decision is a cell of the table; here it becomes steps, each of which can be done again without harm.

import { type TandemError, userError } from "../../model/errors.ts";
import { close, finish, stayClosed } from "./finish.ts";
import { follow, followWithoutBranch, reopen } from "./follow.ts";
import { successorBranch } from "./pair-text.ts";
import { pairStateOf, sourceStateOf } from "./states.ts";
import type { Cell, Step } from "./steps.ts";
import { type Change, type Decision, TABLE } from "./table.ts";
import type { Story } from "./telling.ts";
import { collectWishes, type Wishes } from "./wishes.ts";
import type { Pair, World } from "./world.ts";

/** The decision. */
export type Plan =
  | { readonly kind: "nothing"; readonly reason: string }
  /** A person has to mend something before anything can be done. */
  | { readonly kind: "refuse"; readonly error: TandemError }
  /** Do the steps in order, then tell the story. No step: only the comment may have to follow. */
  | {
      readonly kind: "act";
      readonly decision: Decision;
      readonly changes: readonly Change[];
      readonly steps: readonly Step[];
      readonly story: Story;
    };

/** Decides. */
export function makePlan(world: World): Plan {
  const wishes = collectWishes(world);
  const row = TABLE[sourceStateOf(world, wishes)];
  const replaced = wishes.recreate && !world.predecessor && row.none === "create" ? world.pair : undefined;
  const decision = row[pairStateOf(replaced ? undefined : world.pair)];
  if (decision === "nothing")
    return { kind: "nothing", reason: `the merge request is ${world.source.state} and has no open pair` };
  if (!world.packaged) return { kind: "nothing", reason: "there is no .distro/source-git.yaml at its head" };
  if (!world.distHead && NEEDS_DIST_BRANCH.has(decision)) return { kind: "refuse", error: branchMissing(world) };
  const { steps, story, changes = [] } = cellOf(decision, world, wishes);
  return {
    kind: "act",
    decision,
    changes,
    steps: [...replacing(world, replaced), ...steps, ...closing(world, replaced, wishes)],
    story,
  };
}

const NEEDS_DIST_BRANCH: ReadonlySet<Decision> = new Set<Decision>(["create", "follow", "reopen", "reopen-if-other"]);

function cellOf(decision: Exclude<Decision, "nothing">, world: World, wishes: Wishes): Cell {
  const { pair } = world;
  if (decision === "create" || !pair)
    return decision === "ask-a-member"
      ? { steps: [], story: { tells: "waiting" } }
      : { steps: [{ do: "update-branch" }, { do: "open-merge-request" }], story: { tells: "in-step" } };
  switch (decision) {
    case "follow":
      return follow(world, pair, wishes);
    case "reopen":
      return reopen(world, pair, wishes);
    case "reopen-if-other":
      return isOther(world, pair) || wishes.sync
        ? reopen(world, pair, wishes)
        : { steps: [], story: { tells: "no-effect" } };
    case "follow-without-branch":
      return followWithoutBranch(world, pair, wishes);
    case "close":
      return close(world, pair);
    case "tell-closed":
    case "tell-unserved":
      return stayClosed(pair, TOLD[decision]);
    case "finish":
      return finish(world, pair, wishes);
    case "finish-if-other":
      return isOther(world, pair) ? finish(world, pair, wishes) : { steps: [], story: { tells: "no-effect" } };
    default:
      return { steps: [], story: { tells: TOLD[decision] } };
  }
}

const TOLD = {
  "ask-a-member": "waiting",
  "tell-closed": "closed",
  "tell-unserved": "unserved",
  "tell-closed-by-hand": "closed-by-hand",
  "tell-dist-merged": "dist-merged",
} as const;

/** Whether the source head or the target is another one than that which had no effect. */
function isOther({ source, distBranch }: World, { mark, mergeRequest }: Pair): boolean {
  return mark?.withoutEffect !== source.head || mergeRequest.targetBranch !== distBranch;
}

function replacing(world: World, replaced: Pair | undefined): readonly Step[] {
  return replaced ? [{ do: "retire-pair", successor: successorBranch(world.pairBranch, world) }] : [];
}

function closing({ pair, predecessor }: World, replaced: Pair | undefined, wishes: Wishes): readonly Step[] {
  const tell: readonly Step[] = replaced || predecessor ? [{ do: "tell-replaced" }] : [];
  const since = wishes.retestSince;
  const isOpen = !replaced && pair?.mergeRequest.state === "opened";
  const isDue = since !== undefined && isOpen && !pair.pipelines.some(({ pipeline }) => pipeline.createdAt >= since);
  return isDue ? [...tell, { do: "start-pipeline" }] : tell;
}

function branchMissing({ distProject, distBranch }: World): TandemError {
  return userError("dist-branch-missing", `The dist-git project ${distProject.path} has no branch ${distBranch}`, {
    fix: "Create the branch in dist-git, or target another branch with this merge request.",
  });
}
