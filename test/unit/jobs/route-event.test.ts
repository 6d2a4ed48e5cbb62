// Which events lead to which jobs.
import { describe, expect, it } from "@jest/globals";
import { routeEvent } from "../../../src/jobs/route-event.ts";
import type { Event } from "../../../src/model/events.ts";
import { type ForgeName, parseSha } from "../../../src/model/ids.ts";
import { jobSchema } from "../../../src/model/jobs.ts";
import type { Route } from "../../../src/model/routes.ts";

const route: Route = {
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
};
const onGitHub: Route = {
  ...route,
  name: "hub",
  forge: "github",
  source: "org/{package}",
  dist: "group/hub/{package}",
};
const oneWay: Route = {
  ...route,
  name: "one-way",
  source: "a/b",
  dist: "c/d",
  distBranch: "rhel-{branch}",
  backsync: false,
};
const routes = [route, onGitHub, oneWay];
const routing = { routes, origin: "delivery-1" };
const sha = parseSha("b".repeat(40));
if (!sha) throw new Error("not a sha");

/** The one job that an event leads to, as a worker will read it. */
function jobOf(event: Event): unknown {
  const jobs = routeEvent(event, routing);
  if ("kind" in jobs) throw new Error(jobs.reason);
  expect(jobs.map((job) => jobSchema.parse(job))).toEqual(jobs);
  expect(jobs).toHaveLength(1);
  return jobs[0];
}

describe("a merge request", () => {
  const event = (forge: ForgeName, projectPath: string): Event => ({
    kind: "merge-request-changed",
    forge,
    projectId: 1,
    projectPath,
    iid: 5,
  });

  it.each([
    ["gitlab", "group/src/pkg"],
    ["github", "org/pkg"],
  ] as const)("of the served project %s %s leads to a mirror job, whatever its branch", (forge, path) => {
    expect(jobOf(event(forge, path))).toEqual({
      v: 1,
      queue: "mirror",
      forge,
      projectId: 1,
      iid: 5,
      origin: "delivery-1",
    });
  });

  it.each(["group/rpms/pkg", "group/hub/pkg", "c/d"])("of the dist-git project %s leads to its pair", (path) => {
    expect(jobOf(event("gitlab", path))).toEqual({
      v: 1,
      queue: "ci",
      forge: "gitlab",
      projectId: 1,
      iid: 5,
      origin: "delivery-1",
    });
  });

  it.each([
    ["gitlab", "group/src/sub/pkg"],
    ["gitlab", "group/srcs/pkg"],
    ["gitlab", "other/src/pkg"],
    ["gitlab", "fork/pkg"],
    ["gitlab", "org/pkg"],
    ["github", "group/src/pkg"],
    ["github", "group/rpms/pkg"],
    ["github", "c/d"],
  ] as const)("of %s %s is ignored", (forge, path) => {
    expect(routeEvent(event(forge, path), routing)).toEqual({
      kind: "ignored",
      reason: "No route serves merge requests of this project",
    });
  });

  it("is ignored without routes", () => {
    const none = { routes: [], origin: "x" };
    expect(routeEvent(event("gitlab", "group/src/pkg"), none)).toMatchObject({ kind: "ignored" });
  });
});

describe("a pipeline", () => {
  const event = (ref: string, projectPath = "bot/pkg"): Event => ({
    kind: "pipeline-changed",
    forge: "gitlab",
    projectId: 3,
    projectPath,
    pipelineId: 7,
    ref,
    sha,
  });

  it.each([
    ["src-5-c9s", "bot/pkg"],
    ["src-5-c9s", "group/rpms/pkg"],
    ["c9s-src-5", "bot/pkg"],
    ["11.3.0-c9s-src-15", "bot/pkg"],
    ["refs/merge-requests/25/head", "group/rpms/pkg"],
    ["refs/merge-requests/25/merge", "group/rpms/pkg"],
    ["refs/merge-requests/25/train", "group/rpms/pkg"],
    ["c9s", "group/rpms/pkg"],
    ["whatever", "group/hub/pkg"],
  ])("of %s in %s leads to a ci job", (ref, path) => {
    expect(jobOf(event(ref, path))).toEqual({
      v: 1,
      queue: "ci",
      forge: "gitlab",
      projectId: 3,
      sha,
      ref,
      origin: "delivery-1",
    });
  });

  it.each([
    "main",
    "c9s",
    "src-c9s",
    "src-0-c9s",
    "src-5-",
    "refs/merge-requests/0/head",
    "refs/merge-requests/5/train",
    "x/refs/merge-requests/5/head",
    "refs/heads/main",
  ])("of %s is ignored", (ref) => {
    expect(routeEvent(event(ref), routing)).toEqual({
      kind: "ignored",
      reason: "The pipeline is not for a branch of a pair",
    });
  });
});

describe("a push", () => {
  const event = (projectPath: string, branch: string, forge: ForgeName = "gitlab"): Event => ({
    kind: "branch-pushed",
    forge,
    projectId: 4,
    projectPath,
    branch,
  });

  it.each([
    ["group/rpms/pkg", "c9s"],
    ["group/hub/pkg", "c9s"],
    ["c/d", "rhel-c9s"],
  ])("to %s %s leads to a back-sync job, wanted or not", (path, branch) => {
    expect(jobOf(event(path, branch))).toEqual({
      v: 1,
      queue: "backsync",
      forge: "gitlab",
      projectId: 4,
      branch,
      origin: "delivery-1",
    });
  });

  it.each([
    ["group/rpms/pkg", "c10s", "gitlab", "No route leads to this branch"],
    ["group/rpms/pkg", "src-5-c9s", "gitlab", "No route leads to this branch"],
    ["c/d", "c9s", "gitlab", "No route leads to this branch"],
    ["bot/pkg", "c9s", "gitlab", "No route leads to this branch"],
    ["group/rpms/pkg", "c9s", "github", "No route leads to this branch"],
    ["group/src/pkg", "c9s", "gitlab", "Pushes to source-git come as changes of its merge requests"],
    ["org/pkg", "c9s", "github", "Pushes to source-git come as changes of its merge requests"],
  ] as const)("to %s %s on %s is ignored", (path, branch, forge, reason) => {
    expect(routeEvent(event(path, branch, forge), routing)).toEqual({ kind: "ignored", reason });
  });
});
