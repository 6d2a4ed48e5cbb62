// The patterns of routes, forwards and backwards, against friendly and hostile input.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checkRoute } from "../../../src/model/check-route.ts";
import {
  distBranchOf,
  expandProject,
  findRoute,
  findRouteOfSource,
  matchProject,
  matchWildcard,
  servesBranch,
  sourceProjectOf,
} from "../../../src/model/route-patterns.ts";
import type { Route } from "../../../src/model/routes.ts";

const route = (change: Partial<Route> = {}): Route => ({
  name: "r",
  source: "group/src/{package}",
  branches: ["c9s", "c10s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
  ...change,
});

describe("matchProject", () => {
  it.each([
    ["group/src/{package}", "group/src/dracut", { package: "dracut" }],
    ["group/src/{package}", "group/src/kernel/rt", undefined],
    ["group/src/{package}", "group/src", undefined],
    ["group/src/{package}", "Group/src/dracut", undefined],
    ["group/src/{package}", "other/src/dracut", undefined],
    ["group/src/{path}", "group/src/dracut", { path: "dracut" }],
    ["group/src/{path}", "group/src/a/b/c", { path: "a/b/c" }],
    ["group/src/{path}", "group/src", undefined],
    ["{path}/src/{package}", "a/b/src/pkg", { path: "a/b", package: "pkg" }],
    ["{path}/src/{package}", "a/b/srcs/pkg", undefined],
    ["{path}/{package}", "a/b", { path: "a", package: "b" }],
    ["group/one", "group/one", {}],
    ["group/one", "group/two", undefined],
    ["group/s.c/{package}", "group/sXc/pkg", undefined],
    ["group/src/{package}", "group/src/..", undefined],
    ["group/src/{path}", "group/src/../rpms/x", undefined],
    ["group/src/{path}", "group/src//x", undefined],
    ["group/src/{path}", "group/src/x/", undefined],
    ["group/src/{package}", "group/src/-x", undefined],
    ["group/src/{package}", "group/src/x\n", undefined],
    ["group/src/{package}", "group/src/x y", undefined],
    ["group/src/{package}", "group/src/%2e%2e", undefined],
    ["group/src/{package}", "group/src/pkg?x#y", undefined],
    ["group/src/{package}", "group/src/{package}", undefined],
    ["group/src/{package}", "", undefined],
  ])("%s and %j", (pattern, path, expected) => {
    expect(matchProject(pattern, path)).toEqual(expected);
  });
});

describe("a route read forwards and backwards", () => {
  it.each([
    [{}, "group/src/dracut", "group/rpms/dracut"],
    [{ source: "g/{path}/src/{package}", dist: "g/{path}/rpms/{package}" }, "g/a/b/src/p", "g/a/b/rpms/p"],
    [{ source: "g/src/{path}", dist: "h/{path}" }, "g/src/a/b", "h/a/b"],
    [{ source: "g/one", dist: "h/two" }, "g/one", "h/two"],
  ])("%j", (change, source, dist) => {
    const made = route(change);
    expect(findRouteOfSource([made], source)?.distProject).toBe(dist);
    expect(sourceProjectOf(made, dist)).toBe(source);
    expect(sourceProjectOf(made, "elsewhere/x/y/z")).toBeUndefined();
  });

  it("is lossless for every valid route and path", () => {
    const segment = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(path, segment, (inner, name) => {
        const made = route({ source: "s/{path}/x/{package}", dist: "d/{package}/y/{path}" });
        const source = `s/${inner}/x/${name}`;
        const match = findRouteOfSource([made], source);
        expect(match?.distProject).toBe(`d/${name}/y/${inner}`);
        expect(sourceProjectOf(made, match?.distProject ?? "")).toBe(source);
      }),
    );
  });

  it("puts captured text in as it is", () => {
    expect(expandProject("d/{package}/{path}", { package: "$&", path: "{package}" })).toBe("d/$&/{package}");
  });
});

