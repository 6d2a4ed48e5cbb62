// Routes: commits, comparison, statuses of a commit.

import { readDiff } from "../git/read-objects.ts";
import { runGit } from "../git/run-git.ts";
import { type Context, param, type Route, requireActor, requireProject } from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { badRequest, created, notFound, ok, type Reply } from "../http/reply.ts";
import { POSTABLE_STATES, postStatus } from "../pipelines/post-status.ts";
import { renderMergeRequestBasic } from "../render/merge-request.ts";
import { renderCommitStatus, renderPipelineBasic } from "../render/pipeline.ts";
import { projectUrl } from "../render/project.ts";
import { renderCommit, renderCommitAt, renderFileChange } from "../render/repository.ts";
import { DEVELOPER } from "../state/access.ts";
import type { Project } from "../state/types.ts";

export const commitRoutes: readonly Route[] = [
  { method: "GET", path: "/projects/:id/repository/commits", handler: listCommits },
  { method: "GET", path: "/projects/:id/repository/commits/:sha", handler: showCommit },
  { method: "GET", path: "/projects/:id/repository/commits/:sha/diff", handler: showDiff },
  { method: "GET", path: "/projects/:id/repository/commits/:sha/refs", handler: listRefs },
  { method: "GET", path: "/projects/:id/repository/commits/:sha/statuses", handler: listStatuses },
  { method: "GET", path: "/projects/:id/repository/commits/:sha/merge_requests", handler: listMergeRequests },
  { method: "POST", path: "/projects/:id/statuses/:sha", handler: setStatus },
  { method: "GET", path: "/projects/:id/repository/compare", handler: compare },
  { method: "GET", path: "/projects/:id/repository/merge_base", handler: showMergeBase },
];

/** The project of the path and the full sha of its `:sha`, which may also be a branch or tag. */
async function requireCommit(context: Context): Promise<{ readonly project: Project; readonly sha: string }> {
  const project = requireProject(context);
  const sha = await context.app.repository(project.id).resolve(param(context, "sha"));
  if (sha === undefined || (await context.app.repository(project.id).commit(sha)) === undefined)
    throw notFound("Commit");
  return { project, sha };
}

async function listCommits(context: Context): Promise<Reply> {
  const { app, input } = context;
  const project = requireProject(context);
  const repository = app.repository(project.id);
  const wanted = input.text("ref_name") ?? project.defaultBranch ?? "";
  const range = /^(.+?)\.\.\.?(.+)$/.exec(wanted);
  const ends = await Promise.all([range?.[1], range?.[2] ?? wanted].map((each) => repository.resolve(each ?? "")));
  const [from, to] = ends;
  if (to === undefined || (range !== null && from === undefined)) throw notFound("Commit");
  const path = input.text("path");
  const option = (name: string) => (input.has(name) ? [`--${name}=${input.text(name)}`] : []);
  const shas = await repository.revList([
    ...option("since"),
    ...option("until"),
    ...(input.flag("first_parent") ? ["--first-parent"] : []),
    ...(input.flag("all") ? ["--branches", "--tags"] : [to]),
    ...(from === undefined ? [] : [`^${from}`]),
    "--",
    ...(path === undefined ? [] : [path]),
  ]);
  return page(context, shas, (sha) => renderCommitAt(app, project, sha));
}

async function showCommit(context: Context): Promise<Reply> {
  const { app } = context;
  const { project, sha } = await requireCommit(context);
  const args = ["diff-tree", "-r", "--root", "--no-commit-id", "--numstat", sha];
  const lines = (await runGit(app.repository(project.id).dir, args)).stdout.toString("utf8").split("\n");
  const sum = (column: number) => lines.reduce((total, line) => total + (Number(line.split("\t")[column]) || 0), 0);
  const own = app.world.pipelinesOf(project.id).filter((each) => each.startedByJobId === null);
  const newest = own.find((each) => each.sha === sha);
  const [additions, deletions] = [sum(0), sum(1)];
  return ok({
    ...(await renderCommitAt(app, project, sha)),
    stats: { additions, deletions, total: additions + deletions },
    status: newest?.status ?? null,
    project_id: project.id,
    last_pipeline: newest === undefined ? null : renderPipelineBasic(app, newest),
  });
}

async function showDiff(context: Context): Promise<Reply> {
  const { project, sha } = await requireCommit(context);
  const repository = context.app.repository(project.id);
  const parent = (await repository.commit(sha))?.parents[0];
  return page(context, await readDiff(repository, parent, sha), renderFileChange);
}

