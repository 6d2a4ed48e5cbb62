// The source merge request ended: what the dist-git merge request does then. Pure.
import type { MergeRequestChange } from "../../forge/forge.ts";
import { overallState } from "../checks/select-pipelines.ts";
import { renderDistComment } from "./dist-comment.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "./dist-git-text.ts";
import { pairMarkOf } from "./pair-text.ts";
import { headDiffers } from "./states.ts";
import { type Cell, changing, type Step, withoutBranch } from "./steps.ts";
import type { Wishes } from "./wishes.ts";
import type { Pair, World } from "./world.ts";

/** Closes the dist-git merge request, remembering that it was Tandem. */
export function close({ source }: World, { mark }: Pair): Cell {
  const kept = mark?.text === undefined ? {} : { text: mark.text };
  const description = mergeRequestDescription(source, pairMarkOf(source, { closedWithSource: true, ...kept }));
  return {
    // One request says both, so that a crash cannot leave it closed without the reason.
    steps: [{ do: "change-merge-request", change: { state: "closed", description } }, TELL_CLOSED],
    story: { tells: source.state === "closed" ? "closed" : "unserved" },
  };
}

const TELL_CLOSED: Step = { do: "tell-dist", telling: { tells: "source-closed" } };

/** Whoever closed it may not have come to say so. Nothing is written where it is said already. */
export function stayClosed({ mark }: Pair, tells: "closed" | "unserved"): Cell {
  return { steps: mark?.withoutEffect ? [] : [TELL_CLOSED], story: { tells } };
}

/**
 * Brings the merged head to dist-git, opens the merge request again if Tandem had closed it before, and does what the route
 * says. Somebody else's commit on the branch stays.
 */
export function finish(world: World, pair: Pair, wishes: Pick<Wishes, "sync">): Cell {
  const { source } = world;
  const does = doesOnMerge(world, pair, wishes);
  const isDraft = does !== "comment" && pair.mergeRequest.draft;
  const branch: readonly Step[] = headDiffers(world, pair) ? [{ do: "update-branch" }] : [];
  const isClosed = pair.mergeRequest.state === "closed";
  const reopenFirst = isClosed && branch.length > 0 && pair.head !== undefined;
  const mark = pairMarkOf(source, { text: textDigest(source) });
  const change: MergeRequestChange = {
    ...(isDraft ? { title: mergeRequestTitle({ ...source, draft: false }) } : {}),
    ...(isClosed ? { description: mergeRequestDescription(source, mark) } : {}),
    ...(isClosed && !reopenFirst ? { state: "opened" } : {}),
  };
  const steps: readonly Step[] = [
    ...changing(reopenFirst ? { state: "opened" } : {}),
    ...branch,
    ...changing(change),
    ...(does === "merge" && !pair.mergeRequest.autoMerge ? [{ do: "merge-when-checks-pass" } as const] : []),
    { do: "tell-dist", telling: { tells: "source-merged", does } },
  ];
  const cell: Cell = { steps, story: { tells: "source-merged", does } };
  return pair.head && !pair.headIsOurs ? withoutBranch(cell) : cell;
}

/**
 * What the route says. A merge that GitLab refused before is asked for again when somebody wants it, and when the checks have
 * passed: GitLab refuses as well where a check failed, and before there is a pipeline.
 */
function doesOnMerge({ source, route }: World, { comment, pipelines }: Pair, { sync }: Pick<Wishes, "sync">) {
  const refused = { tells: "source-merged", does: "merge-refused" } as const;
  const wasRefused = route.onSourceMerge === "merge" && comment?.body === renderDistComment(refused, source);
  const passed = overallState(pipelines.map(({ pipeline }) => pipeline))?.state === "success";
  return wasRefused && !sync && !passed ? refused.does : route.onSourceMerge;
}
