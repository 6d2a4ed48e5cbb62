// Reads which hooks there are in the places where the routes need some. Changes nothing.
import type { Forge, ListedProject, User } from "../../forge/forge.ts";
import type { HookAdmin, HookEvent, HookList } from "../../forge/hook-admin.ts";
import { TandemError } from "../../model/errors.ts";
import type { Grant } from "../../model/grant.ts";
import { type Place, placeOf } from "../../model/place.ts";
import { projectName } from "../../model/project-path.ts";
import { sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import { type ByHand, FORK_EVENTS, needsOfProject, type Side, type WantedHook, wantedHooks } from "./wanted.ts";

/** What observing needs. */
export interface ObserveDeps {
  readonly hooks: HookAdmin;
  readonly forge: Pick<Forge, "listProjects">;
  /** Told what is looked at, for a person who waits. */
  readonly progress?: (what: string) => void;
}

/** What is looked at. */
export interface ObserveRequest {
  /** All routes of the service. */
  readonly routes: readonly Route[];
  /** Those that matter; default all. */
  readonly chosen?: readonly Route[];
  /** The account that owns the forks. */
  readonly bot: User;
  /** Which projects matter where each has a hook of its own; default all that the routes serve. */
  readonly isMeant?: (projectPath: string) => boolean;
}

/** A place with its hooks, foreign ones included. */
export interface Site {
  readonly place: Place;
  readonly of: readonly (Side | "fork")[];
  /** What one hook there has to tell of. */
  readonly events: readonly HookEvent[];
  /** For whom the hook's token speaks. */
  readonly grant: Grant;
  readonly list: HookList;
  /** Of a group that can have no hook: how many projects have one of their own instead. */
  readonly instead?: number;
}

/** All places. */
export interface HookWorld {
  readonly sites: readonly Site[];
  readonly byHand: readonly ByHand[];
}

/** Looks. Throws what the forge throws, but for what the account may not see, which is a finding. */
export async function observeHooks(deps: ObserveDeps, request: ObserveRequest): Promise<HookWorld> {
  const { routes, chosen = routes } = request;
  const wanted = wantedHooks(routes, chosen);
  const sites = new Map<string, Site>();
  for (const hook of wanted.hooks)
    for (const site of await lookAt(deps, request, hook)) sites.set(`${site.place.kind} ${site.place.path}`, site);
  return { sites: [...sites.values(), ...(await lookAtForks(deps, request))], byHand: wanted.byHand };
}

async function lookAt(deps: ObserveDeps, request: ObserveRequest, wanted: WantedHook): Promise<readonly Site[]> {
  const { place } = wanted;
  const site = await lookAtPlace(deps, request.routes, wanted);
  if (place.kind === "project" || site.list.found !== "denied") return [site];
  const projects: Site[] = [];
  for (const path of await findProjects(deps, request, place))
    projects.push(await lookAtProject(deps, request.routes, path));
  return [{ ...site, instead: projects.length }, ...projects];
}

/** One place, without the projects of a group: a single question. */
export async function lookAtPlace(
  deps: Pick<ObserveDeps, "hooks" | "progress">,
  routes: readonly Route[],
  { place, sides, events }: WantedHook,
): Promise<Site> {
  if (place.kind === "project") return await lookAtProject(deps, routes, place.path);
  deps.progress?.(`group ${place.path}`);
  const list = await deps.hooks.listHooks(place);
  return { place, of: sides, events, grant: { namespace: place.path }, list };
}

async function lookAtProject(
  { hooks, progress }: Pick<ObserveDeps, "hooks" | "progress">,
  routes: readonly Route[],
  path: string,
): Promise<Site> {
  progress?.(`project ${path}`);
  const place = { kind: "project", path } as const;
  const { sides, events } = needsOfProject(routes, path);
  return { place, of: sides, events, grant: grantOf(path), list: await hooks.listHooks(place) };
}

/** The served projects of a group: of dist-git, which may be large, those that have a source-git project. */
async function findProjects(deps: ObserveDeps, request: ObserveRequest, place: Place): Promise<readonly string[]> {
  const { routes, isMeant = () => true } = request;
  const paths = (await deps.forge.listProjects(place)).map(({ path }) => path).filter(isMeant);
  const sources = await findSources(deps, routes);
  return paths.filter((path) => {
    const { sides } = needsOfProject(routes, path);
    return sides.includes("source") || (sides.includes("dist") && isPaired(path));
  });

  function isPaired(path: string): boolean {
    return routes.some((route) => {
      const source = sourceProjectOf(route, path);
      return source !== undefined && (source.forge !== "gitlab" || (sources?.has(source.path) ?? true));
    });
  }
}

/** Full paths of all source-git projects on GitLab; undefined when they are everywhere. */
async function findSources({ forge }: ObserveDeps, routes: readonly Route[]): Promise<ReadonlySet<string> | undefined> {
  const paths = new Set<string>();
  for (const { source } of routes.filter((route) => route.forge === "gitlab")) {
    const place = placeOf(source);
    if (!place) return undefined;
    for (const { path } of await listIfThere(forge, place)) paths.add(path);
  }
  return paths;
}

/** A place that is missing is told of where its own hook is looked for. */
async function listIfThere(forge: ObserveDeps["forge"], place: Place): Promise<readonly ListedProject[]> {
  try {
    return await forge.listProjects(place);
  } catch (thrown) {
    if (thrown instanceof TandemError && thrown.code === "place-missing") return [];
    throw thrown;
  }
}

/** The forks of dist-git projects. */
async function lookAtForks({ hooks, progress }: ObserveDeps, request: ObserveRequest): Promise<readonly Site[]> {
  const { routes, chosen = routes, bot, isMeant = () => true } = request;
  const sites: Site[] = [];
  for (const { path, parentPath } of await hooks.listForks(bot)) {
    if (parentPath === undefined || !isMeant(parentPath)) continue;
    if (!chosen.some((route) => sourceProjectOf(route, parentPath))) continue;
    progress?.(`fork ${path}`);
    sites.push(forkSite(path, bot, await hooks.listHooks({ kind: "project", path })));
  }
  return sites;
}

/** A fork of the bot's as a place of a hook. */
export function forkSite(path: string, bot: User, list: HookList): Site {
  return {
    place: { kind: "project", path },
    of: ["fork"],
    events: FORK_EVENTS,
    grant: { namespace: bot.username },
    list,
  };
}

function grantOf(projectPath: string): Grant {
  const repository = projectName(projectPath);
  return { namespace: projectPath.slice(0, -repository.length - 1), repository };
}
