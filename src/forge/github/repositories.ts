// Repositories and the bot's forks of them. A fork is recognised by what it was forked from, never by its name.
import type { z } from "zod";
import type { Clock } from "../../model/clock.ts";
import { TandemError } from "../../model/errors.ts";
import { isProjectPath } from "../../model/project-path.ts";
import type { Project, User } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { NOT_THERE, parse } from "./answers.ts";
import { forkSchema, repositorySchema } from "./schemas.ts";
import { toProject } from "./translate.ts";
import type { Ask } from "./transport.ts";

/** A fork is filled after it was made; GitHub calls it broken when that takes more than five minutes. */
const FILLED_AFTER_MS = 60 * 60_000;
/** Old forks of others do not matter: the bot's own is found by its name, or is among the newest. */
const FORK_PAGES = 3;

/** What reading repositories needs. */
export interface RepositoryDeps {
  readonly ask: Ask;
  readonly clock: Clock;
}

/** See `Forge.readProject`. */
export async function readProject(deps: RepositoryDeps, idOrPath: number | string): Promise<Project | undefined> {
  const raw = await readRepository(deps.ask, idOrPath);
  return raw && withState(deps, raw);
}

/** See `Forge.findOwnFork`. */
export async function findOwnFork(deps: RepositoryDeps, parent: Project, owner: User): Promise<Project | undefined> {
  const sameName = await readRepository(deps.ask, `${owner.username}/${nameOf(parent)}`);
  if (sameName?.parent?.id === parent.id && sameName.owner.id === owner.id) return withState(deps, sameName);
  for (let page = 1; page <= FORK_PAGES; page++) {
    const route = "GET /repositories/{id}/forks";
    const rows = parse(
      forkSchema.array(),
      await deps.ask(route, { id: parent.id, sort: "newest", per_page: 100, page }),
    );
    const own = rows.find((row) => row.owner.id === owner.id);
    if (own) return readProject(deps, own.id);
    if (rows.length < 100) break;
  }
  return undefined;
}

/**
 * See `Forge.createFork`. GitHub picks another name where the parent's is taken, and answers with the fork that the bot
 * has already: asking again does no harm.
 */
export async function createFork(deps: RepositoryDeps, parent: Project, owner: User): Promise<Project> {
  const raw = parse(repositorySchema, await deps.ask("POST /repositories/{id}/forks", { id: parent.id }));
  // Asked to fork a repository of the bot's own, GitHub answers with that repository.
  if (raw.fork && raw.owner.id === owner.id && raw.id !== parent.id) return withState(deps, raw);
  throw new TandemError("user", `GitHub made no fork of ${parent.path}: it answered with ${raw.full_name}`, {
    code: "fork-refused",
    fix: `Let the bot's account ${owner.username} own no repository that others fork.`,
  });
}

async function readRepository(
  ask: Ask,
  idOrPath: number | string,
): Promise<z.infer<typeof repositorySchema> | undefined> {
  if (typeof idOrPath === "number") {
    const answer = await unless(NOT_THERE, ask("GET /repositories/{id}", { id: idOrPath }));
    return answer === undefined ? undefined : parse(repositorySchema, answer);
  }
  const [owner = "", repo = "", ...more] = idOrPath.split("/");
  if (!isProjectPath(idOrPath) || more.length > 0) return undefined;
  const answer = await unless(NOT_THERE, ask("GET /repos/{owner}/{repo}", { owner, repo }));
  return answer === undefined ? undefined : parse(repositorySchema, answer);
}

/** GitHub does not say when a fork is filled: it is when it has its default branch. */
async function withState({ ask, clock }: RepositoryDeps, raw: z.infer<typeof repositorySchema>): Promise<Project> {
  const isNewFork = raw.fork && clock.now() - raw.created_at < FILLED_AFTER_MS;
  if (!isNewFork) return toProject(raw, "ready");
  const parameters = { id: raw.id, branch: raw.default_branch };
  // 409: "Git Repository is empty."
  const branch = await unless([...NOT_THERE, 409], ask("GET /repositories/{id}/branches/{branch}", parameters));
  return toProject(raw, branch === undefined ? "importing" : "ready");
}

function nameOf({ path }: Project): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
