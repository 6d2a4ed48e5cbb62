// What a pipeline event may lead to: only GitLab's own answers count, and only for pipelines of the pair.
import { describe, expect, it } from "@jest/globals";
import type { MergeRequest, Pipeline, Project } from "../../../../src/forge/forge.ts";
import type { Route } from "../../../../src/model/routes.ts";
import { observe } from "../../../../src/sync/ci/observe.ts";
import { renderPairMark } from "../../../../src/sync/marks/marker.ts";
import { fakeForge } from "../../../support/fake-forge.ts";
import { bot, mergeRequest, pair, pipeline, project, route, sha } from "../../../support/forge-values.ts";

const source = project(1, "src/pkg");
const dist = project(2, "rpms/pkg");
const fork: Project = { ...project(22, "tandem-bot/pkg"), forkedFromId: dist.id };
const strangersFork: Project = { ...project(66, "mallory/pkg"), forkedFromId: dist.id };
const mark = renderPairMark({ source: { forge: "gitlab", projectId: source.id, iid: 5 } });
const distMergeRequest = pair({ description: mark }).mergeRequest;

function look(
  job: { readonly projectId: number; readonly ref?: string },
  world: {
    readonly pipelines?: readonly Pipeline[];
    readonly routes?: readonly Route[];
    readonly found?: MergeRequest;
  } = {},
) {
  const projects = [source, dist, fork, strangersFork];
  const forge = fakeForge({
    readProject: async (id) => projects.find((each) => each.id === id),
    readMergeRequest: async (id) => (id === source.id ? mergeRequest() : distMergeRequest),
    findMergeRequests: async () => [world.found ?? distMergeRequest],
    readCommit: async () => ({ sha: sha("d"), message: `Fix\n\nFrom-source-git-commit: ${sha("a")}\n` }),
    findPipelines: async (projectId) => world.pipelines ?? [pipeline({ projectId })],
  });
  const routes = world.routes ?? [route];
  return observe(
    { forge, bot, routes },
    { v: 1, queue: "ci", forge: "gitlab", ref: "src-5-c9s", sha: sha("d"), origin: "test", ...job },
  );
}

describe("observe of ci", () => {
  it("finds the pair of a pipeline in the bot's fork", async () => {
    expect(await look({ projectId: fork.id })).toMatchObject({ source: { iid: 5 }, testedCommit: sha("a") });
  });

  it.each(["refs/merge-requests/8/head", "refs/merge-requests/8/merge"])(
    "finds the pair of a pipeline in dist-git on %s",
    async (ref) => {
      const pipelines = [pipeline({ projectId: dist.id, ref })];
      expect(await look({ projectId: dist.id, ref }, { pipelines })).toMatchObject({ testedCommit: sha("a") });
    },
  );

  it("R20: believes no pipeline in a stranger's fork, whatever branch and commit it has", async () => {
    expect(await look({ projectId: strangersFork.id })).toHaveProperty("outOfScope");
  });

  it.each<readonly [string, number, string]>([
    ["another branch of the bot's fork", fork.id, "main"],
    ["a branch of dist-git that is named like the pair's", dist.id, "src-5-c9s"],
    ["another merge request", dist.id, "refs/merge-requests/9/head"],
  ])("R20: believes no pipeline of the same commit for %s", async (_, projectId, ref) => {
    expect(await look({ projectId }, { pipelines: [pipeline({ projectId, ref })] })).toHaveProperty("outOfScope");
  });

  it("R20: believes no mark that names a project which is not on a route", async () => {
    const found = {
      ...distMergeRequest,
      description: renderPairMark({ source: { forge: "gitlab", projectId: strangersFork.id, iid: 5 } }),
    };
    expect(await look({ projectId: fork.id }, { found })).toHaveProperty("outOfScope");
  });

  it("serves two source-git projects with one dist-git project", async () => {
    const routes = [{ ...route, name: "other", source: "other/{package}" }, route];
    expect(await look({ projectId: fork.id }, { routes })).toMatchObject({ testedCommit: sha("a") });
  });
});
