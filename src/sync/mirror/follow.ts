// An open pair follows: the branch, the fields, the state of the dist-git merge request. Pure.
import type { MergeRequestChange } from "../../forge/forge.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "./dist-git-text.ts";
import { pairMarkOf } from "./pair-text.ts";
import { changesOf } from "./states.ts";
import { type Cell, changing, type Step, withoutBranch } from "./steps.ts";
import { CHANGES } from "./table.ts";
import type { Wishes } from "./wishes.ts";
import type { Pair, World } from "./world.ts";

/** Does what the changes ask for; a closed merge request is opened again. */
export function follow(world: World, pair: Pair, wishes: Wishes): Cell {
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

/** Opens it again. Somebody else's commit may have come to the branch before it was closed, or since. */
export function reopen(world: World, pair: Pair, wishes: Wishes): Cell {
  const isForeign = pair.head !== undefined && !pair.headIsOurs;
  return isForeign ? followWithoutBranch(world, pair, wishes) : follow(world, pair, wishes);
}

/** The same without the branch. */
export function followWithoutBranch(world: World, pair: Pair, wishes: Wishes): Cell {
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
