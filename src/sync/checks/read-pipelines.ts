// Reads the pipelines of a dist-git merge request that count for one of its commits.
import type { DistForge, ForgeCommit, MergeRequest, Pipeline } from "../../forge/forge.ts";
import type { Sha } from "../../model/ids.ts";
import type { PipelineChecks } from "../mirror/telling.ts";
import { parseMergeRequestRef } from "./merge-request-ref.ts";
import { newest, newestByKind } from "./select-pipelines.ts";

/** What is asked of the forge. */
export type PipelineReader = Pick<DistForge, "findMergeRequestPipelines" | "findPipelines" | "readCommit">;

/**
 * The newest pipeline of each kind for a commit of a dist-git merge request: those that the merge request lists, whether they
 * run in its project or in the fork, and those of its project that it does not list: what other systems reported there when it
 * comes from a fork, and everything when the fork is gone. Two calls; a third one where the newest pipeline tests a merge
 * of some commit into the target.
 * @param commit the merge request's head, or a commit that was its head before
 * @param known commits that were read already, so that they are not asked for again
 */
export async function readPipelines(
  forge: PipelineReader,
  mergeRequest: MergeRequest,
  commit: Sha,
  known: readonly ForgeCommit[] = [],
): Promise<readonly Pipeline[]> {
  const { projectId, iid, sourceProjectId } = mergeRequest;
  const [listed, ofCommit] = await Promise.all([
    forge.findMergeRequestPipelines(projectId, iid),
    sourceProjectId === projectId ? [] : forge.findPipelines(projectId, commit),
  ]);
  const isListed = new Set(listed.map(({ id }) => id));
  const unlisted = ofCommit.filter((pipeline) => !isListed.has(pipeline.id) && isAbout(pipeline, mergeRequest));
  const pipelines = [...listed, ...unlisted];
  return newestByKind(pipelines, [commit, ...(await mergesOf(forge, pipelines, commit, known))]);
}

/** Reads the checks of each pipeline; one call or more for each. */
export function readChecks(
  forge: Pick<DistForge, "findChecks">,
  pipelines: readonly Pipeline[],
): Promise<readonly PipelineChecks[]> {
  return Promise.all(pipelines.map(async (pipeline) => ({ pipeline, checks: await forge.findChecks(pipeline) })));
}

/**
 * Whether a pipeline that the target project has for a commit is about the merge request: its ref says so, or another system
 * reported on its head, for whatever ref. A commit that was the head before may have come to a branch since.
 */
function isAbout({ kind, sha, ref }: Pipeline, { head, iid }: MergeRequest): boolean {
  return parseMergeRequestRef(ref)?.iid === iid || (kind === "external" && sha === head);
}

/** The commits by which GitLab tested a merge of this commit into the target branch ("merged results"). */
async function mergesOf(
  forge: Pick<DistForge, "readCommit">,
  pipelines: readonly Pipeline[],
  commit: Sha,
  known: readonly ForgeCommit[],
): Promise<readonly Sha[]> {
  const isMergeOf = ({ parents }: ForgeCommit) => parents.length > 1 && parents.includes(commit);
  const merged = pipelines.filter(({ ref }) => parseMergeRequestRef(ref)?.merged === true);
  const shas = known
    .filter((read) => isMergeOf(read) && merged.some(({ sha }) => sha === read.sha))
    .map(({ sha }) => sha);
  const latest = newest(merged);
  const [present] = newestByKind(pipelines, [commit, ...shas]).filter(({ kind }) => kind === "ci");
  const isRead = known.some(({ sha }) => sha === latest?.sha);
  if (!latest || isRead || (present && present.id > latest.id)) return shas;
  const read = await forge.readCommit(latest.projectId, latest.sha);
  return read && isMergeOf(read) ? [...shas, read.sha] : shas;
}
