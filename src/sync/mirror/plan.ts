// What to do about one source-git merge request: a pure function from what was seen to the steps. Printed by dry runs.
// The decision is a cell of the table; here it becomes steps, each of which can be done again without harm.

import type { MergeRequestChange } from "../../forge/forge.ts";
import { type TandemError, userError } from "../../model/errors.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "./dist-git-text.ts";
import { pairMarkOf, successorBranch } from "./pair-text.ts";
import { changesOf, headDiffers, pairStateOf, sourceStateOf } from "./states.ts";
import { CHANGES, type Change, type Decision, TABLE } from "./table.ts";
import type { DistTelling, Story } from "./telling.ts";
import { collectWishes, type Wishes } from "./wishes.ts";
import type { Pair, World } from "./world.ts";

/** One thing to do. */
export type Step =
  /** Close the present dist-git merge request for good; the pair goes on from the successor branch. */
  | { readonly do: "retire-pair"; readonly successor: string }
  /**
   * Make the dist-git commit and push it to the pair's branch. When dist-git is ahead of source-git, or the commit has no
   * effect, that ends the plan but for a new pipeline; in the latter case an open dist-git merge request is closed.
   */
  | { readonly do: "update-branch" }
  /** See whether the dist-git branch, which moved, holds something that source-git lacks. */
  | { readonly do: "compare-dist" }
  | { readonly do: "open-merge-request" }
  | { readonly do: "change-merge-request"; readonly change: MergeRequestChange }
  | { readonly do: "tell-dist"; readonly telling: DistTelling }
  /** Say on the merge request that was replaced which one goes on. */
  | { readonly do: "tell-replaced" }
  | { readonly do: "start-pipeline" }
  | { readonly do: "merge-when-checks-pass" };

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

interface Cell {
  readonly steps: readonly Step[];
  readonly story: Story;
  readonly changes?: readonly Change[];
}

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
    case "finish":
      return finish(world, pair);
    case "finish-without-branch":
      return withoutBranch(finish(world, pair));
    default:
      return { steps: [], story: { tells: TOLD[decision] } };
  }
}

const TOLD = {
  "ask-a-member": "waiting",
  "tell-closed": "closed",
  "tell-unserved": "unserved",
  "tell-closed-by-hand": "closed-by-hand",
  "tell-no-effect": "no-effect",
  "tell-dist-merged": "dist-merged",
} as const;

function follow(world: World, pair: Pair, wishes: Wishes): Cell {
  const changes = [...changesOf(world, pair, wishes)];
  const asked = changes.map((change) => CHANGES[change]);
  const branch: readonly Step[] = asked.some(({ commit }) => commit)
    ? [{ do: "update-branch" }]
    : asked.some(({ compare }) => compare)
      ? [{ do: "compare-dist" }]
      : [];
  const fields = new Set(asked.flatMap(({ field }) => field ?? []));
  const wanted = wantedFields(world);
  const change: MergeRequestChange = Object.fromEntries([...fields].map((field) => [field, wanted[field]]));
  const isClosed = pair.mergeRequest.state === "closed";
  // GitLab starts merge request pipelines on a push to an open one, so reopening comes before the push - if it can:
  // without its branch a merge request cannot be reopened. What the description remembers comes after the push, so that
  // a crash between the two leaves something that asks for both again; a new target, too. Without a push one request says all.
  const reopenFirst = isClosed && branch.length > 0 && pair.head !== undefined && !changes.includes("target");
  const steps: readonly Step[] = [
    ...changing(reopenFirst ? { state: "opened" } : {}),
    ...branch,
    ...changing({ ...change, ...(isClosed && !reopenFirst ? { state: "opened" } : {}) }),
    ...(pair.comment ? [{ do: "tell-dist", telling: { tells: "following" } } as const] : []),
  ];
  return { steps, story: { tells: "in-step" }, changes };
}

/** Somebody else's commit may have come to the branch before it was closed, or since. */
function reopen(world: World, pair: Pair, wishes: Wishes): Cell {
  const isForeign = pair.head !== undefined && !pair.headIsOurs;
  return isForeign ? followWithoutBranch(world, pair, wishes) : follow(world, pair, wishes);
}

function followWithoutBranch(world: World, pair: Pair, wishes: Wishes): Cell {
  return { ...withoutBranch(follow(world, pair, wishes)), story: { tells: "foreign-branch" } };
}

function wantedFields({ source, distBranch }: World): Required<Omit<MergeRequestChange, "state">> {
  const mark = pairMarkOf(source, { text: textDigest(source) });
  return {
    title: mergeRequestTitle(source),
    description: mergeRequestDescription(source, mark),
    targetBranch: distBranch,
  };
}

function close({ source }: World, { mark }: Pair): Cell {
  const kept = mark?.text === undefined ? {} : { text: mark.text };
  const description = mergeRequestDescription(source, pairMarkOf(source, { closedWithSource: true, ...kept }));
  return {
    // One request says both, so that a crash cannot leave it closed without the reason.
    steps: [
      { do: "change-merge-request", change: { state: "closed", description } },
      { do: "tell-dist", telling: { tells: "source-closed" } },
    ],
    story: { tells: source.state === "closed" ? "closed" : "unserved" },
  };
}

function finish(world: World, pair: Pair): Cell {
  const { source, route } = world;
  const does = route.onSourceMerge;
  const title =
    does !== "comment" && pair.mergeRequest.draft ? mergeRequestTitle({ ...source, draft: false }) : undefined;
  return {
    steps: [
      ...(headDiffers(world, pair) ? [{ do: "update-branch" } as const] : []),
      ...changing(title === undefined ? {} : { title }),
      ...(does === "merge" && !pair.mergeRequest.autoMerge ? [{ do: "merge-when-checks-pass" } as const] : []),
      { do: "tell-dist", telling: { tells: "source-merged", does } },
    ],
    story: { tells: "source-merged", does },
  };
}

function withoutBranch({ steps, ...cell }: Cell): Cell {
  const touches: ReadonlySet<Step["do"]> = new Set<Step["do"]>([
    "update-branch",
    "compare-dist",
    "merge-when-checks-pass",
  ]);
  return { ...cell, steps: steps.filter((step) => !touches.has(step.do)) };
}

/** Whether the source head or the target is another one than that which had no effect. */
function isOther({ source, distBranch }: World, { mark, mergeRequest }: Pair): boolean {
  return mark?.withoutEffect !== source.head || mergeRequest.targetBranch !== distBranch;
}

function changing(change: MergeRequestChange): readonly Step[] {
  return Object.keys(change).length > 0 ? [{ do: "change-merge-request", change }] : [];
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
