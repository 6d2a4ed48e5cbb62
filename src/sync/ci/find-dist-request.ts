// Finds the bot's dist-git merge request that a job is about. The delivery only named a project and a commit or a number;
// what decides is read from the forge here.
import type { DistForge, MergeRequest, Project } from "../../forge/forge.ts";
import type { CiJob, DistRequestJob } from "../../model/jobs.ts";
import { parsePairBranch } from "../../model/pair.ts";
import { isDistProject } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import { parseMergeRequestRef } from "../checks/merge-request-ref.ts";
import type { Home } from "../homes.ts";
import { type PairMark, parsePairMark } from "../marks/marker.ts";

/** A dist-git merge request of the bot. */
export interface DistRequest {
  /** The served dist-git project. */
  readonly dist: Project;
  readonly mergeRequest: MergeRequest;
  /** Undefined for a merge request of the service that Tandem succeeds, or when somebody edited the description. */
  readonly mark: PairMark | undefined;
}

/** What searching needs. */
export interface SearchDeps {
  readonly home: Home<DistForge>;
  readonly routes: readonly Route[];
}

/** The job is none of Tandem's business. */
export interface OutOfScope {
  readonly outOfScope: string;
}

/** Finds it, or says why the job is none of Tandem's business. */
export async function findDistRequest(
  deps: SearchDeps,
  job: CiJob | DistRequestJob,
): Promise<DistRequest | OutOfScope> {
  const project = await deps.home.forge.readProject(job.projectId);
  if (!project) return { outOfScope: `project ${job.projectId} does not exist, or the bot may not see it` };
  return "sha" in job ? ofPipeline(deps, job, project) : ofNumber(deps, job, project);
}

async function ofNumber(deps: SearchDeps, { iid }: DistRequestJob, dist: Project): Promise<DistRequest | OutOfScope> {
  if (!isDistProject(deps.routes, dist.path)) return { outOfScope: `${dist.path} is not a served dist-git project` };
  const found = pickOwn(deps, { dist, project: dist }, [await deps.home.forge.readMergeRequest(dist.id, iid)]);
  return found ?? { outOfScope: `${dist.path}!${iid} is no dist-git merge request of the bot` };
}

async function ofPipeline(deps: SearchDeps, job: CiJob, project: Project): Promise<DistRequest | OutOfScope> {
  const dist = await findDistProject(deps, project);
  if (!dist) return { outOfScope: `${project.path} is neither a served dist-git project nor a fork of one` };
  const where: Where = { dist, project };
  const found = (await findByRef(deps, where, job)) ?? (await findByCommit(deps, where, job));
  return found ?? { outOfScope: `${job.ref} at ${job.sha} in ${project.path} belongs to no merge request of the bot` };
}

/** Where a job looks. */
interface Where {
  readonly dist: Project;
  /** The project that the job names: dist-git, or a fork of it. */
  readonly project: Project;
}

/** The served dist-git project: the pipeline's own, or the one that the pipeline's project was forked from. */
async function findDistProject({ home, routes }: SearchDeps, project: Project): Promise<Project | undefined> {
  if (isDistProject(routes, project.path)) return project;
  const parent = project.forkedFromId === undefined ? undefined : await home.forge.readProject(project.forkedFromId);
  return parent && isDistProject(routes, parent.path) ? parent : undefined;
}

/** By GitLab's ref for merge requests, or by the name of the pair's branch. */
async function findByRef(deps: SearchDeps, where: Where, { ref }: CiJob): Promise<DistRequest | undefined> {
  const { forge, bot } = deps.home;
  const { id } = where.dist;
  const iid = parseMergeRequestRef(ref)?.iid;
  if (iid !== undefined) return pickOwn(deps, where, [await forge.readMergeRequest(id, iid)]);
  if (!parsePairBranch(ref)) return undefined;
  return pickOwn(deps, where, await forge.findMergeRequests(id, { sourceBranch: ref, author: bot }));
}

/** By the tested commit: other systems report for a ref of their own choice. */
async function findByCommit(deps: SearchDeps, where: Where, { ref, sha }: CiJob): Promise<DistRequest | undefined> {
  // This ref has named its merge request already.
  if (parseMergeRequestRef(ref)) return undefined;
  return pickOwn(deps, where, await deps.home.forge.findMergeRequestsOfCommit(where.dist.id, sha));
}

/** The bot's own of a pair: an open one, else the first. */
function pickOwn(
  { home }: SearchDeps,
  { dist, project }: Where,
  candidates: readonly (MergeRequest | undefined)[],
): DistRequest | undefined {
  const own = candidates.flatMap((mergeRequest) => {
    if (mergeRequest?.author.id !== home.bot.id) return [];
    // Anybody can fork dist-git and run a pipeline of their own for a branch and a commit that look like the bot's.
    if (project.id !== dist.id && project.id !== mergeRequest.sourceProjectId) return [];
    const mark = parsePairMark(mergeRequest.description);
    return mark || parsePairBranch(mergeRequest.sourceBranch) ? [{ dist, mergeRequest, mark }] : [];
  });
  return own.find(({ mergeRequest }) => mergeRequest.state === "opened") ?? own.at(0);
}
