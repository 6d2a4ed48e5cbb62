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
  const { forge } = deps;
  const project = await forge.readProject(job.projectId);
  if (!project) return { outOfScope: "the pipeline's project does not exist, or the bot may not see it" };
  const dist = await findDistProject(deps, project);
  if (!dist) return { outOfScope: `${project.path} is neither a served dist-git project nor a fork of one` };
  const mergeRequest = await findDistMergeRequest(deps, dist.project, job.ref);
  const mark = mergeRequest && parsePairMark(mergeRequest.description);
  if (!mark) return { outOfScope: `${job.ref} belongs to no dist-git merge request of the bot` };

  const [sourceProject, source, commit, pipelines] = await Promise.all([
    forge.readProject(mark.source.projectId),
    forge.readMergeRequest(mark.source.projectId, mark.source.iid),
    forge.readCommit(project.id, job.sha),
    forge.findPipelines(project.id, job.sha),
  ]);
  if (!source || sourceProject?.path !== dist.sourcePath)
    return { outOfScope: "the source merge request that the mark names is not on this route" };
  const testedCommit = parseSha((commit && readTrailer(commit.message, SOURCE_TRAILER)) ?? "");
  if (!testedCommit) return { outOfScope: `commit ${job.sha} was not made from a source-git commit` };
  const pipeline = pipelines[0];
  if (!pipeline) return { outOfScope: `commit ${job.sha} has no pipeline in ${project.path}` };
  return { source, testedCommit, pipeline };
}

interface DistProject {
  readonly project: Project;
  /** Full path of the source-git project of the same route. */
  readonly sourcePath: string;
}

/** The served dist-git project: the pipeline's own, or the one that the pipeline's project was forked from. */
async function findDistProject({ forge, routes }: ObserveDeps, project: Project): Promise<DistProject | undefined> {
  const own = served(routes, project);
  if (own || project.forkedFromId === undefined) return own;
  const parent = await forge.readProject(project.forkedFromId);
  return parent && served(routes, parent);
}

function served(routes: readonly Route[], project: Project): DistProject | undefined {
  for (const route of routes) {
    const sourcePath = sourceProjectOf(route, project.path);
    if (sourcePath !== undefined) return { project, sourcePath };
  }
  return undefined;
}

/** The bot's merge request that a pipeline's ref names: by its branch, or by GitLab's ref for merge requests. */
async function findDistMergeRequest(
  { forge, bot }: ObserveDeps,
  dist: Project,
  ref: string,
): Promise<MergeRequest | undefined> {
  const iid = /^refs\/merge-requests\/(\d{1,10})\/(?:head|merge)$/.exec(ref)?.[1];
  if (iid !== undefined) {
    const found = await forge.readMergeRequest(dist.id, Number(iid));
    return found?.author.id === bot.id ? found : undefined;
  }
  if (!parsePairBranch(ref)) return undefined;
  const found = await forge.findMergeRequests(dist.id, { sourceBranch: ref, authorId: bot.id });
  return found.find((candidate) => candidate.state === "opened") ?? found[0];
}
