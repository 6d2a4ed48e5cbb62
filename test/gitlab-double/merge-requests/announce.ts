// Tells the hooks and the history of a merge request what happened.
import { randomBytes } from "node:crypto";
import type { App } from "../app.ts";
import type { Actor, MergeRequest, Note } from "../state/types.ts";
import { type Changes, type MergeRequestAction, mergeRequestPayload } from "../webhooks/merge-request-payload.ts";

/** Sends the Merge Request Hook. */
export async function announce(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  event: { readonly action: MergeRequestAction; readonly oldrev?: string; readonly changes?: Changes },
): Promise<void> {
  const payload = await mergeRequestPayload(app, mr, { user: actor.user, ...event });
  app.dispatcher.fire({ event: "merge_requests", projectId: mr.projectId, payload }, actor);
}

/** Adds a note to the merge request without telling anybody. */
export function addNote(
  app: App,
  mr: MergeRequest,
  note: { readonly authorId: number; readonly body: string; readonly system: boolean; readonly internal?: boolean },
): Note {
  const now = app.world.now();
  const added: Note = {
    id: app.world.nextId("note"),
    mergeRequestId: mr.id,
    authorId: note.authorId,
    system: note.system,
    internal: note.internal ?? false,
    discussionId: randomBytes(20).toString("hex"),
    createdAt: now,
    body: note.body,
    updatedAt: now,
    emoji: [],
  };
  app.world.notes.set(added.id, added);
  mr.updatedAt = now;
  return added;
}

/** Adds the system note that GitLab writes in the name of the acting user. */
export function addSystemNote(app: App, actor: Actor, mr: MergeRequest, body: string): void {
  addNote(app, mr, { authorId: actor.user.id, body, system: true });
}
