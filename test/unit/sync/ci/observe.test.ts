// What a pipeline event may lead to: only the forge's own answers count, and only for pipelines of the pair.
import { describe, expect, it } from "@jest/globals";
import type { CiJob, DistRequestJob } from "../../../../src/model/jobs.ts";
import { observe } from "../../../../src/sync/ci/observe.ts";
import { commit, contributor, mergeRequest, pipeline, route, sha } from "../../../support/forge-values.ts";
import {
  ciJob,
  ciWorld,
  dist,
  distRequest,
  distRequestJob,
  fork,
  type Given,
  head,
  headSource,
  markOf,
  old,
  oldSource,
  source,
  strangersFork,
} from "./ci-world.ts";

const HEAD_REF = "refs/merge-requests/8/head";
const MERGE_REF = "refs/merge-requests/8/merge";

async function look(job: CiJob | DistRequestJob, given: Given = {}) {
  const { deps, distCalls, sourceCalls } = ciWorld(given);
  const world = await observe(deps, job);
  expect(new Set(distCalls).size).toBe(distCalls.length);
  expect(new Set(sourceCalls).size).toBe(sourceCalls.length);
  return world;
}

describe("the pair of a pipeline is found", () => {
  const external = pipeline({ kind: "external", projectId: dist.id, ref: "zuul" });
  it.each<readonly [string, CiJob, Given]>([
    ["in the bot's fork, on the pair's branch", ciJob(), { listed: [pipeline()] }],
    [
      "in the fork, on a branch of the old form",
      ciJob({ ref: "9-c9s-src-5" }),
      { requests: [distRequest({ sourceBranch: "9-c9s-src-5" })], listed: [pipeline({ ref: "9-c9s-src-5" })] },
    ],
    [
      "of a merge request without a mark, by the number in the branch's name",
      ciJob({ ref: "9-c9s-src-5" }),
      { requests: [distRequest({ description: "", sourceBranch: "9-c9s-src-5" })], listed: [pipeline()] },
    ],
    [
      "the same with two source projects, by the link",
      ciJob(),
      {
        requests: [distRequest({ description: `See ${mergeRequest().webUrl}.` })],
        routes: [{ ...route, name: "other", source: "other/{package}" }, route],
        listed: [pipeline()],
      },
    ],
    ["in the fork, as the merge request's", ciJob({ ref: HEAD_REF }), { listed: [pipeline({ ref: HEAD_REF })] }],
    [
      "in dist-git, as the merge request's, named by its branch in the event",
      ciJob({ projectId: dist.id }),
      { listed: [pipeline({ projectId: dist.id, ref: HEAD_REF })] },
    ],
    [
      "in dist-git, as another system reported it for the merge request's ref",
      ciJob({ projectId: dist.id, ref: HEAD_REF }),
      { inTarget: [{ ...external, ref: HEAD_REF }] },
    ],
    [
      "in dist-git, as another system reported it for some ref: by the commit",
      ciJob({ projectId: dist.id, ref: "zuul" }),
      { inTarget: [external], ofCommit: [distRequest()] },
    ],
    [
      "in dist-git, for a branch that looks like a pair's and is none: by the commit",
      ciJob({ projectId: dist.id, ref: "src-77-c9s" }),
      { inTarget: [external], ofCommit: [distRequest()] },
    ],
    [
      "in the fork, on a ref of no pair: by the commit",
      ciJob({ ref: "main" }),
      { listed: [pipeline()], ofCommit: [distRequest()] },
    ],
    [
      "in the fork, when the branch had an earlier merge request",
      ciJob(),
      { requests: [distRequest({ iid: 9, state: "closed" }), distRequest()], listed: [pipeline()] },
    ],
    [
      "with two source-git projects for one dist-git project",
      ciJob(),
      { routes: [{ ...route, name: "other", source: "other/{package}" }, route], listed: [pipeline()] },
    ],
    [
      "with another forge on an earlier route",
      ciJob(),
      { routes: [{ ...route, name: "other", forge: "github", source: "x/{package}" }, route], listed: [pipeline()] },
    ],
  ])("%s", async (_, job, given) => {
    expect(await look(job, given)).toMatchObject({
      source: { projectId: source.id, iid: 5 },
      mergeRequest: { iid: 8 },
      tested: { commit: headSource },
    });
  });
});

