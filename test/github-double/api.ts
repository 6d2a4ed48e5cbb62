// One API request: who asks, which repository, which route.
import type { App } from "./app.ts";
import type { Route } from "./context.ts";
import { apiUrlOf, renderUser } from "./render.ts";
import { notFound, ok, Refused, type Reply } from "./reply.ts";
import { commentRoutes } from "./routes/comments.ts";
import { answerList } from "./routes/lists.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { statusRoutes } from "./routes/statuses.ts";
import type { Repository, User } from "./world.ts";

/** A request as it came. */
export interface ApiRequest {
  readonly method: string;
  /** Below the API's base, still encoded, e.g. `/repositories/1/pulls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const ROUTES: readonly Route[] = [...repositoryRoutes, ...pullRoutes, ...commentRoutes, ...statusRoutes];

/** The answer; undefined when there is no such route. */
export async function answerApi(app: App, request: ApiRequest): Promise<Reply | undefined> {
  try {
    return await answer(app, request);
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.reply;
    throw thrown;
  }
}

async function answer(app: App, request: ApiRequest): Promise<Reply | undefined> {
  const user = identify(app, request);
  const general = request.method === "GET" ? answerGeneral(app, request, user) : undefined;
  if (general !== undefined) return general;
  const found = resolve(app, request.path);
  const match = found && findRoute(request.method, found.rest);
  if (found === undefined || match === undefined) return undefined;
  const { repository, moved, rest } = found;
  if (repository === undefined || !app.world.may("read", repository, user)) throw notFound();
  if (moved) {
    const location = `${apiUrlOf(app)}/repositories/${repository.id}${rest}`;
    return { status: request.method === "GET" ? 301 : 307, headers: { Location: location }, body: { url: location } };
  }
  if (user === undefined && request.method !== "GET") throw new Refused(401, "Requires authentication");
  const { query, body } = request;
  return match.handle({ app, repository, params: match.params, query, body, user });
}

/** What belongs to no repository. */
function answerGeneral(app: App, { path, query }: ApiRequest, user: User | undefined): Reply | undefined {
  if (path !== "/user") return answerList(app, { path, query, user });
  if (user === undefined) throw new Refused(401, "Requires authentication");
  return ok({ ...renderUser(user), name: user.name });
}

/** Whoever asks; undefined for strangers. */
function identify({ world }: App, { token, userAgent }: ApiRequest): User | undefined {
  if (!userAgent) throw new Refused(403, "Request forbidden by administrative rules.");
  const user = token === undefined ? undefined : world.tokens.get(token);
  if (token !== undefined && user === undefined) throw new Refused(401, "Bad credentials");
  return user;
}

interface Resolved {
  /** Undefined when there is none. */
  readonly repository: Repository | undefined;
  /** It has another name now. */
  readonly moved: boolean;
  readonly rest: string;
}

function resolve({ world }: App, path: string): Resolved | undefined {
  const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  if (byId !== null) {
    return { repository: world.repositories.get(Number(byId[1])), moved: false, rest: byId[2] ?? "" };
  }
  const byName = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path);
  if (byName === null) return undefined;
  const name = decodeURIComponent(byName[1] ?? "");
  const present = world.named(name);
  const former = world.repositories.get(world.formerNames.get(name.toLowerCase()) ?? 0);
  return { repository: present ?? former, moved: present === undefined, rest: byName[2] ?? "" };
}

function findRoute(method: string, rest: string) {
  for (const [routeMethod, pattern, handle] of ROUTES) {
    const match = routeMethod === method ? pattern.exec(rest) : null;
    if (match !== null) return { handle, params: match.slice(1).map((part) => decodeURIComponent(part)) };
  }
  return undefined;
}
