// Keeps one marked comment on a merge request: found by its mark, edited in place, and only when its text changes.
import type { Forge, MergeRequest, Note } from "../forge/forge.ts";

/**
 * Makes the bot's comment say `body`.
 * @param present the bot's marked comment as observed, if there is one
 * @returns the comment when it was written, undefined when it said so already
 */
export async function ensureComment(
  forge: Forge,
  { projectId, iid }: Pick<MergeRequest, "projectId" | "iid">,
  present: Note | undefined,
  body: string,
): Promise<Note | undefined> {
  if (present?.body === body) return undefined;
  if (present) return forge.updateNote(projectId, iid, present.id, body);
  return forge.createNote(projectId, iid, body);
}
