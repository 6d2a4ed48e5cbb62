// Tells people: the commit status `tandem` and the one comment on the source merge request.
import type { Forge, MergeRequest } from "../../forge/forge.ts";
import { toTandemError } from "../../model/errors.ts";
import type { Logger } from "../../model/logger.ts";
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
  readonly logger: Logger;
}

/**
 * Makes the comment tell the story, and the status with it. The status comes first: a comment that says so already is the
 * sign that it was set. Returns whether anything was written.
 */
export async function report(deps: ReportDeps, findings: Findings): Promise<boolean> {
  const { subject } = findings;
  const { source } = subject;
  const body = renderComment(factsOf(findings));
  if (subject.comment?.body === body) return false;
  await setOwnStatus(deps, findings);
  await ensureComment(deps.forge, source, subject.comment, body);
  return true;
}

/** What the forge calls a wrong request is for operators; people get their comment all the same. */
async function setOwnStatus(deps: ReportDeps, { subject: { source }, telling }: Findings): Promise<void> {
  const status = statusOf(source, telling);
  if (!status || !source.head) return;
  try {
    await setStatus(deps, source.head, statusPlaces(source), status);
  } catch (thrown) {
    const error = toTandemError(thrown);
    if (error.kind !== "bug") throw error;
    deps.logger.error({ error }, "the commit status could not be set");
  }
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
