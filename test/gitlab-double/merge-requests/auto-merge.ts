// Auto-merge: at once when the head's newest pipeline has succeeded, later when it still runs (lib/api/merge_requests.rb).
import type { App } from "../app.ts";
import { ApiError, notAllowed } from "../http/reply.ts";
import { isFinal } from "../pipelines/composite-status.ts";
import type { Pipeline } from "../state/ci-types.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { addSystemNote } from "./announce.ts";
import { merge, requireMergeable } from "./merge.ts";

/**
 * Merges, or sets the merge request to be merged.
 * @throws ApiError as `merge`; 405 also when there is no pipeline, or one that did not succeed.
 */
export async function mergeWhenChecksPass(app: App, actor: Actor, mr: MergeRequest, sha?: string): Promise<void> {
  await requireMergeable(app, actor, mr, sha);
  const pipeline = headPipeline(app, mr);
  if (pipeline?.status === "success") return merge(app, actor, mr, sha);
  if (pipeline === undefined || isFinal(pipeline.status)) throw notAllowed();
  mr.autoMerge = { userId: actor.user.id, sha: mr.sha };
  addSystemNote(app, actor, mr, `enabled an automatic merge when all merge checks for ${mr.sha} pass`);
}

/** After the end of a pipeline: merges what waited for it and can be merged. What cannot goes on waiting. */
export async function mergeWaiting(app: App, ended: Pipeline): Promise<void> {
  if (ended.status !== "success") return;
  for (const mr of [...app.world.mergeRequests.values()]) {
    const { autoMerge } = mr;
    if (autoMerge === null || autoMerge.sha !== ended.sha || headPipeline(app, mr)?.id !== ended.id) continue;
    await merge(app, { user: app.world.userOf(autoMerge.userId) }, mr, autoMerge.sha).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
    });
  }
}

function headPipeline(app: App, mr: MergeRequest): Pipeline | undefined {
  return app.world.pipelinesOfMergeRequest(mr).find((each) => each.sha === mr.sha);
}
