// GitLab's refs for merge requests, on which their own pipelines run (docs.gitlab.com/ci/pipelines/merge_request_pipelines).

/** What such a ref names. */
export interface MergeRequestPipelineRef {
  /** Number of the merge request in its target project, also where the pipeline runs in the fork. */
  readonly iid: number;
  /** Whether the pipeline tests a merge of the head into the target branch, made for it alone, instead of the head. */
  readonly merged: boolean;
}

/** Reads a pipeline's ref, e.g. `refs/merge-requests/8/head`. Undefined for branches, tags and everything else. */
export function parseMergeRequestRef(ref: string): MergeRequestPipelineRef | undefined {
  const [, iid, side] = /^refs\/merge-requests\/([1-9]\d{0,9})\/(head|merge|train)$/.exec(ref) ?? [];
  return iid === undefined ? undefined : { iid: Number(iid), merged: side !== "head" };
}
