// Which events lead to which jobs.
import { describe, expect, it } from "@jest/globals";
import { routeEvent } from "../../../src/jobs/route-event.ts";
import type { Event } from "../../../src/model/events.ts";
import { parseSha } from "../../../src/model/ids.ts";
import { jobSchema } from "../../../src/model/jobs.ts";
import type { Route } from "../../../src/model/routes.ts";

const route: Route = {
  name: "r",
  source: "group/src/{package}",
  branches: ["c9s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
};
const routing = { routes: [route], origin: "delivery-1" };
const sha = parseSha("b".repeat(40));
if (!sha) throw new Error("not a sha");

describe("a merge request", () => {
  const event = (projectPath: string): Event => ({
    kind: "merge-request-changed",
    forge: "gitlab",
    projectId: 1,
    projectPath,
    iid: 5,
  });

  it("of a served project leads to a mirror job, whatever its branch", () => {
    const jobs = routeEvent(event("group/src/pkg"), routing);
    expect(jobs).toEqual([{ v: 1, queue: "mirror", forge: "gitlab", projectId: 1, iid: 5, origin: "delivery-1" }]);
    if (Array.isArray(jobs)) for (const job of jobs) expect(jobSchema.parse(job)).toEqual(job);
  });

  it.each(["group/rpms/pkg", "group/src/sub/pkg", "group/srcs/pkg", "other/src/pkg", "fork/pkg"])(
    "of %s is ignored",
    (path) => {
      expect(routeEvent(event(path), routing)).toEqual({
        kind: "ignored",
        reason: "No route serves merge requests of this project",
      });
    },
  );

  it("is ignored without routes", () => {
    expect(routeEvent(event("group/src/pkg"), { routes: [], origin: "x" })).toMatchObject({ kind: "ignored" });
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
  ])("of %s in %s leads to a ci job", (ref, path) => {
    const jobs = routeEvent(event(ref, path), routing);
    expect(jobs).toEqual([{ v: 1, queue: "ci", forge: "gitlab", projectId: 3, sha, ref, origin: "delivery-1" }]);
    if (Array.isArray(jobs)) for (const job of jobs) expect(jobSchema.parse(job)).toEqual(job);
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
