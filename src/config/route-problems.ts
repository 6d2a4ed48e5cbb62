// Checks of routes that a schema cannot say. They look at the raw options, so that they speak up even when the schema has
// something to say, too: all problems are reported at once. What has the wrong type is the schema's business.
import { checkRoute } from "../model/check-route.ts";
import { findClashes, type RouteEnds } from "../model/route-clashes.ts";
import { isMapping, type Mapping, type OptionPath } from "./layers.ts";

/** What is wrong with the patterns and names of the `routes` option, with the path from the root. */
export function routeProblems(routes: unknown): readonly { readonly path: OptionPath; readonly expected: string }[] {
  if (!Array.isArray(routes)) return [];
  const names = new Set<unknown>();
  const single = routes.flatMap((route: unknown, index) => {
    if (!isMapping(route)) return [];
    const { name } = route;
    const ends = endsOf(route);
    const problems = ends ? checkRoute(ends) : [];
    const located = problems.map(({ path, expected }) => ({ path: ["routes", index, ...path], expected }));
    if (names.has(name)) located.push({ path: ["routes", index, "name"], expected: "a name that no other route has" });
    if (typeof name === "string") names.add(name);
    return located;
  });
  return [...single, ...certainClashes(routes)];
}

function certainClashes(routes: readonly unknown[]): ReturnType<typeof routeProblems> {
  const whole = routes.flatMap((route, index) => {
    const ends = isMapping(route) ? endsOf(route) : undefined;
    return ends && checkRoute(ends).length === 0 ? [{ ends, index }] : [];
  });
  return findClashes(whole.map(({ ends }) => ends)).flatMap(({ first, second, isCertain }) => {
    if (!isCertain) return [];
    const expected = `a dist-git project or branch to which routes.${whole[first]?.index} does not lead from another source`;
    return [{ path: ["routes", whole[second]?.index ?? 0, "dist"], expected }];
  });
}

/** The patterns of a route with their defaults; undefined when there are none to speak of. */
function endsOf({ forge, source, dist, branches, distBranch }: Mapping): RouteEnds | undefined {
  if (typeof source !== "string" || typeof dist !== "string") return undefined;
  return {
    forge: forge === "github" ? forge : "gitlab",
    source,
    dist,
    branches: isTexts(branches) ? branches : [],
    distBranch: typeof distBranch === "string" ? distBranch : "{branch}",
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
