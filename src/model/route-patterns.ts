// The patterns of a route: which project paths and branches they match, and what they expand to, in both directions.
// Patterns come from the service configuration, paths and branches from strangers.
import type { ForgeName } from "./ids.ts";
import { isProjectPath } from "./project-path.ts";
import type { Route } from "./routes.ts";

/** What a placeholder stood for: `package` one segment of a path, `path` one or more. */
export interface Captures {
  readonly package?: string;
  readonly path?: string;
}

/** A route that serves a project, with what its `source` captured and the dist-git project that follows from it. */
export interface RouteMatch {
  readonly route: Route;
  readonly captures: Captures;
  /** Full path of the dist-git project. */
  readonly distProject: string;
}

/**
 * Matches a project path against a pattern of whole segments: text, `{package}` or `{path}`, each placeholder at most
 * once. Upper and lower case differ. Returns undefined when it does not match, or when the path is not a project path.
 */
export function matchProject(pattern: string, projectPath: string): Captures | undefined {
  if (!isProjectPath(projectPath)) return undefined;
  const wanted = pattern.split("/");
  const given = projectPath.split("/");
  const surplus = given.length - wanted.length;
  if (wanted.includes("{path}") ? surplus < 0 : surplus !== 0) return undefined;
  const captures: { package?: string; path?: string } = {};
  let at = 0;
  for (const part of wanted) {
    const width = part === "{path}" ? surplus + 1 : 1;
    const text = given.slice(at, at + width).join("/");
    at += width;
    if (part === "{path}") captures.path = text;
    else if (part === "{package}") captures.package = text;
    else if (part !== text) return undefined;
  }
  return captures;
}

/** Puts captured text in place of the placeholders. A placeholder that captured nothing stays as it is. */
export function expandProject(pattern: string, captures: Captures): string {
  return pattern
    .split("/")
    .map((part) => {
      if (part === "{path}") return captures.path ?? part;
      return part === "{package}" ? (captures.package ?? part) : part;
    })
    .join("/");
}

/** Where a project is: the forge, and its full path there. */
export interface ProjectAddress {
  readonly forge: ForgeName;
  readonly path: string;
}

/** The first route whose `source` matches this source-git project, whatever the branch. */
export function findRouteOfSource(routes: readonly Route[], source: ProjectAddress): RouteMatch | undefined {
  return matchesOfSource(routes, source).at(0);
}

/** The first route that serves this target branch of this source-git project. */
export function findRoute(routes: readonly Route[], source: ProjectAddress, branch: string): RouteMatch | undefined {
  return matchesOfSource(routes, source).find(({ route }) => servesBranch(route, branch));
}

/** Whether one of the route's branch patterns matches the name of a source-git branch. */
export function servesBranch(route: Route, branch: string): boolean {
  return branch !== "" && route.branches.some((pattern) => matchWildcard(pattern, branch));
}

/** Reads a route backwards: the source-git project whose result goes to this dist-git project, if there is one. */
export function sourceProjectOf(
  route: Pick<Route, "forge" | "source" | "dist">,
  distProject: string,
): ProjectAddress | undefined {
  const captures = matchProject(route.dist, distProject);
  return captures && { forge: route.forge, path: expandProject(route.source, captures) };
}

/** Whether results of some route go to this dist-git project. */
export function isDistProject(routes: readonly Route[], path: string): boolean {
  return routes.some((route) => sourceProjectOf(route, path) !== undefined);
}

/** A route read backwards from a branch of a dist-git project. */
export interface DistRouteMatch {
  readonly route: Route;
  readonly source: ProjectAddress;
  readonly sourceBranch: string;
}

/** The first route whose result goes to this branch of this dist-git project, and the source-git branch behind it. */
export function findRouteOfDist(
  routes: readonly Route[],
  distProject: string,
  branch: string,
): DistRouteMatch | undefined {
  for (const route of routes) {
    const source = sourceProjectOf(route, distProject);
    const sourceBranch = source && sourceBranchOf(route, branch);
    if (source && sourceBranch !== undefined && findRoute(routes, source, sourceBranch)?.route === route)
      return { route, source, sourceBranch };
  }
  return undefined;
}

/** The dist-git branch for a source-git branch. */
export function distBranchOf(route: Route, sourceBranch: string): string {
  return route.distBranch.split("{branch}").join(sourceBranch);
}

/** Reads `distBranch` backwards; undefined when the branch is not served, or when several source-git branches lead to it. */
function sourceBranchOf(route: Route, distBranch: string): string | undefined {
  const [before = "", after, more] = route.distBranch.split("{branch}");
  const [only, second] = route.branches;
  if (after === undefined || more !== undefined) {
    const isOne = only !== undefined && second === undefined && !only.includes("*");
    return isOne && distBranchOf(route, only) === distBranch ? only : undefined;
  }
  if (!distBranch.startsWith(before) || !distBranch.endsWith(after)) return undefined;
  const branch = distBranch.slice(before.length, distBranch.length - after.length);
  return servesBranch(route, branch) && distBranchOf(route, branch) === distBranch ? branch : undefined;
}

/**
 * Whether a text matches a pattern in which `*` stands for any run of characters, `/` and none included. Takes at most
 * pattern length times text length steps, whatever they are: no regular expression is built.
 */
export function matchWildcard(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function matchesOfSource(routes: readonly Route[], source: ProjectAddress): readonly RouteMatch[] {
  return routes.flatMap((route) => {
    const captures = route.forge === source.forge ? matchProject(route.source, source.path) : undefined;
    return captures ? [{ route, captures, distProject: expandProject(route.dist, captures) }] : [];
  });
}
