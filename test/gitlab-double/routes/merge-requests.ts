// Routes: merge requests.

import { readDiff } from "../git/read-objects.ts";
import {
  type Context,
  type Route,
  requireActor,
  requireMergeRequest,
  requireProject,
  requireUser,
} from "../http/context.ts";
import { page } from "../http/paginate.ts";
import { created, noContent, notFound, ok, type Reply } from "../http/reply.ts";
import { approve, unapprove } from "../merge-requests/approve.ts";
import { mergeWhenChecksPass } from "../merge-requests/auto-merge.ts";
import { merge } from "../merge-requests/merge.ts";
import { mergeStatus } from "../merge-requests/merge-status.ts";
import { openMergeRequest } from "../merge-requests/open-merge-request.ts";
import { extractCommands, runCommands } from "../merge-requests/quick-actions.ts";
import { type MergeRequestChange, updateMergeRequest } from "../merge-requests/update-merge-request.ts";
import { renderMergeRequest, renderMergeRequestBasic } from "../render/merge-request.ts";
import { renderCommitAt, renderFileChange } from "../render/repository.ts";
import { renderUserId } from "../render/users.ts";
import { DEVELOPER, MAINTAINER, maySee } from "../state/access.ts";
import type { MergeRequest } from "../state/types.ts";
import { filterMergeRequests } from "./merge-request-filter.ts";
import { groupProjects } from "./namespaces.ts";

const ONE = "/projects/:id/merge_requests/:iid";

export const mergeRequestRoutes: readonly Route[] = [
  { method: "GET", path: "/merge_requests", handler: listAll },
  { method: "GET", path: "/groups/:id/merge_requests", handler: listOfGroup },
  { method: "GET", path: "/projects/:id/merge_requests", handler: listOfProject },
  { method: "POST", path: "/projects/:id/merge_requests", handler: post },
  {
    method: "GET",
    path: ONE,
    handler: async (context) => ok(await renderMergeRequest(context.app, requireMergeRequest(context))),
  },
  { method: "PUT", path: ONE, handler: put },
  { method: "DELETE", path: ONE, handler: remove },
  { method: "PUT", path: `${ONE}/merge`, handler: putMerge },
  { method: "GET", path: `${ONE}/approvals`, handler: (context) => ok(renderApprovals(context)) },
  { method: "POST", path: `${ONE}/approve`, handler: postApprove },
  { method: "POST", path: `${ONE}/unapprove`, handler: postUnapprove },
  { method: "GET", path: `${ONE}/commits`, handler: listCommits },
  { method: "GET", path: `${ONE}/diffs`, handler: listDiffs },
  { method: "GET", path: `${ONE}/changes`, handler: showChanges },
];

function listOfProject(context: Context): Promise<Reply> {
  const project = requireProject(context);
  const all = [...context.app.world.mergeRequests.values()].filter((mr) => mr.projectId === project.id);
  return list(context, all, "all");
}

function listOfGroup(context: Context): Promise<Reply> {
  const ids = new Set(groupProjects(context, true).map((project) => project.id));
  const all = [...context.app.world.mergeRequests.values()].filter((mr) => ids.has(mr.projectId));
  return list(context, all, "all");
}

function listAll(context: Context): Promise<Reply> {
  const { world } = context.app;
  const user = requireUser(context);
  const all = [...world.mergeRequests.values()].filter((mr) => maySee(world, user, world.projectOf(mr.projectId)));
  return list(context, all, "created_by_me");
}

function list(context: Context, all: readonly MergeRequest[], scope: string): Promise<Reply> {
  const found = filterMergeRequests(context, all, scope);
  return page(context, found, (mr) => renderMergeRequestBasic(context.app, mr));
}

async function post(context: Context): Promise<Reply> {
  const { app, input } = context;
  const actor = requireActor(context);
  const source = requireProject(context, DEVELOPER);
  const targetId = input.integer("target_project_id");
  const target = targetId === undefined ? source : app.world.projects.get(targetId);
  if (target === undefined || !maySee(app.world, actor.user, target)) throw notFound("Project");
  const mr = await openMergeRequest(app, actor, {
    source,
    sourceBranch: input.needText("source_branch"),
    target,
    targetBranch: input.needText("target_branch"),
    title: input.needText("title"),
    description: input.text("description") ?? null,
    labels: input.list("labels") ?? [],
    assigneeIds: ids(context, "assignee_ids", "assignee_id") ?? [],
    reviewerIds: ids(context, "reviewer_ids") ?? [],
    allowCollaboration: input.flag("allow_collaboration") ?? false,
    removeSourceBranch: input.flag("remove_source_branch") ?? false,
    squash: input.flag("squash") ?? false,
  });
  return created(await renderMergeRequest(app, mr));
}

