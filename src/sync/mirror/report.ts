// Tells people: the one comment on the source merge request.
import type { Forge, MergeRequest, Note, Project } from "../../forge/forge.ts";
import { ensureComment } from "../ensure-comment.ts";
import type { Applied } from "./apply.ts";
import { renderComment, type Telling } from "./comment.ts";
import type { Pair } from "./world.ts";

/** What is known when something has to be told. */
export interface Findings {
  readonly source: MergeRequest;
  readonly comment: Note | undefined;
  readonly distProject?: Project;
  readonly pairBranch?: string;
  readonly pair?: Pair | undefined;
}

/** Makes the comment tell the story. Returns whether anything was written. */
export async function report(
  forge: Forge,
  findings: Findings & { readonly telling: Telling; readonly applied?: Applied },
): Promise<boolean> {
  const { source, comment, pair, applied, telling, distProject, pairBranch } = findings;
  // A pipeline belongs to the commit that was at the branch's head before anything was pushed.
  const pushed = applied?.branch?.result === "pushed";
  const body = renderComment({
    telling,
    sourceHead: source.head,
    pairBranch,
    distProject,
    mergeRequest: applied?.mergeRequest ?? pair?.mergeRequest,
    pipeline: pushed ? undefined : pair?.pipeline,
  });
  return ensureComment(forge, source, comment, body);
}
