// Pipelines, jobs and commit statuses as the API shows them.
import type { App } from "../app.ts";
import { durationSeconds } from "../pipelines/composite-status.ts";
import type { CiStatus, Job, Pipeline } from "../state/ci-types.ts";
import { projectUrl } from "./project.ts";
import { renderCommit } from "./repository.ts";
import { renderUserId } from "./users.ts";

/** Page of a pipeline. */
export function pipelineUrl(app: App, pipeline: Pipeline): string {
  return `${projectUrl(app, app.world.projectOf(pipeline.projectId))}/-/pipelines/${pipeline.id}`;
}

export function renderPipelineBasic(app: App, pipeline: Pipeline) {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: pipeline.projectId,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: pipeline.createdAt,
    updated_at: pipeline.updatedAt,
    web_url: pipelineUrl(app, pipeline),
  };
}

/** Words that GitLab shows for a state. */
export function detailedStatus(status: CiStatus): string {
  return status === "success" ? "passed" : status;
}

export function renderPipeline(app: App, pipeline: Pipeline) {
  const { pathname } = new URL(pipelineUrl(app, pipeline));
  const text = detailedStatus(pipeline.status);
  const duration = durationSeconds(pipeline);
  return {
    ...renderPipelineBasic(app, pipeline),
    before_sha: pipeline.beforeSha,
    tag: pipeline.tag,
    yaml_errors: pipeline.yamlErrors,
    user: renderUserId(app, pipeline.userId),
    started_at: pipeline.startedAt,
    finished_at: pipeline.finishedAt,
    committed_at: null,
    duration: duration === null ? null : Math.round(duration),
    queued_duration: null,
    coverage: null,
    archived: false,
    detailed_status: {
      icon: `status_${pipeline.status}`,
      text: text.charAt(0).toUpperCase() + text.slice(1),
      label: text,
      group: pipeline.status,
      tooltip: text,
      has_details: true,
      details_path: pathname,
      favicon: `/assets/ci_favicons/favicon_status_${pipeline.status}.png`,
    },
  };
}

/** A job or a bridge. */
export async function renderJob(app: App, job: Job) {
  const pipeline = app.world.pipelineOf(job.pipelineId);
  const project = app.world.projectOf(pipeline.projectId);
  const commit = await app.repository(project.id).commit(pipeline.sha);
  const basic = {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: pipeline.ref,
    tag: pipeline.tag,
    coverage: job.coverage,
    allow_failure: job.allowFailure,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    erased_at: null,
    duration: durationSeconds(job),
    queued_duration: job.startedAt === null ? null : 0,
    user: renderUserId(app, job.userId),
    commit: commit === undefined ? null : renderCommit(app, project, commit),
    pipeline: renderPipelineBasic(app, pipeline),
    ...(job.failureReason === null ? {} : { failure_reason: job.failureReason }),
    web_url: `${projectUrl(app, project)}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
  };
  if (job.kind === "bridge") {
    const started = job.downstream === null ? undefined : app.world.pipelines.get(job.downstream.pipelineId);
    return { ...basic, downstream_pipeline: started === undefined ? null : renderPipelineBasic(app, started) };
  }
  const artifacts = { artifacts: [], artifacts_expire_at: null, runner: null, runner_manager: null };
  return { ...basic, ...artifacts, archived: false, tag_list: [] };
}

/** A row of a commit's statuses: jobs and posted statuses alike. */
export function renderCommitStatus(app: App, job: Job) {
  const pipeline = app.world.pipelineOf(job.pipelineId);
  const jobUrl = `${projectUrl(app, app.world.projectOf(pipeline.projectId))}/-/jobs/${job.id}`;
  return {
    id: job.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: job.status,
    name: job.name,
    target_url: job.kind === "generic" ? job.targetUrl : jobUrl,
    description: job.description,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    allow_failure: job.allowFailure,
    coverage: job.coverage,
    pipeline_id: job.pipelineId,
    author: renderUserId(app, job.userId),
  };
}
