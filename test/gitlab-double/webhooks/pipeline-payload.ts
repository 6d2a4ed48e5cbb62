// The "Pipeline Hook" payload.
import type { App } from "../app.ts";
import { mergeStatus } from "../merge-requests/merge-status.ts";
import { durationSeconds } from "../pipelines/composite-status.ts";
import { mergeRequestUrl } from "../render/merge-request.ts";
import { detailedStatus, pipelineUrl } from "../render/pipeline.ts";
import type { Job, Pipeline } from "../state/ci-types.ts";
import { commitPart, hookTime, hookTimeOrNull, projectPart, userPart } from "./payload-parts.ts";

export async function pipelinePayload(app: App, pipeline: Pipeline) {
  const project = app.world.projectOf(pipeline.projectId);
  const commit = await app.repository(project.id).commit(pipeline.sha);
  const mr = pipeline.mergeRequestId === null ? undefined : app.world.mergeRequestOf(pipeline.mergeRequestId);
  const named = app.settings.pipelineEventsWithoutMergeRequest ? undefined : mr;
  const duration = durationSeconds(pipeline);
  const jobs = app.world.jobsOf(pipeline.id).filter((job) => !job.retried && job.kind === "build");
  return {
    object_kind: "pipeline",
    object_attributes: {
      id: pipeline.id,
      iid: pipeline.iid,
      name: null,
      ref: mr === undefined ? pipeline.ref : mr.sourceBranch,
      tag: pipeline.tag,
      sha: pipeline.sha,
      before_sha: pipeline.beforeSha,
      source: pipeline.source,
      status: pipeline.status,
      detailed_status: detailedStatus(pipeline.status),
      stages: pipeline.stages,
      created_at: hookTime(pipeline.createdAt),
      finished_at: hookTimeOrNull(pipeline.finishedAt),
      duration: duration === null ? null : Math.round(duration),
      queued_duration: null,
      protected_ref: false,
      variables: [],
      url: pipelineUrl(app, pipeline),
    },
    merge_request:
      named === undefined
        ? null
        : {
            id: named.id,
            iid: named.iid,
            title: named.title,
            source_branch: named.sourceBranch,
            source_project_id: app.world.projects.has(named.sourceProjectId) ? named.sourceProjectId : null,
            target_branch: named.targetBranch,
            target_project_id: named.projectId,
            state: named.state,
            merge_status: (await mergeStatus(app, named)).conflicts ? "cannot_be_merged" : "can_be_merged",
            detailed_merge_status: (await mergeStatus(app, named)).detailed,
            url: mergeRequestUrl(app, named),
          },
    user: userPart(app.world.userOf(pipeline.userId)),
    project: projectPart(app, project),
    commit: commit === undefined ? null : commitPart(app, project, commit),
    builds: jobs.map((job) => buildPart(app, job)),
    ...sourcePart(app, pipeline),
  };
}

/** A child pipeline names the pipeline that started it. */
function sourcePart(app: App, pipeline: Pipeline) {
  const bridge = app.world.jobs.get(pipeline.startedByJobId ?? 0);
  if (bridge === undefined) return {};
  const { id, web_url, path_with_namespace } = projectPart(
    app,
    app.world.projectOf(app.world.pipelineOf(bridge.pipelineId).projectId),
  );
  const project = { id, web_url, path_with_namespace };
  return { source_pipeline: { project, pipeline_id: bridge.pipelineId, job_id: bridge.id } };
}

function buildPart(app: App, job: Job) {
  return {
    id: job.id,
    stage: job.stage,
    name: job.name,
    status: job.status,
    created_at: hookTime(job.createdAt),
    started_at: hookTimeOrNull(job.startedAt),
    finished_at: hookTimeOrNull(job.finishedAt),
    duration: durationSeconds(job),
    queued_duration: job.startedAt === null ? null : 0,
    failure_reason: job.failureReason,
    when: job.when,
    manual: job.when === "manual",
    allow_failure: job.allowFailure,
    user: userPart(app.world.userOf(job.userId)),
    runner: null,
    artifacts_file: { filename: null, size: null },
    environment: null,
  };
}
