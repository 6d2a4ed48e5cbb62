// Comments on pull requests, and reactions on comments.
import { type Context, pageOf, type Route, text } from "../context.ts";
import { renderComment, renderRepository, renderUser } from "../render.ts";
import { forbidden, invalid, notFound, ok, type Reply } from "../reply.ts";
import type { Comment, User } from "../world.ts";

export const commentRoutes: readonly Route[] = [
  ["GET", /^\/issues\/(\d+)\/comments$/, list],
  ["POST", /^\/issues\/(\d+)\/comments$/, create],
  ["PATCH", /^\/issues\/comments\/(\d+)$/, edit],
  ["POST", /^\/issues\/comments\/(\d+)\/reactions$/, react],
];

const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

function list({ app, repository, params, query }: Context): Reply {
  const pull = app.world.pull(repository.id, Number(params[0]));
  if (pull === undefined) throw notFound();
  return ok(pageOf(app.world.commentsOf(pull), query).map((comment) => renderComment(app, comment)));
}

function create({ app, repository, user, params, body }: Context): Reply {
  const pull = app.world.pull(repository.id, Number(params[0]));
  if (pull === undefined) throw notFound();
  const said = text(body, "body");
  if (user === undefined) throw forbidden();
  if (!said) throw invalid({ resource: "IssueComment", field: "body", code: "missing_field" });
  const now = Date.now();
  const comment: Comment = {
    id: app.world.nextId(),
    repositoryId: repository.id,
    number: pull.number,
    user,
    body: said,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  app.world.comments.push(comment);
  announce({ app, repository }, comment, "created", user);
  return { status: 201, body: renderComment(app, comment) };
}

function commentOf({ app, repository, params }: Context): Comment {
  const found = app.world.comments.find(
    ({ id, repositoryId }) => id === Number(params[0]) && repositoryId === repository.id,
  );
  if (found === undefined) throw notFound();
  return found;
}

function edit(context: Context): Reply {
  const { app, repository, user, body } = context;
  const comment = commentOf(context);
  if (user === undefined || (user.id !== comment.user.id && !app.world.may("write", repository, user)))
    throw forbidden();
  comment.body = text(body, "body") ?? comment.body;
  comment.updatedAt = Date.now();
  announce(context, comment, "edited", user);
  return ok(renderComment(app, comment));
}

function react(context: Context): Reply {
  const { user, body } = context;
  const { reactions } = commentOf(context);
  const content = text(body, "content") ?? "";
  if (user === undefined) throw forbidden();
  if (!REACTIONS.includes(content)) throw invalid({ resource: "Reaction", field: "content", code: "invalid" });
  const known = reactions.some((each) => each.userId === user.id && each.content === content);
  if (!known) reactions.push({ userId: user.id, content });
  return { status: known ? 200 : 201, body: { id: 1, content, user: renderUser(user) } };
}

function announce(
  { app, repository }: Pick<Context, "app" | "repository">,
  comment: Comment,
  action: string,
  sender: User,
): void {
  const pull = app.world.pull(repository.id, comment.number);
  if (pull !== undefined) pull.updatedAt = comment.updatedAt;
  app.webhooks.fire(repository, "issue_comment", {
    action,
    issue: { number: comment.number, title: pull?.title, state: pull?.state, pull_request: { merged_at: null } },
    comment: renderComment(app, comment),
    repository: renderRepository(app, repository),
    sender: renderUser(sender),
  });
}
