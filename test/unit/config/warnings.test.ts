// What is allowed in a configuration and still worth a second thought.
import { expect, it } from "@jest/globals";
import { configWarnings, formatWarning } from "../../../src/config/warnings.ts";
import type { Route } from "../../../src/model/routes.ts";

const route = (change: Partial<Route> = {}): Route => ({
  name: "r",
  forge: "gitlab",
  source: "group/src/{package}",
  branches: ["c9s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: true,
  trust: "anyone",
  ...change,
});
const hub = (change: Partial<Route> = {}) =>
  route({ name: "hub", forge: "github", source: "org/{package}", ...change });

it.each<[string, readonly Route[], string[]]>([
  ["nothing", [route()], []],
  ["a copied CI file of anyone", [route(), route({ dist: "x/{package}", copyCiFile: true })], ["routes.1.trust"]],
  ["a copied CI file of members", [route({ copyCiFile: true, trust: "members" })], []],
  [
    "a project of one route among those of another",
    [route(), hub({ source: "org/dracut", dist: "group/rpms/dracut" })],
    ["routes.1.dist"],
  ],
])("%s", (_, routes, paths) => {
  const warnings = configWarnings({ routes });
  expect(warnings.map(({ path }) => path)).toEqual(paths);
  for (const warning of warnings) expect(formatWarning(warning)).toMatch(/^warning: routes\.\d\.\w+: .+; .+$/);
});
