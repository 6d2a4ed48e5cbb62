// Moves pipelines: created, pending, running, and to the end that the scripts ask for, one change per step.
import { type App, later } from "../app.ts";
import type { CiStatus, Job, Pipeline } from "../state/ci-types.ts";
import { pipelinePayload } from "../webhooks/pipeline-payload.ts";
import { compositeStatus, isFinal } from "./composite-status.ts";

/** Lets the pipeline run by itself, unless pipelines are moved by hand. */
export function scheduleSteps(app: App, pipeline: Pipeline): void {
  if (app.settings.pipelineMode === "manual" || !hasWork(app, pipeline)) return;
  later(app, app.settings.pipelineStepMs, async () => {
    if (app.settings.pipelineMode === "auto") await step(app, pipeline);
    scheduleSteps(app, pipeline);
  });
}

/** Current rows: those that no newer row replaced. */
export function currentJobs(app: App, pipeline: Pipeline): readonly Job[] {
  return app.world.jobsOf(pipeline.id).filter((job) => !job.retried);
}

/** Rows that move by themselves: no posted statuses, no bridges whose pipeline says how they stand. */
function ownJobs(app: App, pipeline: Pipeline): readonly Job[] {
  return currentJobs(app, pipeline).filter((job) => job.kind !== "generic" && job.downstream === null);
}

function hasWork(app: App, pipeline: Pipeline): boolean {
  return ownJobs(app, pipeline).some((job) => !isFinal(job.status) && job.status !== "manual");
}

/** One step of every job that can move. */
async function step(app: App, pipeline: Pipeline): Promise<void> {
  const jobs = ownJobs(app, pipeline);
  const stage = pipeline.stages.find((name) => jobs.some((job) => job.stage === name && unfinished(job)));
  const earlier = jobs.filter((job) => stageIndex(pipeline, job) < pipeline.stages.indexOf(stage ?? ""));
  const failedBefore = earlier.some((job) => ["failed", "canceled"].includes(job.status) && !job.allowFailure);
  for (const job of jobs.filter((each) => each.stage === stage)) moveJob(app, job, failedBefore);
  await settle(app, pipeline);
}

function unfinished(job: Job): boolean {
  return !isFinal(job.status) && job.status !== "manual";
}

function stageIndex(pipeline: Pipeline, job: Job): number {
  return pipeline.stages.indexOf(job.stage);
}

function moveJob(app: App, job: Job, failedBefore: boolean): void {
  if (job.status === "created") setStatus(app, job, firstStatus(job, failedBefore));
  else if (job.status === "pending") setStatus(app, job, "running");
  else if (job.status === "running") {
    job.stepsDone += 1;
    if (job.stepsDone >= job.script.steps) setStatus(app, job, job.script.fails ? "failed" : "success");
  }
}

function firstStatus(job: Job, failedBefore: boolean): CiStatus {
  if (job.when === "manual") return failedBefore ? "skipped" : "manual";
  if (job.when === "always") return "pending";
  return (job.when === "on_failure") === failedBefore ? "pending" : "skipped";
}

/** Sets a row's state with the times that belong to it. */
export function setStatus(app: App, job: Job, status: CiStatus): void {
  const now = app.world.now();
  job.status = status;
  if (status === "running" || (isFinal(status) && status !== "skipped")) job.startedAt ??= now;
  job.finishedAt = isFinal(status) && status !== "skipped" ? now : null;
  job.failureReason = status === "failed" ? (job.kind === "generic" ? null : "script_failure") : null;
}

/** Gives the pipeline the state of its rows, and tells the hooks when it changed. */
export async function settle(app: App, pipeline: Pipeline): Promise<void> {
  await setPipelineStatus(app, pipeline, compositeStatus(currentJobs(app, pipeline)));
}

async function setPipelineStatus(app: App, pipeline: Pipeline, status: CiStatus): Promise<void> {
  if (pipeline.status === status) return;
  const now = app.world.now();
  pipeline.status = status;
  pipeline.updatedAt = now;
  if (status === "running" || isFinal(status)) pipeline.startedAt ??= now;
  pipeline.finishedAt = isFinal(status) ? now : null;
  app.log(`pipeline ${pipeline.id} ${status}`);
  const payload = await pipelinePayload(app, pipeline);
  app.dispatcher.fire(
    { event: "pipeline", projectId: pipeline.projectId, payload },
    { user: app.world.userOf(pipeline.userId) },
  );
  await moveBridge(app, pipeline);
  if (isFinal(status)) await app.pipelineEnded(pipeline);
}

/** A bridge that depends on this pipeline gets its state, and so does the pipeline that the bridge is part of. */
async function moveBridge(app: App, pipeline: Pipeline): Promise<void> {
  const bridge = app.world.jobs.get(pipeline.startedByJobId ?? 0);
  if (bridge?.downstream?.depend !== true) return;
  setStatus(app, bridge, pipeline.status);
  await settle(app, app.world.pipelineOf(bridge.pipelineId));
}

/** Moves a pipeline by hand: its jobs are set so that it has this state. */
export async function advancePipeline(app: App, pipeline: Pipeline, status: CiStatus): Promise<void> {
  const open = ownJobs(app, pipeline).filter((job) => isFinal(status) || !isFinal(job.status));
  const finished = open.filter((job) => isFinal(job.status));
  const movable = finished.length === open.length ? open : open.filter((job) => !isFinal(job.status));
  movable.forEach((job, index) => {
    setStatus(app, job, status === "failed" && index > 0 ? "skipped" : status);
  });
  await setPipelineStatus(app, pipeline, status);
}

/** Cancels what is not finished. */
export async function cancelPipeline(app: App, pipeline: Pipeline): Promise<void> {
  for (const job of currentJobs(app, pipeline)) if (!isFinal(job.status)) setStatus(app, job, "canceled");
  await settle(app, pipeline);
}