describe("the first route that matches", () => {
  const first = route({ name: "first", branches: ["c9s"] });
  const second = route({ name: "second", branches: ["*"], dist: "other/rpms/{package}" });

  it("wins", () => {
    expect(findRoute([first, second], "group/src/p", "c9s")?.route.name).toBe("first");
    expect(findRoute([second, first], "group/src/p", "c9s")?.route.name).toBe("second");
    expect(findRouteOfSource([first, second], "group/src/p")?.route.name).toBe("first");
  });

  it("is the first that serves the branch, when a branch is given", () => {
    expect(findRoute([first, second], "group/src/p", "main")?.distProject).toBe("other/rpms/p");
    expect(findRoute([first], "group/src/p", "main")).toBeUndefined();
    expect(findRoute([first], "nowhere/src/p", "c9s")).toBeUndefined();
  });
});

describe("branches", () => {
  it.each([
    ["c9s", "c9s", true],
    ["c9s", "c9s-x", false],
    ["c9s", "C9S", false],
    ["*", "anything/at-all", true],
    ["c*s", "c10s", true],
    ["c*s", "cs", true],
    ["c*s", "c10", false],
    ["a*a", "a", false],
    ["*-rhel-*", "x-rhel-9", true],
    ["*-rhel-*", "rhel-9", false],
    ["a*b*c", "aXbYbZc", true],
    ["a**c", "abc", true],
    ["c.s", "cxs", false],
    ["release/*", "release/1/2", true],
  ])("%s and %s: %s", (pattern, branch, expected) => {
    expect(matchWildcard(pattern, branch)).toBe(expected);
    expect(servesBranch(route({ branches: ["none", pattern] }), branch)).toBe(expected);
  });

  it("agrees with a regular expression", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, branch) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(branch);
        expect(matchWildcard(pattern, branch)).toBe(expected);
      }),
    );
  });

  it("takes no exponential time", () => {
    expect(matchWildcard(`${"a*".repeat(2000)}b`, "a".repeat(100_000))).toBe(false);
  });

  it.each([
    ["{branch}", "c9s", "c9s"],
    ["rhel-{branch}", "9", "rhel-9"],
    ["rawhide", "main", "rawhide"],
    ["x-{branch}", "$&$1{branch}", "x-$&$1{branch}"],
  ])("distBranch %s of %s", (distBranch, branch, expected) => {
    expect(distBranchOf(route({ distBranch }), branch)).toBe(expected);
  });
});

describe("checkRoute", () => {
  it.each<[string, Partial<Route>, string[]]>([
    ["good", {}, []],
    ["without placeholders", { source: "a/b", dist: "c/d" }, []],
    ["wildcards", { branches: ["*", "c*s", "release/*"] }, []],
    ["dist does not use what source captures", { dist: "group/rpms" }, ["dist"]],
    ["dist uses what source does not capture", { dist: "group/{path}/{package}" }, ["dist"]],
    [
      "the result would be a source again",
      { source: "group/{path}/{package}", dist: "group/x/{path}/{package}" },
      ["dist"],
    ],
    ["source is dist", { dist: "group/src/{package}" }, ["dist"]],
    ["a placeholder twice", { source: "{package}/{package}", dist: "d/{package}" }, ["source"]],
    ["a placeholder inside a segment", { source: "group/src-{package}" }, ["source"]],
    ["an unknown placeholder", { source: "group/{project}" }, ["source"]],
    ["one segment", { source: "{package}" }, ["source"]],
    ["a leading slash", { source: "/group/{package}" }, ["source"]],
    ["dots", { dist: "group/../{package}" }, ["dist"]],
    ["a URL", { source: "https://host/group/{package}" }, ["source"]],
    [
      "branches that git refuses",
      { branches: ["a..b", "", "x y", "ok", "-x", "a//b", ".a", "a.lock"] },
      ["branches", "branches", "branches", "branches", "branches", "branches", "branches"],
    ],
    ["a dist branch that git refuses", { distBranch: "a b" }, ["distBranch"]],
    ["an unknown placeholder in distBranch", { distBranch: "{version}" }, ["distBranch"]],
  ])("%s", (_, change, expected) => {
    expect(checkRoute(route(change)).map(({ path }) => path[0])).toEqual(expected);
  });
});
