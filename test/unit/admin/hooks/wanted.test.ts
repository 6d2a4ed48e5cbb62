// Which hooks routes need: places, and what is told from there.
import { describe, expect, it } from "@jest/globals";
import { needsOfProject, wantedHooks } from "../../../../src/admin/hooks/wanted.ts";
import { parseDelivery } from "../../../../src/events/parse-delivery.ts";
import { routeEvent } from "../../../../src/jobs/route-event.ts";
import type { Route } from "../../../../src/model/routes.ts";
import { route as anyRoute } from "../../../support/forge-values.ts";

const route = (over: Partial<Route> = {}): Route => ({
  ...anyRoute,
  name: "one",
  source: "group/src/{package}",
  dist: "group/rpms/{package}",
  ...over,
});
const SOURCE = ["merge-request", "note"];
const DIST = ["merge-request", "note", "pipeline", "push"];
const placesOf = (...routes: readonly Route[]) =>
  wantedHooks(routes).hooks.map(({ place, sides, events }) => [`${place.kind} ${place.path}`, sides, events]);

describe("hooks are wanted", () => {
  it("in the groups of both sides", () =>
    expect(placesOf(route())).toEqual([
      ["group group/src", ["source"], SOURCE],
      ["group group/rpms", ["dist"], DIST],
    ]));

  it("in the projects themselves where a route names one", () =>
    expect(placesOf(route({ source: "a/src", dist: "a/dist" }))).toEqual([
      ["project a/src", ["source"], SOURCE],
      ["project a/dist", ["dist"], DIST],
    ]));

  it("once in a place that is for several sides or routes", () => {
    const mixed = route({ source: "group/{package}/src", dist: "group/{package}/rpm" });
    expect(placesOf(mixed)).toEqual([["group group", ["source", "dist"], DIST]]);
    const other = route({ name: "two", source: "other/src/{package}" });
    expect(placesOf(route(), other).map(([place]) => place)).toEqual([
      "group group/src",
      "group group/rpms",
      "group other/src",
    ]);
  });

  it("for all routes of a place, also when one of them is chosen", () => {
    const sourceThere = route({ name: "two", source: "group/rpms/{package}/src", dist: "else/{package}" });
    const onlySource = wantedHooks([route(), sourceThere], [sourceThere]).hooks[0];
    expect(onlySource).toEqual({
      place: { kind: "group", path: "group/rpms" },
      sides: ["source", "dist"],
      events: DIST,
    });
  });

  it("by hand where source-git is on GitHub, or anywhere", () => {
    const wanted = wantedHooks([
      route({ forge: "github" }),
      route({ name: "all", source: "{path}/src", dist: "{path}/d" }),
    ]);
    expect(wanted.hooks.map(({ place }) => place.path)).toEqual(["group/rpms"]);
    expect(wanted.byHand).toEqual([
      { route: "one", side: "source", why: "github", pattern: "group/src/{package}" },
      { route: "all", side: "source", why: "everywhere", pattern: "{path}/src" },
      { route: "all", side: "dist", why: "everywhere", pattern: "{path}/d" },
    ]);
  });
});

it.each([
  ["group/src/pkg", ["source"], SOURCE],
  ["group/rpms/pkg", ["dist"], DIST],
  ["group/src/sub/pkg", [], []],
  ["group/other", [], []],
])("a project %s has to tell %j", (path, sides, events) =>
  expect(needsOfProject([route()], path)).toEqual({ sides, events }),
);

describe("what is wanted is what leads to work", () => {
  const PAYLOADS = {
    "merge-request": ["Merge Request Hook", { object_kind: "merge_request", object_attributes: { iid: 1 } }],
    note: [
      "Note Hook",
      {
        object_kind: "note",
        object_attributes: { note: "/tandem sync", noteable_type: "MergeRequest" },
        merge_request: { iid: 1 },
      },
    ],
    pipeline: [
      "Pipeline Hook",
      { object_kind: "pipeline", object_attributes: { id: 1, ref: "main", sha: "a".repeat(40) } },
    ],
    push: ["Push Hook", { object_kind: "push", ref: "refs/heads/main", after: "a".repeat(40) }],
  } as const;

  it.each([
    ["source", "group/src/pkg"],
    ["dist", "group/rpms/pkg"],
  ])("%s", (_, path) => {
    const leads = Object.entries(PAYLOADS).filter(([, [name, body]]) => {
      const payload = { ...body, project: { id: 5, path_with_namespace: path } };
      const parsed = parseDelivery(name, payload, "/tandem");
      if (parsed.kind === "ignored" || parsed.kind === "malformed") return false;
      return Array.isArray(routeEvent(parsed, { routes: [route()], origin: "test" }));
    });
    expect(leads.map(([event]) => event)).toEqual(needsOfProject([route()], path).events);
  });
});
