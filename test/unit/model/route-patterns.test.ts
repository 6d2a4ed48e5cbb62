// The patterns of routes, forwards and backwards, against friendly and hostile input.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isBranchName } from "../../../src/model/branch-name.ts";
import { checkRoute } from "../../../src/model/check-route.ts";
import { findClashes } from "../../../src/model/route-clashes.ts";
import {
  distBranchOf,
  expandProject,
  findRoute,
  findRouteOfDist,
  findRouteOfSource,
  isDistProject,
  matchProject,
  matchWildcard,
  type ProjectAddress,
  servesBranch,
  sourceProjectOf,
} from "../../../src/model/route-patterns.ts";
import type { Route } from "../../../src/model/routes.ts";

const route = (change: Partial<Route> = {}): Route => ({
  name: "r",
  forge: "gitlab",
  source: "group/src/{package}",
  branches: ["c9s", "c10s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: true,
  trust: "anyone",
  ...change,
});
const onGitLab = (path: string): ProjectAddress => ({ forge: "gitlab", path });
const onGitHub = (path: string): ProjectAddress => ({ forge: "github", path });

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
    expect(findRouteOfSource([made], onGitLab(source))?.distProject).toBe(dist);
    expect(sourceProjectOf(made, dist)).toEqual(onGitLab(source));
    expect(sourceProjectOf(made, "elsewhere/x/y/z")).toBeUndefined();
  });

  it("is lossless for every valid route and path", () => {
    const segment = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(path, segment, (inner, name) => {
        const made = route({ source: "s/{path}/x/{package}", dist: "d/{package}/y/{path}" });
        const source = `s/${inner}/x/${name}`;
        const match = findRouteOfSource([made], onGitLab(source));
        expect(match?.distProject).toBe(`d/${name}/y/${inner}`);
        expect(sourceProjectOf(made, match?.distProject ?? "")).toEqual(onGitLab(source));
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
    expect(findRoute([first, second], onGitLab("group/src/p"), "c9s")?.route.name).toBe("first");
    expect(findRoute([second, first], onGitLab("group/src/p"), "c9s")?.route.name).toBe("second");
    expect(findRouteOfSource([first, second], onGitLab("group/src/p"))?.route.name).toBe("first");
  });

  it("is the first that serves the branch, when a branch is given", () => {
    expect(findRoute([first, second], onGitLab("group/src/p"), "main")?.distProject).toBe("other/rpms/p");
    expect(findRoute([first], onGitLab("group/src/p"), "main")).toBeUndefined();
    expect(findRoute([first], onGitLab("nowhere/src/p"), "c9s")).toBeUndefined();
  });
});

describe("forges", () => {
  const gitlab = route();
  const github = route({ name: "hub", forge: "github", dist: "group/hub/{package}" });

  it("tell projects of one path apart", () => {
    for (const routes of [
      [gitlab, github],
      [github, gitlab],
    ]) {
      expect(findRouteOfSource(routes, onGitLab("group/src/p"))?.route.name).toBe("r");
      expect(findRouteOfSource(routes, onGitHub("group/src/p"))?.route.name).toBe("hub");
      expect(findRoute(routes, onGitHub("group/src/p"), "c9s")?.distProject).toBe("group/hub/p");
    }
    expect(findRouteOfSource([gitlab], onGitHub("group/src/p"))).toBeUndefined();
  });

  it("are part of what is read backwards", () => {
    expect(sourceProjectOf(github, "group/hub/p")).toEqual(onGitHub("group/src/p"));
  });
});

describe("isDistProject", () => {
  const routes = [route(), route({ forge: "github", source: "o/r", dist: "x/y" })];

  it.each([
    ["group/rpms/p", true],
    ["x/y", true],
    ["group/rpms/sub/p", false],
    ["group/src/p", false],
    ["o/r", false],
    ["group/rpms/..", false],
    ["", false],
  ])("%s: %s", (path, expected) => {
    expect(isDistProject(routes, path)).toBe(expected);
    expect(isDistProject([], path)).toBe(false);
  });
});

