// Makes pipelines: on a push, and on a merge request's new head.
import type { App } from "../app.ts";
import { readFile } from "../git/read-objects.ts";
import { DEVELOPER, projectLevel } from "../state/access.ts";
import type { CiStatus, Job, Pipeline, PipelineSource } from "../state/ci-types.ts";
import type { Actor, MergeRequest, Project } from "../state/types.ts";
import { type CiPlan, planFromCiFile } from "./ci-file.ts";
import { scheduleSteps } from "./step-pipeline.ts";

const CI_FILE = ".gitlab-ci.yml";
const NO_SHA = "0".repeat(40);

/** A pipeline before it has an id. */
export interface Origin {
  readonly project: Project;
  readonly sha: string;
  readonly beforeSha?: string | undefined;
  readonly ref: string;
  readonly tag: boolean;
  readonly source: PipelineSource;
  readonly mergeRequest?: MergeRequest;
  readonly startedByJobId?: number;
}

/** A branch or tag pipeline, when the pushed commit's CI file asks for one. */
export async function createBranchPipeline(
  app: App,
  actor: Actor,
  pushed: {
    readonly project: Project;
    readonly sha: string;
    readonly beforeSha: string | undefined;
    readonly ref: string;
    readonly tag: boolean;
    readonly source?: PipelineSource;
  },
): Promise<Pipeline | undefined> {
  return create(app, actor, { source: "push", ...pushed });
}

/**
 * A merge request pipeline, when a job asks for one. It runs in the fork, unless the actor is Developer in the target
 * project and that project lets forks run in it.
 */
export async function createMergeRequestPipeline(
  app: App,
  actor: Actor,
  mr: MergeRequest,
): Promise<Pipeline | undefined> {
  const target = app.world.projectOf(mr.projectId);
  const source = app.world.projects.get(mr.sourceProjectId);
  if (source === undefined) return undefined;
  const inTarget = target.forksRunInParent && projectLevel(app.world, actor.user, target) >= DEVELOPER;
  return create(app, actor, {
    project: source.id === target.id || inTarget ? target : source,
    sha: mr.sha,
    ref: `refs/merge-requests/${mr.iid}/head`,
    tag: false,
    source: "merge_request_event",
    mergeRequest: mr,
  });
}

async function create(app: App, actor: Actor, origin: Origin): Promise<Pipeline | undefined> {
  const repository = app.repository(origin.project.id);
  const file = await readFile(repository, origin.sha, CI_FILE);
  if (file === undefined) return undefined;
  const message = (await repository.commit(origin.sha))?.message ?? "";
  const plan = planFromCiFile(file.bytes.toString("utf8"), kindOf(app, origin));
  if (plan.jobs.length === 0 && plan.error === undefined) return undefined;
  const skipped = /\[(ci skip|skip ci)\]/i.test(message) && origin.mergeRequest === undefined;
  const pipeline = insertPipeline(app, actor, origin, plan, skipped);
  app.log(`pipeline ${pipeline.id} ${pipeline.status} for ${pipeline.ref} in ${app.world.pathOf(origin.project)}`);
  scheduleSteps(app, pipeline);
  return pipeline;
}

/** What the rules of a CI file are decided by. */
export function kindOf(app: App, origin: Origin) {
  const mr = origin.mergeRequest;
  const common = { CI: "true", GITLAB_CI: "true", CI_PIPELINE_SOURCE: origin.source, CI_COMMIT_SHA: origin.sha };
  const project = { CI_PROJECT_PATH: app.world.pathOf(origin.project), CI_PROJECT_ID: String(origin.project.id) };
  const main = { CI_DEFAULT_BRANCH: origin.project.defaultBranch ?? "" };
  const name = { CI_COMMIT_REF_NAME: mr?.sourceBranch ?? origin.ref };
  const branchOrTag = origin.tag ? { CI_COMMIT_TAG: origin.ref } : { CI_COMMIT_BRANCH: origin.ref };
  const mergeRequest =
    mr === undefined
      ? branchOrTag
      : {
          CI_MERGE_REQUEST_IID: String(mr.iid),
          CI_MERGE_REQUEST_ID: String(mr.id),
          CI_MERGE_REQUEST_TARGET_BRANCH_NAME: mr.targetBranch,
          CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: mr.sourceBranch,
          CI_MERGE_REQUEST_EVENT_TYPE: "detached",
          CI_MERGE_REQUEST_TITLE: mr.title,
        };
  return {
    mergeRequest: mr !== undefined,
    tag: origin.tag,
    ref: mr?.sourceBranch ?? origin.ref,
    source: origin.source,
    variables: { ...common, ...project, ...main, ...name, ...mergeRequest },
  };
}

/** Adds a pipeline with the jobs of a plan. */
export function insertPipeline(app: App, actor: Actor, origin: Origin, plan: CiPlan, skipped: boolean): Pipeline {
  const status = plan.error !== undefined ? "failed" : skipped ? "skipped" : "created";
  const pipeline = newPipeline(app, actor, { ...origin, plan, status });
  for (const planned of plan.jobs) {
    insertJob(app, pipeline, {
      ...planned,
      userId: actor.user.id,
      status: skipped ? "skipped" : "created",
      targetUrl: null,
      description: null,
      coverage: null,
    });
  }
  return pipeline;
}

/** Adds a pipeline without jobs, as also a posted status does where there is none. */
export function newPipeline(
  app: App,
  actor: Actor,
  origin: Origin & { readonly plan?: CiPlan; readonly status: CiStatus },
): Pipeline {
  const now = app.world.now();
  origin.project.lastPipelineIid += 1;
  const pipeline: Pipeline = {
    id: app.world.nextId("pipeline"),
    iid: origin.project.lastPipelineIid,
    projectId: origin.project.id,
    mergeRequestId: origin.mergeRequest?.id ?? null,
    sha: origin.sha,
    beforeSha: origin.beforeSha ?? NO_SHA,
    ref: origin.ref,
    tag: origin.tag,
    source: origin.source,
    userId: actor.user.id,
    createdAt: now,
    stages: origin.plan?.stages ?? ["external"],
    yamlErrors: origin.plan?.error ?? null,
    startedByJobId: origin.startedByJobId ?? null,
    status: origin.status,
    updatedAt: now,
    startedAt: null,
    finishedAt: origin.status === "created" || origin.status === "pending" ? null : now,
  };
  app.world.pipelines.set(pipeline.id, pipeline);
  return pipeline;
}

/** Adds a row to a pipeline. A bridge has its id before, because its pipeline names it. */
export function insertJob(
  app: App,
  pipeline: Pipeline,
  job: Pick<
    Job,
    | "kind"
    | "stage"
    | "name"
    | "userId"
    | "allowFailure"
    | "when"
    | "script"
    | "status"
    | "targetUrl"
    | "description"
    | "coverage"
  > &
    Partial<Pick<Job, "downstream">>,
  id = app.world.nextId("job"),
): Job {
  const row: Job = {
    downstream: null,
    ...job,
    id,
    pipelineId: pipeline.id,
    createdAt: app.world.now(),
    stepsDone: 0,
    failureReason: null,
    startedAt: null,
    finishedAt: null,
    retried: false,
  };
  app.world.jobs.set(row.id, row);
  return row;
}
