// Lists both sides of a route. Few calls: one for a hundred merge requests, whatever projects they are in.
import type { DistForge, ListedMergeRequest } from "../../forge/forge.ts";
import { placeOf } from "../../model/place.ts";
import { findRouteOfDist, matchProject, sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { Homes } from "../homes.ts";
import type { Window } from "./window.ts";

/** What a sweep needs to look. */
export interface ObserveDeps {
  readonly homes: Homes;
  readonly routes: readonly Route[];
}

/** A served branch of a dist-git project. */
export interface DistBranch {
  readonly projectId: number;
  readonly projectPath: string;
  readonly branch: string;
}

/** Both sides of a route, as lists tell of them. */
export interface SweepWorld {
  readonly route: Route;
  /** Ids of the bot's accounts. */
  readonly bot: { readonly source: number; readonly dist: number };
  /** Merge requests into the route's source-git projects. */
  readonly sources: readonly ListedMergeRequest[];
  /** The bot's merge requests into the route's dist-git projects. */
  readonly dists: readonly ListedMergeRequest[];
  /** Served branches that may have moved. */
  readonly branches: readonly DistBranch[];
}

/** Reads the lists. Throws what the forges throw, kind `user` where a route names what is not there. */
export async function observe(deps: ObserveDeps, route: Route, window: Window): Promise<SweepWorld> {
  const [source, dist] = await Promise.all([deps.homes.source(route.forge), deps.homes.dist()]);
  const place = placeOf(route.source);
  const { since } = window;
  const sources = place ? await source.forge.listMergeRequests(place, since?.source) : [];
  const dists = await dist.forge.listMergeRequestsBy(dist.bot, since?.pipelines);
  return {
    route,
    bot: { source: source.bot.id, dist: dist.bot.id },
    sources: sources.filter(({ projectPath }) => matchProject(route.source, projectPath)),
    dists: dists.filter(({ projectPath }) => sourceProjectOf(route, projectPath)),
    branches: window.full && route.backsync ? await findBranches(deps, route, window.activeSince) : [],
  };
}

/** The served branches of the dist-git projects that have a source-git project and in which something happened. */
async function findBranches(
  { homes, routes }: ObserveDeps,
  route: Route,
  activeSince: number | undefined,
): Promise<readonly DistBranch[]> {
  const [from, to] = [placeOf(route.source), placeOf(route.dist)];
  if (!from || !to) return [];
  const { forge } = await homes.source(route.forge);
  const { forge: distForge } = await homes.dist();
  const sources = new Set((await forge.listProjects(from)).map(({ path }) => path));
  const branches: DistBranch[] = [];
  for (const { id, path } of await distForge.listProjects(to, activeSince)) {
    const source = sourceProjectOf(route, path);
    if (!source || !sources.has(source.path)) continue;
    for (const branch of await servedBranches(distForge, id, (name) => isOf(routes, route, { path, name })))
      branches.push({ projectId: id, projectPath: path, branch });
  }
  return branches;
}

async function servedBranches(
  forge: DistForge,
  projectId: number,
  isServed: (name: string) => boolean,
): Promise<readonly string[]> {
  return (await forge.listBranches(projectId)).filter(isServed);
}

function isOf(
  routes: readonly Route[],
  { name: wanted }: Route,
  { path, name }: { readonly path: string; readonly name: string },
): boolean {
  return findRouteOfDist(routes, path, name)?.route.name === wanted;
}
