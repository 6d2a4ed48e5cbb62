// Routes: comments on merge requests and the emoji on them.
import { type Context, param, type Route, requireActor, requireMergeRequest, requireUser } from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { created, forbidden, noContent, notFound, ok, type Reply } from "../http/reply.ts";
import { editNote, writeNote } from "../merge-requests/notes.ts";
import { renderNote } from "../render/merge-request.ts";
import { renderEmoji } from "../render/users.ts";
import { MAINTAINER, projectLevel, REPORTER } from "../state/access.ts";
import type { Note, User } from "../state/types.ts";

const NOTES = "/projects/:id/merge_requests/:iid/notes";

export const noteRoutes: readonly Route[] = [
  { method: "GET", path: NOTES, handler: list },
  { method: "POST", path: NOTES, handler: post },
  { method: "GET", path: `${NOTES}/:note_id`, handler: (context) => ok(renderNote(context.app, requireNote(context))) },
  { method: "PUT", path: `${NOTES}/:note_id`, handler: put },
  { method: "DELETE", path: `${NOTES}/:note_id`, handler: remove },
  { method: "GET", path: `${NOTES}/:note_id/award_emoji`, handler: listEmoji },
  { method: "POST", path: `${NOTES}/:note_id/award_emoji`, handler: postEmoji },
];

function list(context: Context): Promise<Reply> {
  const { app, input } = context;
  const by = input.choice("order_by", ["created_at", "updated_at"]) ?? "created_at";
  const filter = input.choice("activity_filter", ["all_notes", "only_comments", "only_activity"]) ?? "all_notes";
  const mr = requireMergeRequest(context);
  const level = projectLevel(app.world, context.user, app.world.projectOf(mr.projectId));
  const seen = app.world.notesOf(mr).filter((note) => {
    if (note.internal && level < REPORTER) return false;
    return filter === "all_notes" || note.system === (filter === "only_activity");
  });
  const direction = input.choice("sort", ["asc", "desc"]) ?? "desc";
  const notes = sorted(seen, (note) => (by === "created_at" ? note.createdAt : note.updatedAt), direction);
  return page(context, notes, (note) => renderNote(app, note));
}

async function post(context: Context): Promise<Reply> {
  const { app, input } = context;
  const actor = requireActor(context);
  const mr = requireMergeRequest(context);
  const internal = input.flag("internal") ?? input.flag("confidential") ?? false;
  const body = input.text("body");
  if (body === undefined) input.needText("body");
  const written = await writeNote(app, actor, mr, { body: body ?? "", internal });
  if (written.note === undefined) {
    const summary = Object.keys(written.commandsChanges).length > 0 ? ["Applied the commands."] : ["Could not apply."];
    return { status: 202, body: { commands_changes: written.commandsChanges, summary } };
  }
  return created({ ...renderNote(app, written.note), commands_changes: written.commandsChanges });
}

function requireNote(context: Context): Note {
  const mr = requireMergeRequest(context);
  const note = context.app.world.notes.get(Number(param(context, "note_id")));
  if (note === undefined || note.mergeRequestId !== mr.id) throw notFound("Note");
  return note;
}

/** The author and Maintainers of the project may change a note; nobody a system note. */
function requireWritable(context: Context, user: User): Note {
  const { world } = context.app;
  const note = requireNote(context);
  const project = world.projectOf(world.mergeRequestOf(note.mergeRequestId).projectId);
  const allowed = note.authorId === user.id || projectLevel(world, user, project) >= MAINTAINER;
  if (!allowed || note.system) throw forbidden();
  return note;
}

async function put(context: Context): Promise<Reply> {
  const actor = requireActor(context);
  const note = requireWritable(context, actor.user);
  await editNote(context.app, actor, note, context.input.needText("body"));
  return ok(renderNote(context.app, note));
}

function remove(context: Context): Reply {
  const note = requireWritable(context, requireUser(context));
  context.app.world.notes.delete(note.id);
  return noContent();
}

function listEmoji(context: Context): Promise<Reply> {
  const note = requireNote(context);
  return page(context, note.emoji, (emoji) => renderEmoji(context.app, emoji, note));
}

function postEmoji(context: Context): Reply {
  const { world } = context.app;
  const user = requireUser(context);
  const note = requireNote(context);
  const name = context.input.needText("name");
  if (note.emoji.some((each) => each.name === name && each.userId === user.id))
    throw notFound("Award Emoji Name has already been taken");
  const emoji = { id: world.nextId("emoji"), name, userId: user.id, createdAt: world.now() };
  note.emoji.push(emoji);
  return created(renderEmoji(context.app, emoji, note));
}
