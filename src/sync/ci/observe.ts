// Reads which merge request pair a pipeline belongs to. The delivery only gave a project, a commit and a ref; everything
// that decides where a result goes is read from the forge here.
import type { Forge, MergeRequest, Pipeline, Project, User } from "../../forge/forge.ts";
import { parseSha, type Sha } from "../../model/ids.ts";
import type { CiJob } from "../../model/jobs.ts";
import { parsePairBranch, SOURCE_TRAILER } from "../../model/pair.ts";
import { sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import { readTrailer } from "../../model/trailers.ts";
import { parsePairMark } from "../marks/marker.ts";

/** What observing needs. */
export interface ObserveDeps {
  readonly forge: Forge;
  readonly bot: User;
  readonly routes: readonly Route[];
}

/** The pipeline of a pair, and where its result belongs. */
export interface CiWorld {
  readonly source: MergeRequest;
  /** The source commit that was tested: the one that the pipeline's commit was made from. */
  readonly testedCommit: Sha;
  /** Newest pipeline of the dist-git commit. */
  readonly pipeline: Pipeline;
}

/** Reads the world, or says why the pipeline is none of Tandem's business. */
export async function observe(deps: ObserveDeps, job: CiJob): Promise<CiWorld | { readonly outOfScope: string }> {
  const { forge, routes } = deps;
  const project = await forge.readProject(job.projectId);
  if (!project) return { outOfScope: "the pipeline's project does not exist, or the bot may not see it" };
  const dist = await findDistProject(deps, project);
  if (!dist) return { outOfScope: `${project.path} is neither a served dist-git project nor a fork of one` };
  const mergeRequest = await findDistMergeRequest(deps, dist, job.ref);
  const mark = mergeRequest && parsePairMark(mergeRequest.description);
  if (!mark) return { outOfScope: `${job.ref} belongs to no dist-git merge request of the bot` };
  // Anybody can fork dist-git and run a pipeline of their own for a branch and a commit that look like the bot's.
  if (project.id !== dist.id && project.id !== mergeRequest.sourceProjectId)
    return { outOfScope: `${project.path} is not the fork that ${mergeRequest.webUrl} comes from` };

  const [sourceProject, source, commit, pipelines] = await Promise.all([
    forge.readProject(mark.source.projectId),
    forge.readMergeRequest(mark.source.projectId, mark.source.iid),
    forge.readCommit(project.id, job.sha),
    forge.findPipelines(project.id, job.sha),
  ]);
  const isOnRoute = routes.some((route) => sourceProjectOf(route, dist.path) === sourceProject?.path);
  if (!source || !sourceProject || !isOnRoute)
    return { outOfScope: "the source merge request that the mark names is not on this route" };
  const testedCommit = parseSha((commit && readTrailer(commit.message, SOURCE_TRAILER)) ?? "");
  if (!testedCommit) return { outOfScope: `commit ${job.sha} was not made from a source-git commit` };
  const pipeline = pipelines.find((candidate) => isOf(mergeRequest, candidate));
  if (!pipeline)
    return { outOfScope: `commit ${job.sha} has no pipeline of ${mergeRequest.webUrl} in ${project.path}` };
  return { source, testedCommit, pipeline };
}

/** Whether a pipeline runs for a merge request: for its ref, or for its branch where that branch is. */
function isOf({ iid, sourceBranch, sourceProjectId }: MergeRequest, { projectId, ref }: Pipeline): boolean {
  return MERGE_REQUEST_REF.exec(ref)?.[1] === String(iid) || (projectId === sourceProjectId && ref === sourceBranch);
}

/** GitLab's ref for a merge request, on which its own pipelines run. */
const MERGE_REQUEST_REF = /^refs\/merge-requests\/(\d{1,10})\/(?:head|merge)$/;

/** The served dist-git project: the pipeline's own, or the one that the pipeline's project was forked from. */
async function findDistProject({ forge, routes }: ObserveDeps, project: Project): Promise<Project | undefined> {
  const isServed = ({ path }: Project) => routes.some((route) => sourceProjectOf(route, path) !== undefined);
  if (isServed(project)) return project;
  const parent = project.forkedFromId === undefined ? undefined : await forge.readProject(project.forkedFromId);
  return parent && isServed(parent) ? parent : undefined;
}

/** The bot's merge request that a pipeline's ref names: by its branch, or by GitLab's ref for merge requests. */
async function findDistMergeRequest(
  { forge, bot }: ObserveDeps,
  dist: Project,
  ref: string,
): Promise<MergeRequest | undefined> {
  const iid = MERGE_REQUEST_REF.exec(ref)?.[1];
  if (iid !== undefined) {
    const found = await forge.readMergeRequest(dist.id, Number(iid));
    return found?.author.id === bot.id ? found : undefined;
  }
  if (!parsePairBranch(ref)) return undefined;
  const found = await forge.findMergeRequests(dist.id, { sourceBranch: ref, authorId: bot.id });
  return found.find((candidate) => candidate.state === "opened") ?? found[0];
}
