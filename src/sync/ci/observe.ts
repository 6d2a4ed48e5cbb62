// Reads the pair that a pipeline or a dist-git merge request belongs to, and what its checks say.
import type { DistForge, MergeRequest } from "../../forge/forge.ts";
import type { CiJob, DistRequestJob } from "../../model/jobs.ts";
import { sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { Home, Homes } from "../homes.ts";
import { type DistRequest, findDistRequest, type OutOfScope } from "./find-dist-request.ts";
import { readTested, type Tested, type Untested } from "./read-tested.ts";

/** What observing needs. */
export interface ObserveDeps {
  readonly homes: Homes;
  readonly routes: readonly Route[];
}

/** The pair, and the result that belongs to a commit of its source side. */
export interface CiWorld {
  readonly source: MergeRequest;
  readonly mergeRequest: MergeRequest;
  readonly tested: Tested | Untested;
}

/** Reads the world, or says why the job is none of Tandem's business. */
export async function observe(deps: ObserveDeps, job: CiJob | DistRequestJob): Promise<CiWorld | OutOfScope> {
  const home = await deps.homes.dist();
  const request = await findDistRequest({ home, routes: deps.routes }, job);
  if ("outOfScope" in request) return request;
  const { mergeRequest } = request;
  const [source, tested] = await Promise.all([readSource(deps, request), readResult(home, request, job)]);
  if (!source) return { outOfScope: "the source merge request that the mark names is not on this route" };
  return { source, mergeRequest, tested };
}

/** The source merge request that the mark names, if some route leads from its project to this dist-git project. */
async function readSource(
  { homes, routes }: ObserveDeps,
  { dist, mark }: DistRequest,
): Promise<MergeRequest | undefined> {
  const { forge: name, projectId, iid } = mark.source;
  const paths = routes.flatMap((route) => {
    const address = sourceProjectOf(route, dist.path);
    return address?.forge === name ? [address.path] : [];
  });
  if (paths.length === 0) return undefined;
  const { forge } = await homes.source(name);
  const [project, source] = await Promise.all([forge.readProject(projectId), forge.readMergeRequest(projectId, iid)]);
  return project && paths.includes(project.path) ? source : undefined;
}

async function readResult(
  { forge }: Home<DistForge>,
  { dist, mergeRequest, mark }: DistRequest,
  job: CiJob | DistRequestJob,
): Promise<Tested | Untested> {
  if (mark.successor !== undefined) return { untested: `${mergeRequest.webUrl} was replaced` };
  if ("sha" in job) return readTested(forge, mergeRequest, job);
  const { head } = mergeRequest;
  if (head === undefined) return { untested: `the head of ${mergeRequest.webUrl} is not known yet` };
  return readTested(forge, mergeRequest, { projectId: dist.id, sha: head });
}
