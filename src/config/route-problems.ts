// Checks of routes that a schema cannot say. They look at the raw options, so that they speak up even when the schema has
// something to say, too: all problems are reported at once. What has the wrong type is the schema's business.
import { checkRoute } from "../model/check-route.ts";
import { isMapping, type OptionPath } from "./layers.ts";

/** What is wrong with the patterns and names of the `routes` option, with the path from the root. */
export function routeProblems(routes: unknown): readonly { readonly path: OptionPath; readonly expected: string }[] {
  if (!Array.isArray(routes)) return [];
  const names = new Set<unknown>();
  return routes.flatMap((route: unknown, index) => {
    if (!isMapping(route)) return [];
    const { name, source, dist, branches, distBranch } = route;
    const problems =
      typeof source === "string" && typeof dist === "string"
        ? checkRoute({
            source,
            dist,
            branches: isTexts(branches) ? branches : [],
            distBranch: typeof distBranch === "string" ? distBranch : "{branch}",
          })
        : [];
    const located = problems.map(({ path, expected }) => ({ path: ["routes", index, ...path], expected }));
    if (names.has(name)) located.push({ path: ["routes", index, "name"], expected: "a name that no other route has" });
    if (typeof name === "string") names.add(name);
    return located;
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