describe("R20: nothing is believed that the forge does not confirm", () => {
  const foreignMark = markOf({ source: { forge: "gitlab", projectId: strangersFork.id, iid: 5 } });
  it.each<readonly [string, CiJob | DistRequestJob, Given]>([
    ["a project that does not exist", ciJob({ projectId: 404 }), {}],
    ["a project of no route", ciJob({ projectId: source.id }), {}],
    ["a stranger's fork, whatever branch and commit it has", ciJob({ projectId: strangersFork.id }), {}],
    [
      "a stranger's fork with a commit of the bot's merge request",
      ciJob({ projectId: strangersFork.id, ref: "main" }),
      { ofCommit: [distRequest()] },
    ],
    ["a branch of dist-git", ciJob({ projectId: dist.id, ref: "c9s" }), {}],
    [
      "a stranger's merge request",
      ciJob({ projectId: dist.id, ref: HEAD_REF }),
      { requests: [distRequest({ author: contributor })], ofCommit: [distRequest()] },
    ],
    [
      "a stranger's merge request with this commit",
      ciJob({ ref: "x" }),
      { ofCommit: [distRequest({ author: contributor })] },
    ],
    [
      "a merge request of the bot that is for something else",
      ciJob({ ref: HEAD_REF }),
      { requests: [distRequest({ description: "", sourceBranch: "other" })] },
    ],
    [
      "a number in a branch's name that is no source merge request",
      ciJob({ ref: "src-6-c9s" }),
      { requests: [distRequest({ description: "", sourceBranch: "src-6-c9s" })] },
    ],
    [
      "a number in a branch's name that may be of either source project",
      ciJob(),
      { requests: [distRequest({ description: "" })], routes: [route, { ...route, source: "other/{package}" }] },
    ],
    ["a mark that names a project of no route", ciJob(), { requests: [distRequest({ description: foreignMark })] }],
    [
      "a mark that names a forge of no route",
      ciJob(),
      { requests: [distRequest({ description: markOf({ source: { forge: "github", projectId: 1, iid: 5 } }) })] },
    ],
    ["a mark that names a merge request which is gone", ciJob(), { sourceRequest: undefined }],
    ["a number that the bot did not open", distRequestJob(), { requests: [distRequest({ author: contributor })] }],
    ["a number of a project that is no dist-git", distRequestJob({ projectId: source.id }), {}],
    ["a number of a fork", distRequestJob({ projectId: fork.id }), {}],
    ["a number that does not exist", distRequestJob({ iid: 99 }), {}],
  ])("%s", async (_, job, given) => {
    expect(await look(job, given)).toEqual({ outOfScope: expect.any(String) });
  });

  it.each<readonly [string, CiJob, Given]>([
    ["a pipeline that nobody but the event knows", ciJob(), {}],
    ["a commit that the project does not have", ciJob(), { commits: [], listed: [pipeline()] }],
    ["a commit that a person made", ciJob(), { commits: [commit(head)], listed: [pipeline()] }],
    [
      "GitLab's own pipeline of the commit on a branch of dist-git named like the pair's",
      ciJob({ projectId: dist.id }),
      { inTarget: [pipeline({ projectId: dist.id })] },
    ],
  ])("no result from %s", async (_, job, given) => {
    expect(await look(job, given)).toMatchObject({ source: { iid: 5 }, tested: { untested: expect.any(String) } });
  });
});

