// Approvals, as far as the free edition knows them.
import type { App } from "../app.ts";
import { ApiError, unauthorized } from "../http/reply.ts";
import { DEVELOPER, projectLevel } from "../state/access.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { addSystemNote, announce } from "./announce.ts";

/**
 * Approves.
 * @throws ApiError 401 when the user may not or did already, 409 when `sha` is not the head.
 */
export async function approve(app: App, actor: Actor, mr: MergeRequest, sha?: string): Promise<void> {
  const { user } = actor;
  const level = projectLevel(app.world, user, app.world.projectOf(mr.projectId));
  if (level < DEVELOPER || mr.approvedBy.some((each) => each.userId === user.id)) throw unauthorized();
  if (sha !== undefined && sha !== mr.sha) {
    throw new ApiError(409, { message: `SHA does not match HEAD of source branch: ${mr.sha}` });
  }
  mr.approvedBy.push({ userId: user.id, at: app.world.now() });
  addSystemNote(app, actor, mr, "approved this merge request");
  await announce(app, actor, mr, { action: "approved" });
}

/** Takes the user's approval back. @throws ApiError 404 when there is none. */
export async function unapprove(app: App, actor: Actor, mr: MergeRequest): Promise<void> {
  const index = mr.approvedBy.findIndex((each) => each.userId === actor.user.id);
  if (index === -1) throw new ApiError(404, { message: "404 Not Found" });
  mr.approvedBy.splice(index, 1);
  addSystemNote(app, actor, mr, "unapproved this merge request");
  await announce(app, actor, mr, { action: "unapproved" });
}
