// Which row and column of the decision table a world is in, and what differs between the two sides. Pure.
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "./dist-git-text.ts";
import { pairMarkOf } from "./pair-text.ts";
import type { Change, PairState, SourceState } from "./table.ts";
import { approvedHead, type Wishes } from "./wishes.ts";
import type { Pair, World } from "./world.ts";

/** The row. */
export function sourceStateOf(world: World, { approved }: Pick<Wishes, "approved">): SourceState {
  const { source, served, trusted } = world;
  // What is merged into such a branch is not for dist-git either.
  if (!served && (source.state === "opened" || source.state === "merged")) return "unserved";
  if (source.state !== "opened") return source.state;
  const mayPass = trusted || (source.head !== undefined && [approvedHead(world), approved].includes(source.head));
  if (!mayPass) return "waiting";
  return source.draft ? "draft" : "open";
}

/** The column. */
export function pairStateOf(pair: Pair | undefined): PairState {
  if (!pair) return "none";
  const { mergeRequest, mark, head, headIsOurs } = pair;
  switch (mergeRequest.state) {
    case "opened":
      return head && !headIsOurs ? "foreign" : "open";
    case "closed":
      if (mark?.withoutEffect) return "withdrawn";
      return mark?.closedWithSource ? "closed" : "closed-by-hand";
    default:
      return mergeRequest.state;
  }
}

/** What differs. */
export function changesOf(world: World, pair: Pair, wishes: Pick<Wishes, "sync">): ReadonlySet<Change> {
  const { source, distBranch } = world;
  const { mergeRequest, mark } = pair;
  const title = mergeRequestTitle(source);
  const description = mergeRequestDescription(source, pairMarkOf(source, { text: textDigest(source) }));
  const isDraftOnly = mergeRequest.title === mergeRequestTitle({ ...source, draft: !source.draft });
  const differs: Readonly<Record<Change, boolean>> = {
    head: headDiffers(world, pair),
    text: mark?.text !== textDigest(source),
    title: mergeRequest.title !== title && !isDraftOnly,
    draft: mergeRequest.title !== title && isDraftOnly,
    description: mergeRequest.description.trim() !== description.trim(),
    target: mergeRequest.targetBranch !== distBranch,
    conflicts: mergeRequest.hasConflicts,
    sync: wishes.sync,
    "dist-moved": distMoved(world, pair),
  };
  return new Set((Object.keys(differs) as Change[]).filter((change) => differs[change]));
}

/** Whether the branch's commit was made from another source commit, or is not there. Not so merely because dist-git moved. */
export function headDiffers({ source }: Pick<World, "source">, { head }: Pick<Pair, "head">): boolean {
  return !head || readTrailer(head.message, SOURCE_TRAILER) !== source.head;
}

function distMoved({ distHead, mark }: World, { head }: Pair): boolean {
  return distHead !== undefined && head?.parents[0] !== distHead.sha && mark.distSeen !== distHead.sha;
}
