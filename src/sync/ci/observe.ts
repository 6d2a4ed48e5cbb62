// Reads the pair that a pipeline or a dist-git merge request belongs to, and what its checks say.
import type { DistForge, MergeRequest } from "../../forge/forge.ts";
import type { CiJob, DistRequestJob } from "../../model/jobs.ts";
import type { Home } from "../homes.ts";
import { type DistRequest, findDistRequest, type OutOfScope } from "./find-dist-request.ts";
import { findSource, type SourceSearch } from "./find-source.ts";
import { readTested, type Tested, type Untested } from "./read-tested.ts";

/** The pair, and the result that belongs to a commit of its source side. */
export interface CiWorld {
  readonly source: MergeRequest;
  readonly mergeRequest: MergeRequest;
  readonly tested: Tested | Untested;
}

/** Reads the world, or says why the job is none of Tandem's business. */
export async function observe(deps: SourceSearch, job: CiJob | DistRequestJob): Promise<CiWorld | OutOfScope> {
  const home = await deps.homes.dist();
  const request = await findDistRequest({ home, routes: deps.routes }, job);
  if ("outOfScope" in request) return request;
  const { mergeRequest } = request;
  const [source, tested] = await Promise.all([findSource(deps, request), readResult(home, request, job)]);
  if (!source) return { outOfScope: `${mergeRequest.webUrl} is for no source merge request of a route` };
  return { source, mergeRequest, tested };
}

async function readResult(
  { forge }: Home<DistForge>,
  { dist, mergeRequest, mark }: DistRequest,
  job: CiJob | DistRequestJob,
): Promise<Tested | Untested> {
  if (mark?.successor !== undefined) return { untested: `${mergeRequest.webUrl} was replaced` };
  if ("sha" in job) return readTested(forge, mergeRequest, job);
  const { head } = mergeRequest;
  if (head === undefined) return { untested: `the head of ${mergeRequest.webUrl} is not known yet` };
  return readTested(forge, mergeRequest, { projectId: dist.id, sha: head });
}
