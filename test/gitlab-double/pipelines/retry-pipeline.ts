// Retry: failed and canceled jobs get a new row in the same pipeline.
import type { App } from "../app.ts";
import type { Job, Pipeline } from "../state/ci-types.ts";
import type { Actor } from "../state/types.ts";
import { insertJob } from "./create-pipeline.ts";
import { currentJobs, scheduleSteps, setStatus, settle } from "./step-pipeline.ts";

/** Retries all failed and canceled jobs; what was skipped because of them waits again. */
export async function retryPipeline(app: App, actor: Actor, pipeline: Pipeline): Promise<void> {
  const rows = currentJobs(app, pipeline).filter((job) => job.kind !== "generic");
  for (const job of rows) {
    if (job.status === "failed" || job.status === "canceled") replace(app, actor, job);
    else if (job.status === "skipped") setStatus(app, job, "created");
  }
  await settle(app, pipeline);
  scheduleSteps(app, pipeline);
}

/** Retries one job and returns the new row. */
export async function retryJob(app: App, actor: Actor, job: Job): Promise<Job> {
  const pipeline = app.world.pipelineOf(job.pipelineId);
  const fresh = replace(app, actor, job);
  await settle(app, pipeline);
  scheduleSteps(app, pipeline);
  return fresh;
}

function replace(app: App, actor: Actor, job: Job): Job {
  job.retried = true;
  const { kind, stage, name, allowFailure, when, script, targetUrl, description, coverage } = job;
  return insertJob(app, app.world.pipelineOf(job.pipelineId), {
    ...{ kind, stage, name, allowFailure, script, targetUrl, description, coverage },
    when: when === "manual" ? "on_success" : when,
    userId: actor.user.id,
    status: "pending",
  });
}