function ids(context: Context, list: string, single?: string): readonly number[] | undefined {
  const values = context.input.list(list) ?? (single === undefined ? undefined : context.input.list(single));
  return values?.map(Number).filter((id) => context.app.world.users.has(id));
}

async function put(context: Context): Promise<Reply> {
  const { app } = context;
  const actor = requireActor(context);
  const mr = requireMergeRequest(context);
  const text = context.input.text("description");
  const { commands, rest } = extractCommands(text ?? "");
  await updateMergeRequest(app, actor, mr, readChange(context, mr, text === undefined ? undefined : rest));
  await runCommands(app, actor, mr, commands);
  return ok(await renderMergeRequest(app, mr));
}

function readChange(context: Context, mr: MergeRequest, description: string | undefined): MergeRequestChange {
  const { input } = context;
  const added = input.list("add_labels") ?? [];
  const removed = input.list("remove_labels") ?? [];
  const base = input.list("labels") ?? mr.labels;
  const change = {
    title: input.text("title"),
    description,
    targetBranch: input.text("target_branch"),
    labels: [...new Set([...base, ...added])].filter((label) => !removed.includes(label)),
    assigneeIds: ids(context, "assignee_ids", "assignee_id"),
    reviewerIds: ids(context, "reviewer_ids"),
    stateEvent: input.choice("state_event", ["close", "reopen"]),
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function remove(context: Context): Reply {
  requireProject(context, MAINTAINER);
  context.app.world.mergeRequests.delete(requireMergeRequest(context).id);
  return noContent();
}

async function putMerge(context: Context): Promise<Reply> {
  const mr = requireMergeRequest(context);
  const auto = context.input.flag("auto_merge") ?? context.input.flag("merge_when_pipeline_succeeds") ?? false;
  const sha = context.input.text("sha");
  await (auto ? mergeWhenChecksPass : merge)(context.app, requireActor(context), mr, sha);
  return ok(await renderMergeRequest(context.app, mr));
}

function renderApprovals(context: Context) {
  const mr = requireMergeRequest(context);
  const mine = mr.approvedBy.some((each) => each.userId === context.user?.id);
  const by = mr.approvedBy.map(({ userId, at }) => ({ user: renderUserId(context.app, userId), approved_at: at }));
  return { user_has_approved: mine, user_can_approve: !mine, approved: by.length > 0, approved_by: by };
}

async function postApprove(context: Context): Promise<Reply> {
  await approve(context.app, requireActor(context), requireMergeRequest(context), context.input.text("sha"));
  return created(renderApprovals(context));
}

async function postUnapprove(context: Context): Promise<Reply> {
  await unapprove(context.app, requireActor(context), requireMergeRequest(context));
  return created(renderApprovals(context));
}

async function listCommits(context: Context): Promise<Reply> {
  const mr = requireMergeRequest(context);
  const { base } = await mergeStatus(context.app, mr);
  const exclude = base === undefined ? [] : [`^${base}`];
  const shas = await context.app.repository(mr.projectId).revList([mr.sha, ...exclude]);
  const project = context.app.world.projectOf(mr.projectId);
  return page(context, shas, (sha) => renderCommitAt(context.app, project, sha));
}

async function fileChanges(context: Context, mr: MergeRequest) {
  const { base } = await mergeStatus(context.app, mr);
  return readDiff(context.app.repository(mr.projectId), base, mr.sha);
}

async function listDiffs(context: Context): Promise<Reply> {
  return page(context, await fileChanges(context, requireMergeRequest(context)), renderFileChange);
}

async function showChanges(context: Context): Promise<Reply> {
  const mr = requireMergeRequest(context);
  const changes = (await fileChanges(context, mr)).map(renderFileChange);
  return ok({ ...(await renderMergeRequest(context.app, mr)), changes, overflow: false });
}
