// Tells people: the commit status `tandem` and the one comment on the source merge request.
import type { Forge, MergeRequest } from "../../forge/forge.ts";
import { type StatusMemory, setStatus, statusPlaces } from "../checks/set-status.ts";
import { ensureComment } from "../ensure-comment.ts";
import { renderComment } from "./comment.ts";
import { type Findings, nextMark } from "./next-mark.ts";
import { statusOf } from "./status.ts";
import type { CommentFacts } from "./telling.ts";

/** What reporting needs. */
export interface ReportDeps {
  /** The forge on which source-git is. */
  readonly forge: Forge;
  readonly memory: StatusMemory;
}

/**
 * Makes the comment tell the story, and the status with it. The status comes first: a comment that says so already is the
 * sign that it was set. Returns whether anything was written.
 */
export async function report({ forge, memory }: ReportDeps, findings: Findings): Promise<boolean> {
  const { subject } = findings;
  const { source } = subject;
  const body = renderComment(factsOf(findings));
  if (subject.comment?.body === body) return false;
  const status = statusOf(source, findings.telling);
  if (status && source.head) await setStatus({ forge, memory }, source.head, statusPlaces(source), status);
  await ensureComment(forge, source, subject.comment, body);
  return true;
}

function factsOf({ subject, applied, telling }: Findings): CommentFacts {
  const { source, prefix } = subject;
  const world = applied?.world;
  // A pipeline belongs to the commit that was at the branch's head before anything was pushed.
  const pushed = applied?.branch?.result === "pushed";
  const mark = nextMark({ subject, applied, telling });
  return {
    telling,
    mark,
    source,
    prefix,
    distProject: world?.distProject,
    mergeRequest: applied?.mergeRequest,
    pipelines: pushed ? [] : (world?.pair?.pipelines ?? []),
    notes: [...(mark.notes ?? []), ...notesOf(source, applied?.mergeRequest)],
  };
}

function notesOf({ state, sourceProjectId }: MergeRequest, pair: MergeRequest | undefined): readonly string[] {
  if (state !== "opened") return [];
  return [
    ...(sourceProjectId === undefined ? [FORK_GONE] : []),
    ...(pair?.state === "opened" && pair.hasConflicts ? [CONFLICTS] : []),
  ];
}

const FORK_GONE = "The fork that this merge request comes from is gone: nothing can be pushed to it any more.";
const CONFLICTS = "The dist-git merge request has conflicts with its target branch. A rebase of this branch helps.";