describe("findRouteOfDist", () => {
  it.each<[string, Partial<Route>, string, string | undefined]>([
    ["as it is", {}, "c9s", "c9s"],
    ["as it is, not served", {}, "main", undefined],
    ["a prefix", { distBranch: "rhel-{branch}" }, "rhel-c9s", "c9s"],
    ["a prefix that is missing", { distBranch: "rhel-{branch}" }, "c9s", undefined],
    ["a suffix", { distBranch: "{branch}-next" }, "c9s-next", "c9s"],
    ["both", { distBranch: "a-{branch}-b" }, "a-c10s-b", "c10s"],
    ["both, overlapping", { branches: ["*"], distBranch: "a-{branch}-a" }, "a-a", undefined],
    ["both, and nothing between", { branches: ["*"], distBranch: "a-{branch}-b" }, "a--b", undefined],
    ["prefix in upper case", { distBranch: "rhel-{branch}" }, "RHEL-c9s", undefined],
    ["wildcards", { branches: ["c*s", "f*"] }, "f41", "f41"],
    ["wildcards that do not match", { branches: ["c*s", "f*"] }, "main", undefined],
    ["wildcards behind a prefix", { branches: ["*"], distBranch: "x/{branch}" }, "x/y/z", "y/z"],
    ["a fixed branch of one branch", { branches: ["main"], distBranch: "rawhide" }, "rawhide", "main"],
    ["a fixed branch, another one", { branches: ["main"], distBranch: "rawhide" }, "main", undefined],
    ["a fixed branch of several branches", { branches: ["main", "c9s"], distBranch: "rawhide" }, "rawhide", undefined],
    ["a fixed branch of a wildcard", { branches: ["c*"], distBranch: "rawhide" }, "rawhide", undefined],
    ["twice, of one branch", { branches: ["c9s"], distBranch: "{branch}/{branch}" }, "c9s/c9s", "c9s"],
    ["twice, of several branches", { distBranch: "{branch}/{branch}" }, "c9s/c9s", undefined],
    ["twice, unlike", { branches: ["c9s"], distBranch: "{branch}/{branch}" }, "c9s/c10s", undefined],
    ["no name", { branches: ["*"] }, "", undefined],
  ])("%s", (_, change, branch, expected) => {
    const made = route(change);
    const match = findRouteOfDist([made], "group/rpms/p", branch);
    expect(match).toEqual(expected && { route: made, source: onGitLab("group/src/p"), sourceBranch: expected });
  });

  it("finds source-git on GitHub", () => {
    const made = route({ forge: "github", source: "org/{package}" });
    expect(findRouteOfDist([made], "group/rpms/p", "c9s")?.source).toEqual(onGitHub("org/p"));
    expect(findRouteOfDist([made], "group/src/p", "c9s")).toBeUndefined();
  });

  it("takes the route that serves the branch", () => {
    const [nine, ten] = [route({ name: "9", branches: ["c9s"] }), route({ name: "10", branches: ["c10s"] })];
    expect(findRouteOfDist([nine, ten], "group/rpms/p", "c10s")?.route.name).toBe("10");
    expect(findRouteOfDist([], "group/rpms/p", "c10s")).toBeUndefined();
  });

  it("finds no route that merge requests never take, as an earlier one takes them elsewhere", () => {
    const elsewhere = route({ name: "first", dist: "other/{package}" });
    expect(findRouteOfDist([elsewhere, route()], "group/rpms/p", "c9s")).toBeUndefined();
    expect(findRouteOfDist([elsewhere, route()], "other/p", "c9s")?.route.name).toBe("first");
  });

  it("leads back to where a merge request came from, and to nowhere else", () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,5}$/);
    const branch = fc.stringMatching(/^[ab-]{1,6}$/).filter(isBranchName);
    const pattern = fc.oneof(
      fc.constant("*"),
      word,
      word.map((text) => `${text}*`),
      branch,
    );
    const distBranch = fc
      .tuple(fc.constantFrom("", "a", "a-", "-b"), fc.constant("{branch}"), fc.constantFrom("", "b", "-b"))
      .map((parts) => parts.join(""));
    const routes = fc.array(
      fc.record({
        forge: fc.constantFrom("gitlab" as const, "github" as const),
        source: fc.constantFrom("s/{package}", "t/{package}", "s/p", "t/p"),
        branches: fc.array(pattern, { minLength: 1, maxLength: 3 }),
        dist: fc.constantFrom("d/{package}", "e/{package}", "d/p", "e/p"),
        distBranch,
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(routes, fc.constantFrom("s/p", "t/p"), branch, (changes, path, given) => {
        const made = changes.map((change) => route(change)).filter((one) => checkRoute(one).length === 0);
        const forwards = findRoute(made, onGitLab(path), given);
        fc.pre(forwards !== undefined);
        const target = distBranchOf(forwards.route, given);
        const back = findRouteOfDist(made, forwards.distProject, target);
        // Another route may lead there as well, from elsewhere; whichever is found, it leads here.
        if (!back) throw new Error("no way back");
        const again = findRoute(made, back.source, back.sourceBranch);
        expect([again?.route, again?.distProject]).toEqual([back.route, forwards.distProject]);
        expect(distBranchOf(back.route, back.sourceBranch)).toBe(target);
        if (findClashes(made).length === 0) expect(back.source).toEqual(onGitLab(path));
        if (made.length === 1) expect(back.sourceBranch).toBe(given);
      }),
    );
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
