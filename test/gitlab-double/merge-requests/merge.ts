// Merges a merge request: by the API, by `/merge`, or because somebody pushed its commits to the target branch.
import type { App } from "../app.ts";
import { commitTree, mergeTree } from "../git/commit-files.ts";
import { ApiError, notAllowed, refused, unauthorized } from "../http/reply.ts";
import { applyRefChange } from "../projects/apply-ref-change.ts";
import { mayWriteBranch } from "../state/access.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { addSystemNote, announce } from "./announce.ts";
import { mergeStatus } from "./merge-status.ts";
import { isDraft } from "./title.ts";
import { stateChange } from "./update-merge-request.ts";

/**
 * Merges as the project's merge method says.
 * @param sha when given, the head must still be this commit.
 * @throws ApiError 401 without permission, 405 when it is not mergeable, 409 when the head moved, 422 on conflict.
 */
export async function merge(app: App, actor: Actor, mr: MergeRequest, sha?: string): Promise<void> {
  const start = await requireMergeable(app, actor, mr, sha);
  const project = app.world.projectOf(mr.projectId);
  const head = project.mergeMethod === "ff" ? mr.sha : await mergeCommit(app, actor, mr, start);
  const repository = app.repository(mr.projectId);
  const ref = `refs/heads/${mr.targetBranch}`;
  await repository.setRef(ref, head);
  mr.mergeCommitSha = project.mergeMethod === "ff" ? null : head;
  await finish(app, actor, mr);
  await applyRefChange(app, actor, project, { ref, before: start, after: head });
}

/** Head of the target branch, when this actor may merge the merge request as it stands. Throws as `merge`. */
export async function requireMergeable(app: App, actor: Actor, mr: MergeRequest, sha?: string): Promise<string> {
  const project = app.world.projectOf(mr.projectId);
  const allowed = mayWriteBranch(app.world, actor.user, project, { branch: mr.targetBranch, by: "merge" });
  if (!allowed) throw unauthorized();
  const unready = mr.state !== "opened" || isDraft(mr.title) || mr.slowReadsLeft > 0;
  if (unready) throw notAllowed();
  if (sha !== undefined && sha !== mr.sha) {
    throw new ApiError(409, { message: `SHA does not match HEAD of source branch: ${mr.sha}` });
  }
  const { start, conflicts, detailed } = await mergeStatus(app, mr);
  if (start === undefined || conflicts || detailed === "need_rebase") throw refused(422, ["Branch cannot be merged"]);
  return start;
}

async function mergeCommit(app: App, actor: Actor, mr: MergeRequest, target: string): Promise<string> {
  const repository = app.repository(mr.projectId);
  const tree = await mergeTree(repository, target, mr.sha);
  if (tree === undefined) throw refused(422, ["Branch cannot be merged"]);
  const path = app.world.pathOf(app.world.projectOf(mr.projectId));
  const message = `Merge branch '${mr.sourceBranch}' into '${mr.targetBranch}'\n\n${mr.title}\n\nSee merge request ${path}!${mr.iid}\n`;
  const { name, email } = actor.user;
  return commitTree(repository, { tree, parents: [target, mr.sha], message, author: { name, email } });
}

async function finish(app: App, actor: Actor, mr: MergeRequest): Promise<void> {
  mr.state = "merged";
  mr.autoMerge = null;
  mr.mergedAt = app.world.now();
  mr.updatedAt = mr.mergedAt;
  mr.mergedById = actor.user.id;
  addSystemNote(app, actor, mr, "merged");
  await announce(app, actor, mr, { action: "merge", changes: stateChange("opened", "merged") });
}

/** After a push to a target branch: open merge requests whose head arrived with it count as merged. */
export async function mergeArrived(
  app: App,
  actor: Actor,
  pushed: { readonly projectId: number; readonly branch: string; readonly before: string; readonly after: string },
): Promise<void> {
  const repository = app.repository(pushed.projectId);
  const open = [...app.world.mergeRequests.values()].filter(
    (mr) => mr.state === "opened" && mr.projectId === pushed.projectId && mr.targetBranch === pushed.branch,
  );
  for (const mr of open) {
    const arrived = await repository.isAncestor(mr.sha, pushed.after);
    if (arrived && !(await repository.isAncestor(mr.sha, pushed.before))) await finish(app, actor, mr);
  }
}
