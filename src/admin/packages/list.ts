// How the packages of a route stand. Reads only; what it fetches stays in the packages' caches.
import type { DistForge, Forge, ListedMergeRequest, ListedProject } from "../../forge/forge.ts";
import { toTandemError } from "../../model/errors.ts";
import { placeOf } from "../../model/place.ts";
import { projectName } from "../../model/project-path.ts";
import { findRouteOfSource, type RouteMatch } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { SitePlan } from "../hooks/plan.ts";
import { type CompareDeps, type ComparedBranch, compareBranches } from "./compare-branches.ts";
import { type HookStanding, hookStanding } from "./hook-standing.ts";
import { lookAtHooks, type PackageHookDeps } from "./package-hooks.ts";

/** What listing needs. */
export interface ListDeps extends CompareDeps {
  readonly source: Pick<Forge, "listProjects" | "listMergeRequests" | "readProject">;
  readonly dist: Pick<DistForge, "readProject">;
  /** Without it nobody knows how webhooks stand. */
  readonly hooks: PackageHookDeps | undefined;
  readonly routes: readonly Route[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told what is being done. */
  readonly progress: (text: string) => void;
}

/** A package that a route serves. */
export interface ListedPackage {
  readonly route: string;
  readonly package: string;
  /** Full paths of its projects. */
  readonly source: string;
  readonly dist: string;
  readonly branches: readonly ComparedBranch[];
  readonly hooks: HookStanding;
  /** The source merge request that changed last, within the last 90 days. */
  readonly newest: Pick<ListedMergeRequest, "iid" | "state" | "updatedAt"> | undefined;
  /** Why it is not served as it stands, or could not be looked at; undefined: it is. */
  readonly problem: string | undefined;
}

const RECENT_MS = 90 * 24 * 3_600_000;

/** The packages of a route, by name. Throws what the forge throws; what is wrong with one package is told with it. */
export async function listPackages(deps: ListDeps, route: Route): Promise<readonly ListedPackage[]> {
  const place = placeOf(route.source);
  if (!place) return [];
  const projects = await deps.source.listProjects(place);
  const recent = await deps.source.listMergeRequests(place, deps.now() - RECENT_MS);
  const hooks = deps.hooks && (await lookAtHooks(deps.hooks, route));
  const packages: ListedPackage[] = [];
  for (const project of projects.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const match = findRouteOfSource(deps.routes, { forge: route.forge, path: project.path });
    if (match?.route.name !== route.name) continue;
    deps.progress(`looking at ${project.path}`);
    packages.push({ ...(await lookAt(deps, project, match, hooks)), newest: newestOf(recent, project) });
  }
  return packages;
}

function newestOf(recent: readonly ListedMergeRequest[], { id }: ListedProject): ListedPackage["newest"] {
  const [newest] = recent
    .filter(({ projectId }) => projectId === id)
    .toSorted((one, other) => other.updatedAt - one.updatedAt);
  return newest && { iid: newest.iid, state: newest.state, updatedAt: newest.updatedAt };
}

async function lookAt(
  deps: ListDeps,
  { path }: ListedProject,
  { route, distProject }: RouteMatch,
  hooks: readonly SitePlan[] | undefined,
): Promise<Omit<ListedPackage, "newest">> {
  const common = { route: route.name, package: projectName(path), source: path, dist: distProject };
  const unknown = { ...common, branches: [], hooks: "unknown" } as const;
  try {
    const [source, dist] = await Promise.all([deps.source.readProject(path), deps.dist.readProject(distProject)]);
    if (!source || !dist) return { ...unknown, problem: `${source ? distProject : path} is missing` };
    const paths = { source: route.forge === "gitlab" ? path : undefined, dist: distProject };
    return {
      ...common,
      hooks: hooks ? hookStanding(hooks, paths) : "unknown",
      branches: await compareBranches(deps, { source, dist }, route),
      problem: undefined,
    };
  } catch (thrown) {
    const error = toTandemError(thrown);
    // Of one package alone; the others may be fine.
    if (error.kind === "user" || error.kind === "upstream") return { ...unknown, problem: error.message };
    throw error;
  }
}
