// Where the result of a pipeline is set, and what it says. Pure.
import type { CommitStatus } from "../../forge/forge.ts";
import type { Sha } from "../../model/ids.ts";
import { PIPELINE_STATUS } from "../../model/pair.ts";
import type { CiWorld } from "./observe.ts";

/** A status to set on the tested source commit. The places are tried in order until one accepts it. */
export interface CiPlan {
  readonly commit: Sha;
  readonly places: readonly { readonly projectId: number; readonly status: CommitStatus }[];
}

/**
 * Plans the status. The source project comes first: there GitLab shows it on the merge request. In the target project a
 * fork's commit is on no branch, so GitLab wants to be told the ref (docs.gitlab.com/api/commits: `ref`).
 */
export function makePlan({ source, testedCommit, pipeline }: CiWorld): CiPlan {
  const status: CommitStatus = {
    context: PIPELINE_STATUS,
    state: pipeline.state,
    description: `The pipeline in dist-git: ${pipeline.stateName.replaceAll("_", " ")}`,
    targetUrl: pipeline.webUrl,
  };
  const inTarget = { projectId: source.projectId, status: { ...status, ref: source.sourceBranch } };
  const inSource = source.sourceProjectId === undefined ? [] : [{ projectId: source.sourceProjectId, status }];
  const places = source.sourceProjectId === source.projectId ? [inTarget] : [...inSource, inTarget];
  return { commit: testedCommit, places };
}
