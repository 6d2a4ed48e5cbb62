// Values of the forge port for tests of pure code: sensible defaults, and only what a test is about is named.
import type { ForgeCommit, MergeRequest, Note, Pipeline, Project, User } from "../../src/forge/forge.ts";
import { parseSha, type Sha } from "../../src/model/ids.ts";
import type { Route } from "../../src/model/routes.ts";
import type { Pair, World } from "../../src/sync/mirror/world.ts";

/** An object id made of one repeated digit. */
export function sha(digit: string): Sha {
  const parsed = parseSha(digit.repeat(40));
  if (!parsed) throw new Error(`no object id: ${digit}`);
  return parsed;
}

export const bot: User = { id: 9, username: "tandem-bot", name: "Tandem" };
export const contributor: User = { id: 3, username: "alice", name: "Alice" };

export const route: Route = {
  name: "staging",
  forge: "gitlab",
  source: "src/{package}",
  branches: ["*"],
  dist: "rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: true,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: true,
  trust: "anyone",
};

export function project(id: number, path: string): Project {
  return {
    forge: "gitlab",
    id,
    path,
    webUrl: `https://gitlab.test/${path}`,
    httpUrl: `https://gitlab.test/${path}.git`,
    forkedFromId: undefined,
    isPublic: true,
    state: "ready",
  };
}

export function mergeRequest(given: Partial<MergeRequest> = {}): MergeRequest {
  return {
    forge: "gitlab",
    projectId: 1,
    iid: 5,
    state: "opened",
    draft: false,
    title: "Fix foo",
    description: "It was broken.",
    webUrl: "https://gitlab.test/src/pkg/-/merge_requests/5",
    author: contributor,
    createdAt: 1_000,
    sourceBranch: "fix",
    targetBranch: "c9s",
    sourceProjectId: 11,
    head: sha("a"),
    headRef: "refs/merge-requests/5/head",
    hasConflicts: false,
    autoMerge: false,
    noteCount: 0,
    ...given,
  };
}

export function pipeline(given: Partial<Pipeline> = {}): Pipeline {
  return {
    id: 31,
    projectId: 22,
    sha: sha("d"),
    ref: "src-5-c9s",
    kind: "ci",
    createdAt: 0,
    state: "success",
    stateName: "success",
    webUrl: "https://gitlab.test/bot/pkg/-/pipelines/31",
    ...given,
  };
}

/** A commit that was made from this source commit; without one, a person's. */
export function commit(id: Sha, madeFrom?: Sha, parents: readonly Sha[] = [sha("f")]): ForgeCommit {
  const message = madeFrom ? `Fix\n\nFrom-source-git-commit: ${madeFrom}\n` : "Fix\n";
  return { sha: id, parents, message, committerEmail: "" };
}

export function note(body: string, given: Partial<Note> = {}): Note {
  return { id: 77, author: bot, body, createdAt: 1_000, updatedAt: 1_000, ...given };
}

/** A world in which an open, packaged merge request has no pair yet. */
export function world(given: Partial<World> = {}): World {
  return {
    bot,
    route,
    served: true,
    sourceProject: project(1, "src/pkg"),
    source: mergeRequest(),
    distProject: project(2, "rpms/pkg"),
    distBranch: "c9s",
    distHead: commit(sha("f")),
    pairBranch: "src-5-c9s",
    pair: undefined,
    predecessor: undefined,
    packaged: true,
    trusted: true,
    comment: undefined,
    mark: {},
    commands: [],
    prefix: "/tandem",
    ...given,
  };
}

/** The dist-git side of a pair; the merge request's fields can be changed. */
export function pair(given: Partial<MergeRequest> = {}, more: Partial<Pair> = {}): Pair {
  return {
    mergeRequest: mergeRequest({
      projectId: 2,
      iid: 8,
      author: bot,
      sourceBranch: "src-5-c9s",
      sourceProjectId: 22,
      head: sha("d"),
      headRef: "refs/merge-requests/8/head",
      webUrl: "https://gitlab.test/rpms/pkg/-/merge_requests/8",
      ...given,
    }),
    mark: undefined,
    head: commit(sha("d"), sha("a")),
    headIsOurs: true,
    pipelines: [],
    comment: undefined,
    ...more,
  };
}
