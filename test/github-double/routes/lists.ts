// Lists that belong to no single repository: those of an owner, and the search for pull requests.
import type { App } from "../app.ts";
import { pageOf } from "../context.ts";
import { renderFound, renderRepository } from "../render.ts";
import { invalid, notFound, ok, type Reply } from "../reply.ts";
import { fullNameOf, type PullRequest, type User } from "../world.ts";

/** What a list is asked with. */
export interface ListRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: User | undefined;
}

/** The answer; undefined when this is the path of no list. */
export function answerList(app: App, request: ListRequest): Reply | undefined {
  if (request.path === "/search/issues") return searchPulls(app, request);
  const owned = /^\/(orgs|users)\/([^/]+)\/repos$/.exec(request.path);
  return owned
    ? listOwned(app, request, { type: owned[1] === "orgs", login: decodeURIComponent(owned[2] ?? "") })
    : undefined;
}

function listOwned(
  app: App,
  { query, user }: ListRequest,
  { type: isOrganization, login }: { readonly type: boolean; readonly login: string },
): Reply {
  const owner = app.world.users.get(login.toLowerCase());
  if (owner === undefined || (owner.type === "Organization") !== isOrganization) throw notFound();
  const owned = [...app.world.repositories.values()].filter(
    (each) => each.owner === owner && app.world.may("read", each, user),
  );
  return ok(pageOf(owned, query).map((each) => renderRepository(app, each)));
}

type Test = (pull: PullRequest) => boolean;

function searchPulls(app: App, { query, user }: ListRequest): Reply {
  const tests = (query.get("q") ?? "").split(" ").map((term) => testOf(app, term));
  const found = app.world.pulls
    .filter((pull) => app.world.may("read", app.world.repositoryOf(pull.repositoryId), user))
    .filter((pull) => tests.every((test) => test(pull)))
    .sort((one, other) => one.createdAt - other.createdAt || one.id - other.id);
  const items = pageOf(found, query).map((pull) => renderFound(app, pull));
  return ok({ total_count: found.length, incomplete_results: false, items });
}

/** One qualifier of a search. What the double does not know it refuses. */
function testOf({ world }: App, term: string): Test {
  const cut = term.indexOf(":");
  const [name, value] = [term.slice(0, cut), term.slice(cut + 1)];
  const repositoryOf = (pull: PullRequest) => world.repositoryOf(pull.repositoryId);
  switch (`${name}:`) {
    case "is:":
      if (value === "pr") return () => true;
      if (value === "open") return (pull) => pull.state === "open";
      break;
    case "archived:":
      return () => value === "false";
    case "user:":
      if (!world.users.has(value.toLowerCase())) break;
      return (pull) => repositoryOf(pull).owner.login.toLowerCase() === value.toLowerCase();
    case "repo:":
      if (!world.named(value)) break;
      return (pull) => fullNameOf(repositoryOf(pull)).toLowerCase() === value.toLowerCase();
    case "updated:":
      return (pull) => seconds(pull.updatedAt) >= seconds(Date.parse(value.replace(">=", "")));
    case "created:":
      return (pull) => seconds(pull.createdAt) >= seconds(Date.parse(value.replace(">=", "")));
  }
  throw invalid({ resource: "Search", field: "q", code: "invalid" });
}

/** GitHub's times have no fractions. */
function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
