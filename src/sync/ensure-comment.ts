// Keeps one marked comment on a merge request: found by its mark, edited in place, and only when its text changes.
import type { Forge, Note } from "../forge/forge.ts";

/**
 * Makes the bot's comment say `body`.
 * @param present the bot's marked comment as observed, if there is one
 * @returns whether anything was written
 */
export async function ensureComment(
  forge: Forge,
  { projectId, iid }: { readonly projectId: number; readonly iid: number },
  present: Note | undefined,
  body: string,
): Promise<boolean> {
  if (present?.body === body) return false;
  if (present) await forge.updateNote(projectId, iid, present.id, body);
  else await forge.createNote(projectId, iid, body);
  return true;
}
