// What adding a package comes to, as a table of what is there.
import { describe, expect, it } from "@jest/globals";
import { chooseBranches } from "../../../../src/admin/packages/choose-branches.ts";
import { missingCiFiles } from "../../../../src/admin/packages/ci-files.ts";
import { placesOf } from "../../../../src/admin/packages/places.ts";
import { makePlan } from "../../../../src/admin/packages/plan.ts";
import { stepText } from "../../../../src/admin/packages/step-text.ts";
import type { AddWorld, BranchWorld } from "../../../../src/admin/packages/world.ts";
import { userError } from "../../../../src/model/errors.ts";
import type { Route } from "../../../../src/model/routes.ts";
import { project, sha } from "../../../support/forge-values.ts";

const ROUTE: Route = {
  name: "staging",
  forge: "gitlab",
  source: "test/src/{package}",
  branches: ["*"],
  dist: "test/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: true,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: true,
  trust: "anyone",
};
const PLACES = placesOf([ROUTE], ROUTE, "acl");
const GROUP = { id: 1, path: "test/src", visibility: "public" } as const;
const NEW: BranchWorld = {
  names: { source: "c9s", dist: "c9s" },
  from: { source: sha("1"), dist: sha("2") },
  there: { source: undefined, dist: undefined },
  standing: "in-step",
  error: undefined,
  hasCi: { source: false, dist: false },
};
const BEFORE: AddWorld = {
  route: ROUTE,
  package: "acl",
  places: PLACES,
  groups: { source: GROUP, dist: GROUP },
  projects: { source: undefined, dist: undefined },
  defaults: { source: undefined, dist: undefined },
  branches: [NEW],
};
const MADE: AddWorld = {
  ...BEFORE,
  projects: { source: project(1, "test/src/acl"), dist: project(2, "test/rpms/acl") },
};
const DONE = { ...NEW, there: NEW.from, hasCi: { source: true, dist: true } };
const SHOWN = { source: "c9s", dist: "c9s" };

function steps(world: AddWorld): readonly string[] | string {
  const plan = makePlan(world);
  return plan.kind === "refuse" ? plan.error.code : plan.steps.map((step) => stepText(step, world));
}

describe("the steps", () => {
  it.each<[string, AddWorld, readonly string[] | string]>([
    [
      "nothing is there",
      BEFORE,
      [
        "create test/rpms/acl",
        "create test/src/acl",
        "push the tags of source-git to test/src/acl",
        "push c9s, with a CI file: test/rpms/acl",
        "push c9s, with a CI file: test/src/acl",
        "show c9s first: test/rpms/acl",
        "show c9s first: test/src/acl",
      ],
    ],
    [
      "dist-git has its branch",
      {
        ...MADE,
        defaults: { source: undefined, dist: "c9s" },
        branches: [{ ...NEW, there: { ...NEW.there, dist: sha("3") }, hasCi: { source: false, dist: true } }],
      },
      [
        "push the tags of source-git to test/src/acl",
        "push c9s, with a CI file: test/src/acl",
        "show c9s first: test/src/acl",
      ],
    ],
    ["everything is there", { ...MADE, defaults: SHOWN, branches: [DONE] }, []],
    [
      "everything is there, and work goes on",
      { ...MADE, defaults: SHOWN, branches: [{ ...DONE, standing: "ahead" }] },
      [],
    ],
    [
      "a CI file is missing on one side",
      { ...MADE, defaults: SHOWN, branches: [{ ...DONE, hasCi: { source: false, dist: true } }] },
      ["add to c9s a CI file: test/src/acl"],
    ],
    [
      "the route copies no CI file",
      { ...MADE, route: { ...ROUTE, copyCiFile: false }, defaults: SHOWN, branches: [{ ...DONE, hasCi: NEW.hasCi }] },
      [],
    ],
    [
      "another of its branches is shown first",
      {
        ...MADE,
        defaults: { source: "c10s", dist: "c10s" },
        branches: [DONE, { ...DONE, names: { source: "c10s", dist: "c10s" } }],
      },
      [],
    ],
    ["a group is missing", { ...BEFORE, groups: { source: GROUP, dist: undefined } }, "group-missing"],
    ["dist-git is ahead", { ...BEFORE, branches: [{ ...NEW, standing: "behind" }] }, "not-in-step"],
    [
      "nobody can tell",
      { ...BEFORE, branches: [{ ...NEW, standing: "unknown", error: userError("config-missing", "no file") }] },
      "not-in-step",
    ],
  ])("when %s", (_, world, expected) => {
    expect(steps(world)).toEqual(expected);
  });
});

describe("a package's places", () => {
  const nested: Route = { ...ROUTE, source: "test/src/{path}", dist: "test/rpms/{path}" };

  it.each<[string, Route, string, unknown]>([
    ["a package", ROUTE, "acl", ["test/src", "acl", "test/rpms"]],
    ["a path", nested, "kernel/rt", ["test/src/kernel", "rt", "test/rpms/kernel"]],
  ])("follow from the route: %s", (_, route, name, expected) => {
    const { source, dist } = placesOf([route], route, name);
    expect([source.group, source.name, dist.group]).toEqual(expected);
  });

  it.each<[string, readonly Route[], Route, string, string]>([
    ["a path where one segment is wanted", [ROUTE], ROUTE, "a/b", "package-name"],
    ["no name", [ROUTE], ROUTE, "", "package-name"],
    ["a name that leads elsewhere", [nested], nested, "../x", "package-name"],
    ["another route that comes first", [{ ...ROUTE, name: "first" }, ROUTE], ROUTE, "acl", "route-other"],
    ["source-git elsewhere", [], { ...ROUTE, forge: "github" }, "acl", "route-not-on-gitlab"],
  ])("are refused for %s", (_, routes, route, name, code) => {
    expect(() => placesOf(routes, route, name)).toThrow(expect.objectContaining({ kind: "user", code }));
  });
});

describe("the branches", () => {
  it("are those that both sides have and the route serves, the first one first", () => {
    const route = { ...ROUTE, branches: ["c*s"], distBranch: "{branch}-rpm" };
    const there = { source: ["main", "c10s", "c9s", "c8s"], dist: ["c9s-rpm", "c10s-rpm", "main", "main-rpm"] };
    expect(chooseBranches(route, there, "c9s").map(({ source, dist }) => `${source} ${dist}`)).toEqual([
      "c9s c9s-rpm",
      "c10s c10s-rpm",
    ]);
  });

  it("are at least one", () => {
    const there = { source: ["main"], dist: ["c9s"] };
    expect(() => chooseBranches(ROUTE, there, undefined)).toThrow(expect.objectContaining({ code: "no-branches" }));
  });
});

it("a side without a CI file gets the other one's, else the fake", () => {
  const file = Buffer.from("job: {}\n");
  expect(missingCiFiles({ source: file, dist: file })).toEqual({ source: undefined, dist: undefined });
  expect(missingCiFiles({ source: undefined, dist: file })).toEqual({ source: file, dist: undefined });
  expect(missingCiFiles({ source: file, dist: undefined })).toEqual({ source: undefined, dist: file });
  const { source, dist } = missingCiFiles({ source: undefined, dist: undefined });
  expect(source?.equals(dist ?? Buffer.alloc(0))).toBe(true);
  expect(source?.toString()).toContain("scratch-build");
});