describe("R9: the tested commit is the one that the dist-git commit was made from", () => {
  const merge = sha("c");
  const target = sha("f");
  const ofMerge = (tested: typeof head) => [
    commit(merge, undefined, [target, tested]),
    // The target branch holds what an earlier pair brought.
    commit(target, sha("9")),
    commit(head, headSource),
    commit(old, oldSource),
  ];
  it.each<readonly [string, CiJob, Given, typeof head, readonly number[]]>([
    ["the head", ciJob(), { listed: [pipeline({ id: 2 }), pipeline({ id: 1, sha: old })] }, headSource, [2]],
    [
      "an older commit: its own pipeline, for its own source commit",
      ciJob({ sha: old }),
      { listed: [pipeline({ id: 2 }), pipeline({ id: 1, sha: old })] },
      oldSource,
      [1],
    ],
    [
      "an older commit of the same source commit: the head's result counts",
      ciJob({ sha: old }),
      {
        commits: [commit(head, headSource), commit(old, headSource)],
        listed: [pipeline({ id: 2 }), pipeline({ id: 1, sha: old, state: "failed" })],
      },
      headSource,
      [2],
    ],
    [
      "a merge of the head into the target branch",
      ciJob({ projectId: dist.id, sha: merge, ref: MERGE_REF }),
      { commits: ofMerge(head), listed: [pipeline({ id: 3, sha: merge, ref: MERGE_REF })] },
      headSource,
      [3],
    ],
    [
      "a merge of an older commit into the target branch",
      ciJob({ projectId: dist.id, sha: merge, ref: MERGE_REF }),
      { commits: ofMerge(old), listed: [pipeline({ id: 3, sha: merge, ref: MERGE_REF })] },
      oldSource,
      [3],
    ],
    ["a re-run", ciJob(), { listed: [pipeline({ id: 2 }), pipeline({ id: 1, state: "failed" })] }, headSource, [2]],
    [
      "two pipelines in two projects: the newest",
      ciJob(),
      { listed: [pipeline({ id: 2, projectId: dist.id, ref: HEAD_REF }), pipeline({ id: 1 })] },
      headSource,
      [2],
    ],
    [
      "GitLab's and another system's: both",
      ciJob(),
      { listed: [pipeline({ id: 1 })], inTarget: [pipeline({ id: 2, kind: "external", projectId: dist.id })] },
      headSource,
      [1, 2],
    ],
  ])("%s", async (_, job, given, expected, ids) => {
    const world = await look(job, given);
    expect(world).toMatchObject({ tested: { commit: expected, pipelines: ids.map((id) => ({ id })) } });
  });

  it("not at all while the newer commit of the same source commit has no pipeline yet", async () => {
    const commits = [commit(head, headSource), commit(old, headSource)];
    const world = await look(ciJob({ sha: old }), { commits, listed: [pipeline({ sha: old, state: "failed" })] });
    expect(world).toMatchObject({ tested: { untested: expect.any(String) } });
  });

  it("not at all for a merge request that was replaced", async () => {
    const requests = [distRequest({ description: markOf({ successor: "src-5-c9s-2" }) })];
    const world = await look(ciJob(), { requests, listed: [pipeline()] });
    expect(world).toMatchObject({ tested: { untested: expect.stringContaining("replaced") } });
  });
});

describe("a dist-git merge request by its number", () => {
  it.each(["opened", "closed", "merged", "locked"] as const)("%s: the result of its head", async (state) => {
    const world = await look(distRequestJob(), { requests: [distRequest({ state })], listed: [pipeline()] });
    expect(world).toMatchObject({ source: mergeRequest(), tested: { commit: headSource } });
  });

  it.each<readonly [string, Given]>([
    ["without a pipeline", {}],
    ["whose head is not known yet", { requests: [distRequest({ head: undefined })] }],
  ])("%s: the source merge request is looked at all the same", async (_, given) => {
    expect(await look(distRequestJob(), given)).toMatchObject({
      source: { iid: 5 },
      tested: { untested: expect.any(String) },
    });
  });
});
