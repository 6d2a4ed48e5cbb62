// Reads what was tested: the source commit behind a dist-git commit, and the pipelines that count for it (R9).
import type { ForgeCommit, MergeRequest, Pipeline } from "../../forge/forge.ts";
import { parseSha, type Sha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { type PipelineReader, readPipelines } from "../checks/read-pipelines.ts";

/** A tested source commit. */
export interface Tested {
  readonly commit: Sha;
  /** The newest pipeline of each kind; at least one. */
  readonly pipelines: readonly Pipeline[];
}

/** There is no result for a source commit. */
export interface Untested {
  readonly untested: string;
}

/**
 * Follows a tested dist-git commit to the source commit that it names. That holds for a commit that a maintainer amended, too:
 * who keeps the trailer says that it is still that source commit. When the merge request has a newer dist-git commit
 * of the same source commit (another title, say), that one counts, so that an old result never covers a newer one.
 * @param projectId a project that has the commit: dist-git, or the fork
 * @param sha the commit of the pipeline: one of the merge request, or GitLab's merge of one into the target branch
 */
export async function readTested(
  forge: PipelineReader,
  mergeRequest: MergeRequest,
  { projectId, sha }: { readonly projectId: number; readonly sha: Sha },
): Promise<Tested | Untested> {
  const { head } = mergeRequest;
  const read = await forge.readCommit(projectId, sha);
  const parent = read && sha !== head ? mergedParent(read, head) : undefined;
  const dist = parent === undefined ? read : await forge.readCommit(projectId, parent);
  const commit = dist && sourceOf(dist);
  if (!dist || !commit) return { untested: `commit ${dist?.sha ?? sha} was not made from a source-git commit` };
  const newer = head === undefined || dist.sha === head ? dist : await forge.readCommit(projectId, head);
  const counting = newer && sourceOf(newer) === commit ? newer : dist;
  const known = [read, dist, newer].filter((each) => each !== undefined);
  const pipelines = await readPipelines(forge, mergeRequest, counting.sha, known);
  if (pipelines.length === 0) return { untested: `commit ${counting.sha} has no pipeline of ${mergeRequest.webUrl}` };
  return { commit, pipelines };
}

/** The source commit that a dist-git commit names as its origin. */
function sourceOf({ message }: ForgeCommit): Sha | undefined {
  return parseSha(readTrailer(message, SOURCE_TRAILER) ?? "");
}

/** Of GitLab's merge of a merge request into its target: the side of the merge request, which is the last parent. */
function mergedParent({ parents }: ForgeCommit, head: Sha | undefined): Sha | undefined {
  if (parents.length < 2) return undefined;
  return parents.find((parent) => parent === head) ?? parents.at(-1);
}
