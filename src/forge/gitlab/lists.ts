// Lists over many projects. They are long, so each is bounded, and each is asked for in an order that does not change
// while its pages are read.
import type { Branches, Groups, MergeRequests, Projects } from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError, userError } from "../../model/errors.ts";
import type { Place } from "../../model/place.ts";
import type { ListedMergeRequest, ListedProject, User } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { NOT_THERE, parse } from "./answers.ts";
import { branchNameSchema, listedMergeRequestSchema, listedProjectSchema } from "./schemas.ts";

const PER_PAGE = 100;
const MAX_PAGES = 200;

/** See `Forge.listMergeRequests`. */
export async function listMergeRequests(
  mergeRequests: MergeRequests,
  place: Place,
  since: number | undefined,
): Promise<readonly ListedMergeRequest[]> {
  const where = place.kind === "group" ? { groupId: place.path } : { projectId: place.path };
  const answer: unknown = await unless(NOT_THERE, mergeRequests.all({ ...where, ...selection(since) }));
  if (answer === undefined) throw missing(place);
  return toListed(answer);
}

/** See `DistForge.listMergeRequestsBy`. */
export async function listMergeRequestsBy(
  mergeRequests: MergeRequests,
  author: User,
  since: number | undefined,
): Promise<readonly ListedMergeRequest[]> {
  return toListed(await mergeRequests.all({ authorId: author.id, ...selection(since) }));
}

function selection(since: number | undefined) {
  const pages = { perPage: PER_PAGE, maxPages: MAX_PAGES };
  const common = { scope: "all", orderBy: "created_at", sort: "asc", ...pages } as const;
  return since === undefined
    ? { ...common, state: "opened" as const }
    : { ...common, updatedAfter: new Date(since).toISOString() };
}

function toListed(answer: unknown): readonly ListedMergeRequest[] {
  return bounded(parse(z.array(listedMergeRequestSchema), answer)).map((raw) => ({
    forge: "gitlab",
    projectId: raw.project_id,
    projectPath: raw.references.full.replace(/!\d+$/, ""),
    iid: raw.iid,
    state: raw.state,
    authorId: raw.author.id,
    description: raw.description ?? "",
    updatedAt: raw.updated_at,
  }));
}

/** What lists of projects are asked with. */
export interface ProjectLists {
  readonly groups: Groups;
  readonly projects: Projects;
}

/** See `Forge.listProjects`. The last that something happened in comes first, so that the others need not be read. */
export async function listProjects(
  { groups, projects }: ProjectLists,
  place: Place,
  since = Number.NEGATIVE_INFINITY,
): Promise<readonly ListedProject[]> {
  const found: z.infer<typeof listedProjectSchema>[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer: unknown = await unless(
      NOT_THERE,
      place.kind === "project" ? projects.show(place.path).then((one) => [one]) : readPage(groups, place.path, page),
    );
    if (answer === undefined) throw missing(place);
    const rows = parse(z.array(listedProjectSchema), answer);
    found.push(...rows.filter((row) => row.last_activity_at >= since));
    if (rows.length < PER_PAGE || rows.some((row) => row.last_activity_at < since)) break;
  }
  return bounded(found).map((row) => ({ id: row.id, path: row.path_with_namespace }));
}

function readPage(groups: Groups, path: string, page: number): Promise<unknown> {
  const scope = { includeSubgroups: true, withShared: false, archived: false, simple: true };
  const order = { orderBy: "last_activity_at", sort: "desc" } as const;
  return groups.allProjects(path, { ...scope, ...order, perPage: PER_PAGE, page, maxPages: 1 });
}

/** See `DistForge.listBranches`. */
export async function listBranches(branches: Branches, projectId: number): Promise<readonly string[]> {
  const pages = { perPage: PER_PAGE, maxPages: MAX_PAGES };
  const answer: unknown = await unless(NOT_THERE, branches.all(projectId, pages));
  return bounded(parse(z.array(branchNameSchema), answer ?? [])).map(({ name }) => name);
}

function bounded<T>(rows: readonly T[]): readonly T[] {
  if (rows.length < PER_PAGE * MAX_PAGES) return rows;
  throw new TandemError("upstream", `GitLab's list does not end within ${rows.length} entries`, {
    code: "forge-answer-too-large",
  });
}

function missing({ kind, path }: Place): TandemError {
  return userError("place-missing", `There is no ${kind} ${path}, or the bot may not see it`, {
    fix: "Check the routes of the configuration, and that the bot's account may see what they name.",
  });
}
