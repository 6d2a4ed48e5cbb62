// Routes that lead from different projects to one dist-git branch.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findClashes, type RouteEnds } from "../../../src/model/route-clashes.ts";
import { matchWildcard } from "../../../src/model/route-patterns.ts";

const ends = (change: Partial<RouteEnds> = {}): RouteEnds => ({
  forge: "gitlab",
  source: "group/src/{package}",
  branches: ["c9s", "c10s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  ...change,
});
const HUB = { forge: "github", source: "org/{package}" } as const;

describe("two routes", () => {
  it.each<[string, Partial<RouteEnds>, Partial<RouteEnds>]>([
    ["of one forge", {}, { source: "other/src/{package}" }],
    ["of two forges", {}, HUB],
    ["of one path on two forges", {}, { forge: "github" }],
    ["whose branches overlap by wildcards", { branches: ["c*s"] }, { ...HUB, branches: ["*9s"] }],
    ["whose branches become one", { distBranch: "{branch}" }, { ...HUB, branches: ["9"], distBranch: "c{branch}s" }],
    ["that both lead to a fixed branch", { distBranch: "main" }, { ...HUB, distBranch: "main" }],
    [
      "that swap what they captured",
      { source: "a/{path}/{package}", dist: "d/{path}/{package}" },
      { source: "a/{package}/{path}", dist: "d/{path}/{package}" },
    ],
    ["without placeholders", { source: "a/b", dist: "c/d" }, { source: "a/c", dist: "c/d" }],
  ])("%s clash for certain", (_, one, other) => {
    expect(findClashes([ends(one), ends(other)])).toEqual([{ first: 0, second: 1, isCertain: true }]);
  });

  it.each<[string, Partial<RouteEnds>, Partial<RouteEnds>]>([
    ["a project among those of a pattern", {}, { ...HUB, source: "org/x", dist: "group/rpms/x" }],
    ["patterns of several segments", { source: "s/{path}", dist: "group/{path}" }, HUB],
    [
      "patterns that overlap in part",
      { source: "s/{package}/b", dist: "{package}/b" },
      { source: "t/a/{package}", dist: "a/{package}" },
    ],
  ])("%s may clash", (_, one, other) => {
    expect(findClashes([ends(one), ends(other)])).toEqual([{ first: 0, second: 1, isCertain: false }]);
    expect(findClashes([ends(other), ends(one)])).toEqual([{ first: 0, second: 1, isCertain: false }]);
  });

  it.each<[string, Partial<RouteEnds>, Partial<RouteEnds>]>([
    ["of one source for other branches", { branches: ["c9s"] }, { branches: ["c10s"], distBranch: "x" }],
    ["of one source for the same branches", {}, {}],
    ["for other projects", {}, { ...HUB, dist: "other/rpms/{package}" }],
    ["for more segments", {}, { ...HUB, dist: "group/rpms/sub/{package}" }],
    ["for other branches", {}, { ...HUB, branches: ["main"] }],
    ["for other branches by wildcards", { branches: ["c*s"] }, { ...HUB, branches: ["c*t"] }],
    ["for branches that become others", {}, { ...HUB, distBranch: "hub-{branch}" }],
    ["of which one is an exception for one project", {}, { source: "group/src/x", dist: "group/rpms/x" }],
  ])("%s do not clash", (_, one, other) => {
    expect(findClashes([ends(one), ends(other)])).toEqual([]);
    expect(findClashes([ends(other), ends(one)])).toEqual([]);
  });
});

it("names the two of several", () => {
  const routes = [ends(), ends({ dist: "x/{package}" }), ends({ ...HUB, dist: "x/{package}" })];
  expect(findClashes(routes)).toEqual([{ first: 1, second: 2, isCertain: true }]);
});

it("sees every branch that both patterns match", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pattern, pattern, letters, (one, other, branch) => {
      fc.pre(matchWildcard(one, branch) && matchWildcard(other, branch));
      expect(findClashes([ends({ branches: [one] }), ends({ ...HUB, branches: [other] })])).toHaveLength(1);
    }),
  );
});
