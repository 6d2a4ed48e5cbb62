// What sets GitLab to work on a merge request: a new pipeline, and a merge when the checks have passed.
import type { MergeRequests, Pipelines } from "@gitbeaker/rest";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { MergeRequest } from "../forge.ts";
import { refusalOf, unless } from "../http/answers.ts";
import { parse } from "./answers.ts";
import { mergeRequestSchema, pipelineSchema } from "./schemas.ts";

/** 400: no job would run. 405: GitLab makes no pipeline for it, often because the account may not. */
const NO_PIPELINE: readonly number[] = [400, 403, 404, 405];

/** See `DistForge.startPipeline`. */
export async function startPipeline(
  mergeRequests: MergeRequests,
  pipelines: Pipelines,
  { projectId, iid, sourceProjectId, sourceBranch }: MergeRequest,
): Promise<"started" | "refused"> {
  const own: unknown = await unless(NO_PIPELINE, mergeRequests.createPipeline(projectId, iid));
  if (own !== undefined) return started(own);
  if (sourceProjectId === undefined) return "refused";
  const ofBranch: unknown = await unless(NO_PIPELINE, pipelines.create(sourceProjectId, sourceBranch));
  return ofBranch === undefined ? "refused" : started(ofBranch);
}

/** A proxy that says 200 has started nothing, and nobody would ask again. */
function started(answer: unknown): "started" {
  parse(pipelineSchema, answer);
  return "started";
}

/** 401 is GitLab's word for an account that may not merge (docs.gitlab.com/api/merge_requests, "Merge"). */
const MAY_NOT_MERGE: readonly number[] = [401, 403, 405, 406, 422];
/** Values of `detailed_merge_status` while GitLab has not made up its mind. */
const UNDECIDED: readonly string[] = ["unchecked", "checking", "preparing", "approvals_syncing"];

/**
 * See `DistForge.mergeWhenChecksPass`.
 * @throws TandemError stale `forge-conflict` when the head moved, `merge-status-unknown` while GitLab still finds out
 */
export async function mergeWhenChecksPass(
  mergeRequests: MergeRequests,
  projectId: number,
  iid: number,
  head: Sha,
): Promise<"accepted" | "refused"> {
  try {
    // `auto_merge` is the word since 17.11, the other one is for servers before it.
    const wish = { sha: head, autoMerge: true, mergeWhenPipelineSucceeds: true };
    const answer: unknown = await mergeRequests.merge(projectId, iid, wish);
    parse(mergeRequestSchema, answer);
    return "accepted";
  } catch (thrown) {
    const status = refusalOf(thrown)?.status ?? 0;
    if (!MAY_NOT_MERGE.includes(status)) throw thrown;
    return status === 405 || status === 422 ? explain(mergeRequests, projectId, iid) : "refused";
  }
}

/** A merge request that is merged, or waits for its checks, is refused in the same words as one that cannot be merged. */
async function explain(mergeRequests: MergeRequests, projectId: number, iid: number): Promise<"accepted" | "refused"> {
  const answer: unknown = await mergeRequests.show(projectId, iid);
  const { state, merge_when_pipeline_succeeds, detailed_merge_status } = parse(mergeRequestSchema, answer);
  if (state === "merged" || merge_when_pipeline_succeeds) return "accepted";
  if (state !== "opened" || !UNDECIDED.includes(detailed_merge_status ?? "")) return "refused";
  throw new TandemError("stale", `GitLab has not yet found out whether merge request ${iid} can be merged`, {
    code: "merge-status-unknown",
    context: { projectId, iid, mergeStatus: detailed_merge_status ?? "" },
  });
}
