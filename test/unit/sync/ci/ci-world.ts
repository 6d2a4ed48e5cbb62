// A pair with its forges for tests of the ci flow: what a test does not name is as in the ordinary case.
import type { DistForge, ForgeCommit, MergeRequest, Pipeline, Project } from "../../../../src/forge/forge.ts";
import type { CiJob, DistRequestJob } from "../../../../src/model/jobs.ts";
import type { Route } from "../../../../src/model/routes.ts";
import type { SourceSearch } from "../../../../src/sync/ci/find-source.ts";
import type { Homes } from "../../../../src/sync/homes.ts";
import { type PairMark, renderPairMark } from "../../../../src/sync/marks/marker.ts";
import { bot, commit, mergeRequest, pair, project, route, sha } from "../../../support/forge-values.ts";
import { recordForge } from "../../../support/recorded-forge.ts";

export const source = project(1, "src/pkg");
export const dist = project(2, "rpms/pkg");
export const fork: Project = { ...project(22, "tandem-bot/pkg"), forkedFromId: dist.id };
export const strangersFork: Project = { ...project(66, "mallory/pkg"), forkedFromId: dist.id };

/** The dist-git commit at the head, the one before it, and the source commits that they were made from. */
export const [head, old, headSource, oldSource] = [sha("d"), sha("e"), sha("a"), sha("b")];

export function markOf(given: Partial<PairMark> = {}): string {
  return renderPairMark({ source: { forge: "gitlab", projectId: source.id, iid: 5 }, ...given });
}

export function distRequest(given: Partial<MergeRequest> = {}): MergeRequest {
  return pair({ description: markOf(), ...given }).mergeRequest;
}

export function ciJob(given: Partial<CiJob> = {}): CiJob {
  return {
    v: 1,
    queue: "ci",
    forge: "gitlab",
    projectId: fork.id,
    ref: "src-5-c9s",
    sha: head,
    origin: "test",
    ...given,
  };
}

export function distRequestJob(given: Partial<DistRequestJob> = {}): DistRequestJob {
  return { v: 1, queue: "ci", forge: "gitlab", projectId: dist.id, iid: 8, origin: "test", ...given };
}

/** What there is on the forges. */
export interface Given {
  readonly routes?: readonly Route[];
  /** The merge requests into dist-git. */
  readonly requests?: readonly MergeRequest[];
  /** Which of them hold the commit. */
  readonly ofCommit?: readonly MergeRequest[];
  readonly sourceRequest?: MergeRequest | undefined;
  readonly commits?: readonly ForgeCommit[];
  /** As the merge request lists them. */
  readonly listed?: readonly Pipeline[];
  /** Of any commit in the target project. */
  readonly inTarget?: readonly Pipeline[];
  readonly setCommitStatus?: DistForge["setCommitStatus"];
}

/** The dependencies of the flow over these forges, and what was asked of dist-git's and of source-git's. */
export function ciWorld(given: Given = {}) {
  const requests = given.requests ?? [distRequest()];
  const commits = given.commits ?? [commit(head, headSource), commit(old, oldSource)];
  const projects = [source, dist, fork, strangersFork];
  const readProject = async (id: number | string) => projects.find((each) => each.id === id || each.path === id);
  const onDist = recordForge({
    readProject,
    readMergeRequest: async (_, iid) => requests.find((each) => each.iid === iid),
    findMergeRequests: async (_, { sourceBranch, author }) =>
      requests.filter((each) => each.sourceBranch === sourceBranch && each.author.id === author.id),
    findMergeRequestsOfCommit: async () => given.ofCommit ?? [],
    readCommit: async (_, id) => commits.find((each) => each.sha === id),
    findMergeRequestPipelines: async () => given.listed ?? [],
    findPipelines: async (projectId, id) =>
      (given.inTarget ?? []).filter((each) => each.projectId === projectId && each.sha === id),
  });
  const sourceRequest = "sourceRequest" in given ? given.sourceRequest : mergeRequest();
  const onSource = recordForge({
    readProject,
    readMergeRequest: async (projectId, iid) => (projectId === source.id && iid === 5 ? sourceRequest : undefined),
    ...(given.setCommitStatus ? { setCommitStatus: given.setCommitStatus } : {}),
  });
  const homes: Homes = {
    source: async (forge) => ({ forge: forge === "gitlab" ? onSource.forge : recordForge({}).forge, bot }),
    dist: async () => ({ forge: onDist.forge, bot }),
  };
  const deps: SourceSearch = { homes, routes: given.routes ?? [route] };
  return { deps, distCalls: onDist.calls, sourceCalls: onSource.calls };
}
