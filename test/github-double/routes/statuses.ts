// Commit statuses.
import { type Context, pageOf, type Route, text } from "../context.ts";
import { renderStatus } from "../render.ts";
import { invalid, notFound, ok, Refused, type Reply } from "../reply.ts";
import type { Status } from "../world.ts";

export const statusRoutes: readonly Route[] = [
  ["GET", /^\/commits\/([^/]+)\/statuses$/, list],
  ["POST", /^\/statuses\/([^/]+)$/, create],
];

const STATES = ["error", "failure", "pending", "success"];

async function list({ app, repository, params: [sha = ""], query }: Context): Promise<Reply> {
  if ((await repository.git.commit(sha)) === undefined) throw new Refused(422, `No commit found for SHA: ${sha}`);
  const rows = app.world.statuses.filter((each) => each.repositoryId === repository.id && each.sha === sha);
  return ok(pageOf(rows.reverse(), query).map(renderStatus));
}

async function create({ app, repository, user, params: [sha = ""], body }: Context): Promise<Reply> {
  if (user === undefined || !app.world.may("write", repository, user)) throw notFound();
  if ((await repository.git.commit(sha)) === undefined) throw new Refused(422, `No commit found for SHA: ${sha}`);
  const state = text(body, "state") ?? "";
  if (!STATES.includes(state)) throw invalid({ resource: "Status", field: "state", code: "invalid" });
  const description = text(body, "description") ?? null;
  if (description !== null && [...description].length > 140) {
    throw invalid({
      resource: "Status",
      code: "custom",
      message: "description is too long (maximum is 140 characters)",
    });
  }
  const status: Status = {
    id: app.world.nextId(),
    repositoryId: repository.id,
    sha,
    context: text(body, "context") ?? "default",
    state,
    description,
    targetUrl: text(body, "target_url") ?? null,
    creator: user,
  };
  app.world.statuses.push(status);
  return { status: 201, body: renderStatus(status) };
}
