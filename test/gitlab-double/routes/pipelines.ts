// Routes: pipelines and jobs.
import {
  type Context,
  param,
  type Route,
  requireActor,
  requireMergeRequest,
  requirePipeline,
  requireProject,
} from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { ApiError, created, forbidden, notAllowed, notFound, ok, type Reply } from "../http/reply.ts";
import { createBranchPipeline, createMergeRequestPipeline } from "../pipelines/create-pipeline.ts";
import { retryJob, retryPipeline } from "../pipelines/retry-pipeline.ts";
import { cancelPipeline } from "../pipelines/step-pipeline.ts";
import { renderJob, renderPipeline, renderPipelineBasic } from "../render/pipeline.ts";
import { DEVELOPER, projectLevel } from "../state/access.ts";
import type { Job } from "../state/ci-types.ts";

const ONE = "/projects/:id/pipelines/:pipeline_id";

export const pipelineRoutes: readonly Route[] = [
  { method: "GET", path: "/projects/:id/pipelines", handler: list },
  { method: "POST", path: "/projects/:id/pipeline", handler: post },
  {
    method: "GET",
    path: ONE,
    handler: (context) => ok({ ...renderPipeline(context.app, requirePipeline(context)), name: null }),
  },
  { method: "GET", path: `${ONE}/jobs`, handler: (context) => listJobs(context, "build") },
  { method: "GET", path: `${ONE}/bridges`, handler: (context) => listJobs(context, "bridge") },
  { method: "POST", path: `${ONE}/retry`, handler: retry },
  { method: "POST", path: `${ONE}/cancel`, handler: cancel },
  { method: "GET", path: "/projects/:id/jobs/:job_id", handler: showJob },
  { method: "POST", path: "/projects/:id/jobs/:job_id/retry", handler: retryOne },
  { method: "GET", path: "/projects/:id/merge_requests/:iid/pipelines", handler: listOfMergeRequest },
  { method: "POST", path: "/projects/:id/merge_requests/:iid/pipelines", handler: postForMergeRequest },
];

function list(context: Context): Promise<Reply> {
  const { app, input } = context;
  const project = requireProject(context);
  const [sha, ref, status, source] = ["sha", "ref", "status", "source"].map((name) => input.text(name));
  const found = app.world.pipelinesOf(project.id).filter(
    (each) =>
      (sha ?? each.sha) === each.sha &&
      // Child pipelines are listed only when they are asked for.
      (source === undefined ? each.source !== "parent_pipeline" : true) &&
      (ref ?? each.ref) === each.ref &&
      (status ?? each.status) === each.status &&
      (source ?? each.source) === each.source,
  );
  const by = input.choice("order_by", ["id", "status", "ref", "updated_at", "user_id"]) ?? "id";
  const keys = { id: "id", status: "status", ref: "ref", updated_at: "updatedAt", user_id: "userId" } as const;
  const ordered = sorted(found, (each) => each[keys[by]], input.choice("sort", ["asc", "desc"]) ?? "desc");
  return page(context, ordered, (each) => renderPipelineBasic(app, each));
}

async function post(context: Context): Promise<Reply> {
  const { app } = context;
  const actor = requireActor(context);
  const project = requireProject(context, DEVELOPER);
  const ref = context.input.needText("ref");
  const sha = app.repository(project.id).branch(ref);
  if (sha === undefined) throw new ApiError(400, { message: { base: ["Reference not found"] } });
  const pushed = { project, sha, beforeSha: undefined, ref, tag: false, source: "api" } as const;
  const pipeline = await createBranchPipeline(app, actor, pushed);
  if (pipeline === undefined) throw noPipeline();
  return created(renderPipeline(app, pipeline));
}

function noPipeline(): ApiError {
  return new ApiError(400, { message: { base: ["Pipeline will not run for the selected trigger."] } });
}

function listJobs(context: Context, kind: Job["kind"]): Promise<Reply> {
  const { app, input } = context;
  const pipeline = requirePipeline(context);
  const scopes = input.list("scope");
  const withRetried = input.flag("include_retried") ?? false;
  const jobs = app.world
    .jobsOf(pipeline.id)
    .filter(
      (job) =>
        job.kind === kind && (withRetried || !job.retried) && (scopes === undefined || scopes.includes(job.status)),
    );
  return page(
    context,
    sorted(jobs, (job) => job.id, "desc"),
    (job) => renderJob(app, job),
  );
}

async function retry(context: Context): Promise<Reply> {
  const actor = requireActor(context);
  const pipeline = requirePipeline(context, DEVELOPER);
  await retryPipeline(context.app, actor, pipeline);
  return created(renderPipeline(context.app, pipeline));
}

async function cancel(context: Context): Promise<Reply> {
  const pipeline = requirePipeline(context, DEVELOPER);
  await cancelPipeline(context.app, pipeline);
  return created(renderPipeline(context.app, pipeline));
}

function requireJob(context: Context, level = 0): Job {
  const project = requireProject(context, level);
  const job = context.app.world.jobs.get(Number(param(context, "job_id")));
  const here = job !== undefined && context.app.world.pipelineOf(job.pipelineId).projectId === project.id;
  if (job === undefined || !here || job.kind === "generic") throw notFound();
  return job;
}

async function showJob(context: Context): Promise<Reply> {
  return ok(await renderJob(context.app, requireJob(context)));
}

async function retryOne(context: Context): Promise<Reply> {
  const actor = requireActor(context);
  const job = requireJob(context, DEVELOPER);
  if (!["failed", "canceled", "success"].includes(job.status)) throw forbidden();
  return created(await renderJob(context.app, await retryJob(context.app, actor, job)));
}

function listOfMergeRequest(context: Context): Promise<Reply> {
  const { app } = context;
  const pipelines = app.world.pipelinesOfMergeRequest(requireMergeRequest(context));
  return page(context, pipelines, (each) => renderPipelineBasic(app, each));
}

async function postForMergeRequest(context: Context): Promise<Reply> {
  const { app } = context;
  const actor = requireActor(context);
  const mr = requireMergeRequest(context);
  const places = [mr.projectId, mr.sourceProjectId].map((id) => app.world.projects.get(id));
  const may = places.some((each) => each !== undefined && projectLevel(app.world, actor.user, each) >= DEVELOPER);
  if (!may || mr.state !== "opened") throw notAllowed();
  const pipeline = await createMergeRequestPipeline(app, actor, mr);
  if (pipeline === undefined) throw noPipeline();
  return created(renderPipeline(app, pipeline));
}
