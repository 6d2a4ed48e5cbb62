// Sets a commit status by GitLab's rules (create_commit_status_service.rb).
import type { App } from "../app.ts";
import { ApiError, badRequest, invalidField, notFound } from "../http/reply.ts";
import type { CiStatus, Job, Pipeline } from "../state/ci-types.ts";
import type { Actor, Project } from "../state/types.ts";
import { insertJob, newPipeline } from "./create-pipeline.ts";
import { setStatus, settle } from "./step-pipeline.ts";

export const POSTABLE_STATES = ["pending", "running", "success", "failed", "canceled", "skipped"] as const;

/** A status to be set. */
export interface PostedStatus {
  readonly state: (typeof POSTABLE_STATES)[number];
  readonly name: string;
  readonly ref: string | undefined;
  readonly pipelineId: number | undefined;
  readonly targetUrl: string | undefined;
  readonly description: string | undefined;
  readonly coverage: number | undefined;
}

const LONGEST_URL = 255;
const LONGEST_DESCRIPTION = 1024;

/**
 * Updates the pending or running row of the same pipeline, name and user, or makes a new one.
 * @throws ApiError 404 for an unknown commit, ref or pipeline, 400 for a transition that GitLab refuses.
 */
export async function postStatus(
  app: App,
  actor: Actor,
  project: Project,
  sha: string,
  status: PostedStatus,
): Promise<Job> {
  if ((await app.repository(project.id).commit(sha)) === undefined) throw notFound("Commit");
  checkTexts(status);
  const pipeline = await pipelineFor(app, actor, project, sha, status);
  const row = openRow(app, actor, pipeline, status.name);
  if (row === undefined) return newRow(app, actor, pipeline, status);
  checkTransition(row.status, status.state);
  setStatus(app, row, status.state);
  await settle(app, pipeline);
  return row;
}

function checkTexts(status: PostedStatus): void {
  if (status.targetUrl !== undefined && !/^https?:\/\/\S+$/.test(status.targetUrl)) {
    throw invalidField("target_url", "is blocked: Only allowed schemes are http, https");
  }
  if ((status.targetUrl?.length ?? 0) > LONGEST_URL) {
    throw invalidField("target_url", `is too long (maximum is ${LONGEST_URL} characters)`);
  }
  if ((status.description?.length ?? 0) > LONGEST_DESCRIPTION) {
    throw invalidField("description", `is too long (maximum is ${LONGEST_DESCRIPTION} characters)`);
  }
}

async function pipelineFor(app: App, actor: Actor, project: Project, sha: string, status: PostedStatus) {
  const ofCommit = app.world
    .pipelinesOf(project.id)
    .filter((pipeline) => pipeline.sha === sha && pipeline.startedByJobId === null);
  const asked = status.ref?.replace(/^refs\/(heads|tags)\//, "");
  if (status.pipelineId !== undefined) {
    const named = ofCommit.find((each) => each.id === status.pipelineId && (asked ?? each.ref) === each.ref);
    if (named === undefined) throw notFound("Pipeline");
    return named;
  }
  const ref = asked ?? ofCommit[0]?.ref ?? (await branchWith(app, project, sha));
  if (ref === undefined) throw notFound("References for commit");
  const found = ofCommit.find((pipeline) => pipeline.ref === ref);
  return found ?? newPipeline(app, actor, { project, sha, ref, tag: false, source: "external", status: "created" });
}

async function branchWith(app: App, project: Project, sha: string): Promise<string | undefined> {
  const repository = app.repository(project.id);
  for (const name of repository.names("refs/heads/")) {
    if (await repository.isAncestor(sha, repository.branch(name) ?? "")) return name;
  }
  return undefined;
}

function openRow(app: App, actor: Actor, pipeline: Pipeline, name: string): Job | undefined {
  return app.world
    .jobsOf(pipeline.id)
    .find(
      (job) =>
        job.kind === "generic" &&
        job.name === name &&
        job.userId === actor.user.id &&
        !job.retried &&
        (job.status === "pending" || job.status === "running"),
    );
}

function checkTransition(from: CiStatus, to: PostedStatus["state"]): void {
  const event = to === "pending" ? "enqueue" : to === "running" ? "run" : undefined;
  const refusedNow = event === "enqueue" || (event === "run" && from === "running");
  if (event === undefined || !refusedNow) return;
  const reason = `Status cannot transition via "${event}"`;
  throw new ApiError(400, { message: `Cannot transition status via :${event} from :${from} (Reason(s): ${reason})` });
}

async function newRow(app: App, actor: Actor, pipeline: Pipeline, status: PostedStatus): Promise<Job> {
  if (status.name.trim() === "") throw badRequest("name is empty");
  for (const older of app.world.jobsOf(pipeline.id)) {
    if (older.kind === "generic" && older.name === status.name) older.retried = true;
  }
  const row = insertJob(app, pipeline, {
    kind: "generic",
    stage: "external",
    name: status.name,
    userId: actor.user.id,
    allowFailure: false,
    when: "on_success",
    script: { steps: 1, fails: false },
    status: "pending",
    targetUrl: status.targetUrl ?? null,
    description: status.description ?? null,
    coverage: status.coverage ?? null,
  });
  setStatus(app, row, status.state);
  await settle(app, pipeline);
  return row;
}