async function listRefs(context: Context): Promise<Reply> {
  const { project, sha } = await requireCommit(context);
  const repository = context.app.repository(project.id);
  const found: { type: string; name: string }[] = [];
  for (const [ref, head] of repository.refs) {
    const match = /^refs\/(head|tag)s\/(.+)$/.exec(ref);
    if (match === null || !(await repository.isAncestor(sha, head))) continue;
    found.push({ type: match[1] === "head" ? "branch" : "tag", name: match[2] ?? "" });
  }
  return page(context, found, (each) => each);
}

async function listStatuses(context: Context): Promise<Reply> {
  const { app, input } = context;
  const { project, sha } = await requireCommit(context);
  const all = input.flag("all") ?? false;
  const [ref, name, stage] = ["ref", "name", "stage"].map((key) => input.text(key));
  const pipelineId = input.integer("pipeline_id");
  const rows = [...app.world.jobs.values()].filter((job) => {
    const pipeline = app.world.pipelineOf(job.pipelineId);
    if (pipeline.projectId !== project.id || pipeline.sha !== sha || (job.retried && !all)) return false;
    if ((ref ?? pipeline.ref) !== pipeline.ref || (pipelineId ?? pipeline.id) !== pipeline.id) return false;
    return (name ?? job.name) === job.name && (stage ?? job.stage) === job.stage;
  });
  const direction = input.choice("sort", ["asc", "desc"]) ?? "asc";
  return page(
    context,
    sorted(rows, (row) => row.id, direction),
    (row) => renderCommitStatus(app, row),
  );
}

async function listMergeRequests(context: Context): Promise<Reply> {
  const { app } = context;
  const { project, sha } = await requireCommit(context);
  const found = [];
  for (const mr of app.world.mergeRequests.values()) {
    if (mr.projectId !== project.id && mr.sourceProjectId !== project.id) continue;
    const repository = app.repository(mr.projectId);
    const reached = (await repository.commit(sha)) !== undefined && (await repository.isAncestor(sha, mr.sha));
    const old = mr.baseSha !== null && (await repository.isAncestor(sha, mr.baseSha));
    if (reached && !old) found.push(mr);
  }
  return page(context, found, (mr) => renderMergeRequestBasic(app, mr));
}

async function setStatus(context: Context): Promise<Reply> {
  const { app, input } = context;
  const actor = requireActor(context);
  const project = requireProject(context, DEVELOPER);
  input.needText("state");
  const state = input.choice("state", POSTABLE_STATES);
  if (state === undefined) throw badRequest("state is missing");
  const row = await postStatus(app, actor, project, param(context, "sha"), {
    state,
    name: input.text("name") ?? input.text("context") ?? "default",
    ref: input.text("ref"),
    pipelineId: input.integer("pipeline_id"),
    targetUrl: input.text("target_url"),
    description: input.text("description"),
    coverage: input.has("coverage") ? Number(input.text("coverage")) : undefined,
  });
  return created(renderCommitStatus(app, row));
}

async function compare(context: Context): Promise<Reply> {
  const { app, input } = context;
  const project = requireProject(context);
  const repository = app.repository(project.id);
  const [from, to] = [input.needText("from"), input.needText("to")];
  const [base, head] = await Promise.all([repository.resolve(from), repository.resolve(to)]);
  if (base === undefined || head === undefined) throw notFound("Ref");
  const start = input.flag("straight") ? base : ((await repository.mergeBase(base, head)) ?? base);
  const shas = await repository.revList([head, `^${base}`]);
  const commits = await Promise.all([...shas].reverse().map((sha) => renderCommitAt(app, project, sha)));
  return ok({
    commit: commits.at(-1) ?? null,
    commits,
    diffs: (await readDiff(repository, start, head)).map(renderFileChange),
    compare_timeout: false,
    compare_same_ref: from === to,
    web_url: `${projectUrl(app, project)}/-/compare/${from}...${to}`,
  });
}

async function showMergeBase(context: Context): Promise<Reply> {
  const project = requireProject(context);
  const repository = context.app.repository(project.id);
  const refs = context.input.list("refs") ?? [];
  const [a, b] = await Promise.all(refs.map((ref) => repository.resolve(ref)));
  if (a === undefined || b === undefined) throw badRequest("Could not find ref");
  const base = await repository.mergeBase(a, b);
  const commit = base === undefined ? undefined : await repository.commit(base);
  if (commit === undefined) throw notFound("Merge Base");
  return ok(renderCommit(context.app, project, commit));
}
