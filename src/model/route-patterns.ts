// The patterns of a route: which project paths and branches they match, and what they expand to, in both directions.
// Patterns come from the service configuration, paths and branches from strangers.
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

/** The first route whose `source` matches this source-git project, whatever the branch. */
export function findRouteOfSource(routes: readonly Route[], sourceProject: string): RouteMatch | undefined {
  return matchesOfSource(routes, sourceProject).at(0);
}

/** The first route that serves this target branch of this source-git project. */
export function findRoute(routes: readonly Route[], sourceProject: string, branch: string): RouteMatch | undefined {
  return matchesOfSource(routes, sourceProject).find(({ route }) => servesBranch(route, branch));
}

/** Whether one of the route's branch patterns matches the name of a source-git branch. */
export function servesBranch(route: Route, branch: string): boolean {
  return branch !== "" && route.branches.some((pattern) => matchWildcard(pattern, branch));
}

/** Reads a route backwards: the source-git project whose result goes to this dist-git project, if there is one. */
export function sourceProjectOf(route: Route, distProject: string): string | undefined {
  const captures = matchProject(route.dist, distProject);
  return captures && expandProject(route.source, captures);
}

/** The dist-git branch for a source-git branch. */
export function distBranchOf(route: Route, sourceBranch: string): string {
  return route.distBranch.split("{branch}").join(sourceBranch);
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

function matchesOfSource(routes: readonly Route[], sourceProject: string): readonly RouteMatch[] {
  return routes.flatMap((route) => {
    const captures = matchProject(route.source, sourceProject);
    return captures ? [{ route, captures, distProject: expandProject(route.dist, captures) }] : [];
  });
}
