// Comments: written, edited, removed; commands in them are carried out.
import type { App } from "../app.ts";
import { ApiError } from "../http/reply.ts";
import type { Actor, MergeRequest, Note } from "../state/types.ts";
import { notePayload } from "../webhooks/note-payload.ts";
import { addNote } from "./announce.ts";
import { extractCommands, runCommands } from "./quick-actions.ts";

/** A note, or only the changes when the text was nothing but commands. */
export interface WrittenNote {
  readonly note: Note | undefined;
  readonly commandsChanges: Readonly<Record<string, unknown>>;
  readonly hadCommands: boolean;
}

const LONGEST_NOTE = 1_000_000;

/** Writes a comment. @throws ApiError 400 for an empty or too long one. */
export async function writeNote(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  text: { readonly body: string; readonly internal: boolean },
): Promise<WrittenNote> {
  checkBody(text.body);
  const { commands, rest } = extractCommands(text.body);
  const onlyCommands = commands.length > 0 && rest === "";
  const note = onlyCommands
    ? undefined
    : addNote(app, mr, { authorId: actor.user.id, body: rest, system: false, internal: text.internal });
  if (note !== undefined) await announceNote(app, actor, note, "create");
  const commandsChanges = await runCommands(app, actor, mr, commands);
  return { note, commandsChanges, hadCommands: commands.length > 0 };
}

/** Changes a comment's text. Commands in it are carried out; with nothing else in it the comment goes. */
export async function editNote(app: App, actor: Actor, note: Note, body: string): Promise<void> {
  checkBody(body);
  const { commands, rest } = extractCommands(body);
  const mr = app.world.mergeRequestOf(note.mergeRequestId);
  if (commands.length > 0 && rest === "") {
    app.world.notes.delete(note.id);
    await runCommands(app, actor, mr, commands);
    return;
  }
  note.body = rest;
  note.updatedAt = app.world.now();
  mr.updatedAt = note.updatedAt;
  await announceNote(app, actor, note, "update");
  await runCommands(app, actor, mr, commands);
}

function checkBody(body: string): void {
  if (body.trim() === "") throw new ApiError(400, { message: `Note {:note=>["can't be blank"]}` });
  if (body.length > LONGEST_NOTE) {
    throw new ApiError(400, { message: `Note {:note=>["is too long (maximum is ${LONGEST_NOTE} characters)"]}` });
  }
}

async function announceNote(app: App, actor: Actor, note: Note, action: "create" | "update"): Promise<void> {
  const mr = app.world.mergeRequestOf(note.mergeRequestId);
  const payload = await notePayload(app, note, { user: actor.user, action });
  if (!note.internal) app.dispatcher.fire({ event: "note", projectId: mr.projectId, payload }, actor);
}
