// Lists over all repositories of an owner. GitHub's search tells of a hundred pull requests in one call, wherever they are.
// https://docs.github.com/en/rest/search/search
import { z } from "zod";
import { TandemError, userError } from "../../model/errors.ts";
import type { Place } from "../../model/place.ts";
import type { Forge, ListedMergeRequest, ListedProject } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { askForAll, NOT_THERE, parse } from "./answers.ts";
import { foundPullRequestSchema, listedRepositorySchema } from "./schemas.ts";
import type { Ask } from "./transport.ts";

const PER_PAGE = 100;
/** A search shows its first thousand results. What comes after them is asked for by another search. */
const SHOWN = 1_000;
const MAX_FOUND = 20_000;

/** What lists need. */
export interface ListDeps {
  readonly ask: Ask;
  readonly readProject: Forge["readProject"];
}

/** See `Forge.listMergeRequests`. */
export async function listMergeRequests(
  { ask, readProject }: ListDeps,
  place: Place,
  since: number | undefined,
): Promise<readonly ListedMergeRequest[]> {
  const which = since === undefined ? "is:open" : `updated:>=${time(since)}`;
  const found = await search(ask, place, `is:pr ${which} archived:false ${within(place)}`);
  const listed: ListedMergeRequest[] = [];
  for (const raw of found) {
    const path = raw.repository_url.split("/").slice(-2).join("/");
    const project = await readProject(path);
    if (!project) continue;
    listed.push({
      forge: "github",
      projectId: project.id,
      projectPath: project.path,
      iid: raw.number,
      state: raw.pull_request?.merged_at ? "merged" : raw.state === "open" ? "opened" : "closed",
      authorId: raw.user?.id ?? 0,
      description: raw.body ?? "",
      updatedAt: raw.updated_at,
    });
  }
  return listed;
}

/** See `Forge.listProjects`. What happens are pushes. An owner is an organization or a person. */
export async function listProjects(
  { ask, readProject }: ListDeps,
  place: Place,
  since = Number.NEGATIVE_INFINITY,
): Promise<readonly ListedProject[]> {
  if (place.kind === "project") {
    const project = await readProject(place.path);
    if (!project) throw missing(place);
    return [{ id: project.id, path: project.path }];
  }
  const order = { owner: place.path, type: "all", sort: "created", direction: "asc" };
  const found =
    (await unless(NOT_THERE, askForAll(ask, listedRepositorySchema, "GET /orgs/{owner}/repos", order))) ??
    (await unless(NOT_THERE, askForAll(ask, listedRepositorySchema, "GET /users/{owner}/repos", order)));
  if (!found) throw missing(place);
  return found
    .filter(({ pushed_at, archived }) => !archived && (pushed_at ?? since) >= since)
    .map((raw) => ({ id: raw.id, path: raw.full_name }));
}

function within({ kind, path }: Place): string {
  return kind === "group" ? `user:${path}` : `repo:${path}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Oldest first: what is new comes to the end, and so no page loses anything. */
async function search(ask: Ask, place: Place, query: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  let q = query;
  for (let page = 1; found.length < MAX_FOUND; ) {
    const { incomplete_results, items } = await searchPage(ask, place, { q, page });
    if (incomplete_results)
      throw new TandemError("upstream", "GitHub's search took too long for a complete answer", {
        code: "forge-answer-incomplete",
      });
    found.push(...items);
    const last = items.at(-1);
    if (!last || items.length < PER_PAGE) return found;
    const isShown = page * PER_PAGE < SHOWN;
    if (!isShown) q = `${query} created:>=${time(last.created_at)}`;
    page = isShown ? page + 1 : 1;
  }
  throw new TandemError("upstream", `GitHub's search does not end within ${found.length} entries`, {
    code: "forge-answer-too-large",
  });
}

type Found = z.output<typeof foundPullRequestSchema>;
const pageSchema = z.object({ incomplete_results: z.boolean(), items: z.array(foundPullRequestSchema) });

async function searchPage(ask: Ask, place: Place, which: { readonly q: string; readonly page: number }) {
  // GitHub searches nothing where an owner or repository does not exist.
  const order = { sort: "created", order: "asc", per_page: PER_PAGE };
  const answer = await unless([422], ask("GET /search/issues", { ...which, ...order }));
  if (answer === undefined) throw missing(place);
  return parse(pageSchema, answer);
}

function missing({ kind, path }: Place): TandemError {
  const what = kind === "group" ? "owner" : "repository";
  return userError("place-missing", `There is no ${what} ${path}, or the bot may not see it`, {
    fix: "Check the routes of the configuration, and that the bot's account may see what they name.",
  });
}
