// Where the result of the checks is set, and what it says. Pure.
import type { CommitStatus, MergeRequest } from "../../forge/forge.ts";
import type { Sha } from "../../model/ids.ts";
import { PIPELINE_STATUS } from "../../model/pair.ts";
import { overallState } from "../checks/select-pipelines.ts";
import { type StatusPlace, statusPlaces } from "../checks/set-status.ts";
import type { Tested } from "./read-tested.ts";

/** A status to set on the tested source commit. The places are tried in order until one accepts it. */
export interface CiPlan {
  readonly commit: Sha;
  readonly status: Omit<CommitStatus, "ref">;
  readonly places: readonly StatusPlace[];
}

/**
 * Plans the status. Text and link are the same in every state and for every pipeline of the dist-git merge request: GitLab
 * keeps those that a status had first for as long as it is not final.
 */
export function makePlan(source: MergeRequest, mergeRequest: MergeRequest, tested: Tested): CiPlan {
  return {
    commit: tested.commit,
    status: {
      context: PIPELINE_STATUS,
      state: overallState(tested.pipelines)?.state ?? "pending",
      description: `Checks of the dist-git merge request !${mergeRequest.iid}`,
      targetUrl: `${mergeRequest.webUrl}/pipelines`,
    },
    places: statusPlaces(source),
  };
}
