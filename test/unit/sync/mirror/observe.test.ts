// What the mirror sees of texts that people can edit, and of a world that is not as it should be.
import { describe, expect, it } from "@jest/globals";
import type { Forge, MergeRequest } from "../../../../src/forge/forge.ts";
import { userError } from "../../../../src/model/errors.ts";
import { renderPairMark, renderStatusMark } from "../../../../src/sync/marks/marker.ts";
import { observe } from "../../../../src/sync/mirror/observe.ts";
import { fakeForge } from "../../../support/fake-forge.ts";
import { bot, mergeRequest, note, pair, pipeline, project, route, sha } from "../../../support/forge-values.ts";

const source = project(1, "src/pkg");
const dist = project(2, "rpms/pkg");
const ref = (iid: number, projectId = source.id) => ({ forge: "gitlab", projectId, iid }) as const;
const distMergeRequest = (description: string, more: Partial<MergeRequest> = {}) =>
  pair({ description, ...more }).mergeRequest;

function look(given: Partial<Forge> = {}) {
  const forge = fakeForge({
    readProject: async (id) => [source, dist].find((each) => each.id === id || each.path === id),
    readMergeRequest: async () => mergeRequest(),
    findNotes: async () => [],
    findMergeRequests: async () => [],
    hasFile: async () => true,
    readBranch: async () => ({ sha: sha("d"), message: "" }),
    findMergeRequestPipelines: async () => [pipeline()],
    ...given,
  });
  return observe({ forge, bot, routes: [route] }, { projectId: source.id, iid: 5 });
}

describe("the branch in the comment's mark", () => {
  it.each([
    ["the pair's", "src-5-c8s", "src-5-c8s"],
    ["the predecessor's form of it", "c9s-src-5", "c9s-src-5"],
    ["another pair's", "src-7-c9s", "src-5-c9s"],
    ["the fork's default branch", "c9s", "src-5-c9s"],
    ["no branch name", "src-5-a..b", "src-5-c9s"],
    ["a refspec", "src-5-x:refs/heads/c9s", "src-5-c9s"],
    ["an option", "--src-5-c9s", "src-5-c9s"],
  ])("%s: %j is read as %j", async (_, branch, expected) => {
    const findNotes = async () => [note(`${renderStatusMark({ branch })}\ntext`)];
    expect(await look({ findNotes })).toMatchObject({ found: "world", world: { pairBranch: expected } });
  });

  it("is kept when the dist-git project cannot be seen for a while", async () => {
    const seen = await look({
      findNotes: async () => [note(`${renderStatusMark({ branch: "src-5-c8s" })}\ntext`)],
      readProject: async (id) => (id === source.id ? source : undefined),
    });
    expect(seen).toMatchObject({ found: "blocked", error: { code: "dist-git-missing" }, pairBranch: "src-5-c8s" });
  });
});

describe("the pair", () => {
  it.each([
    ["as it was made", renderPairMark({ source: ref(5) })],
    ["with a description that a person wrote anew", "Please hurry."],
  ])("is found %s", async (_, description) => {
    const findMergeRequests = async () => [distMergeRequest(description)];
    expect(await look({ findMergeRequests })).toMatchObject({ world: { pair: { mergeRequest: { iid: 8 } } } });
  });

  it("is none when it was closed because its fork is gone", async () => {
    const description = renderPairMark({ source: ref(5) });
    const findMergeRequests = async () => [
      distMergeRequest(description, { state: "closed", sourceProjectId: undefined }),
    ];
    expect(await look({ findMergeRequests })).toMatchObject({ world: { pair: undefined, packaged: true } });
  });

  it.each([
    ["iid", ref(6)],
    ["project", ref(5, 99)],
  ])("is not taken over from another source merge request (%s)", async (_, other) => {
    const findMergeRequests = async () => [distMergeRequest(renderPairMark({ source: other }))];
    expect(await look({ findMergeRequests })).toMatchObject({ found: "blocked", error: { code: "branch-taken" } });
  });
});

it("waits for the head of a merge request that GitLab still prepares", async () => {
  const readMergeRequest = async () => mergeRequest({ head: undefined });
  await expect(look({ readMergeRequest })).rejects.toMatchObject({ kind: "stale", code: "head-unknown" });
});

it.each(["closed", "merged"] as const)("does not wait for the head of a merge request that is %s", async (state) => {
  const readMergeRequest = async () => mergeRequest({ head: undefined, state });
  expect(await look({ readMergeRequest })).toMatchObject({ found: "world", world: { packaged: false } });
});

it("writes nothing into a dist-git project that moved to where no route leads", async () => {
  const moved = project(2, "elsewhere/pkg");
  const readProject = async (id: number | string) => (id === source.id ? source : moved);
  expect(await look({ readProject })).toMatchObject({ found: "blocked", error: { code: "dist-git-moved" } });
});

it("tells the author what the forge refuses in dist-git", async () => {
  const error = userError("forge-forbidden", "GitLab answered 403");
  const findMergeRequests = () => Promise.reject(error);
  expect(await look({ findMergeRequests })).toMatchObject({ found: "blocked", error });
});
