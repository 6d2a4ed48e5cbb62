// Pipelines and the rows of a pipeline, as the double holds them in memory.

/** States of a pipeline and of a job. */
export type CiStatus =
  | "created"
  | "waiting_for_resource"
  | "preparing"
  | "waiting_for_callback"
  | "pending"
  | "running"
  | "success"
  | "failed"
  | "canceling"
  | "canceled"
  | "skipped"
  | "manual"
  | "scheduled";

export type PipelineSource =
  | "push"
  | "web"
  | "api"
  | "external"
  | "merge_request_event"
  | "schedule"
  /** Started by a pipeline of another project. */
  | "pipeline"
  /** Started by a pipeline of the same project. */
  | "parent_pipeline";

export interface Pipeline {
  readonly id: number;
  readonly iid: number;
  /** Project in which it runs: the target project or the fork. */
  readonly projectId: number;
  readonly mergeRequestId: number | null;
  readonly sha: string;
  readonly beforeSha: string;
  /** Branch, tag or `refs/merge-requests/<iid>/head`. */
  readonly ref: string;
  readonly tag: boolean;
  readonly source: PipelineSource;
  readonly userId: number;
  readonly createdAt: string;
  readonly stages: readonly string[];
  readonly yamlErrors: string | null;
  /** The bridge that started it; null for all but child pipelines. */
  readonly startedByJobId: number | null;
  status: CiStatus;
  updatedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

/** The pipeline that a bridge started. */
export interface Downstream {
  readonly pipelineId: number;
  /** `strategy: depend`: the bridge has the state of that pipeline, instead of being done at once. */
  readonly depend: boolean;
}

/** A row of GitLab's `ci_builds`: a job, a bridge, or a status that somebody posted. */
export interface Job {
  readonly id: number;
  readonly kind: "build" | "bridge" | "generic";
  readonly pipelineId: number;
  readonly stage: string;
  readonly name: string;
  readonly userId: number;
  readonly allowFailure: boolean;
  readonly when: "on_success" | "on_failure" | "always" | "manual";
  readonly createdAt: string;
  /** Pipeline steps that the script takes, and how it ends. */
  readonly script: { readonly steps: number; readonly fails: boolean };
  readonly targetUrl: string | null;
  readonly description: string | null;
  readonly coverage: number | null;
  stepsDone: number;
  status: CiStatus;
  failureReason: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** True when a newer row of the same name took its place. */
  retried: boolean;
  /** What a bridge started. */
  readonly downstream: Downstream | null;
}
