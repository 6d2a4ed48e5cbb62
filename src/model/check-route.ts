// Whether the patterns of a route make sense, for the configuration's check.
import { isBranchName } from "./branch-name.ts";
import { isPathSegment } from "./project-path.ts";
import { expandProject, matchProject } from "./route-patterns.ts";
import type { Route } from "./routes.ts";

/** What is wrong with an option of a route. */
export interface RouteProblem {
  /** Where in the route, e.g. `["branches", 0]`. */
  readonly path: readonly (keyof Route | number)[];
  /** What would be right. */
  readonly expected: string;
}

const PLACEHOLDERS = ["{package}", "{path}"];

/** All that is wrong with the patterns of a route. */
export function checkRoute(route: Pick<Route, "source" | "dist" | "branches" | "distBranch">): readonly RouteProblem[] {
  const ends = [...checkProjectPattern("source", route.source), ...checkProjectPattern("dist", route.dist)];
  return [
    ...ends,
    ...(ends.length === 0 ? checkDirection(route.source, route.dist) : []),
    ...route.branches.flatMap((pattern, index) =>
      isBranchName(pattern.replaceAll("*", "x"))
        ? []
        : [{ path: ["branches", index] as const, expected: "a branch name, in which * matches any run of characters" }],
    ),
    ...(isBranchName(route.distBranch.split("{branch}").join("x")) &&
    !/[{}]/.test(route.distBranch.split("{branch}").join(""))
      ? []
      : [{ path: ["distBranch"] as const, expected: "a branch name, in which {branch} is the source-git branch" }]),
  ];
}

function checkProjectPattern(field: "source" | "dist", pattern: string): readonly RouteProblem[] {
  const parts = pattern.split("/");
  const problems: RouteProblem[] = [];
  if (parts.length < 2 || !parts.every((part) => PLACEHOLDERS.includes(part) || isPathSegment(part))) {
    problems.push({
      path: [field],
      expected:
        "the full path of a project, each segment being a name, {package} (one segment) or {path} (one or more)",
    });
  }
  for (const placeholder of PLACEHOLDERS) {
    if (pattern.split(placeholder).length > 2)
      problems.push({ path: [field], expected: `${placeholder} at most once` });
  }
  return problems;
}

/** One source project must lead to one dist-git project and back, and a result must not be taken for a source again. */
function checkDirection(source: string, dist: string): readonly RouteProblem[] {
  const problems: RouteProblem[] = [];
  for (const placeholder of PLACEHOLDERS) {
    if (source.includes(placeholder) === dist.includes(placeholder)) continue;
    problems.push({
      path: ["dist"],
      expected: dist.includes(placeholder)
        ? `only what source captures, and source has no ${placeholder}`
        : `${placeholder}, because source captures it: two source-git projects must not share a dist-git project`,
    });
  }
  const sample = expandProject(dist, { package: "package", path: "path" });
  if (matchProject(source, sample)) {
    problems.push({
      path: ["dist"],
      expected: "a project that source does not match, or the result would be a source again",
    });
  }
  return problems;
}
