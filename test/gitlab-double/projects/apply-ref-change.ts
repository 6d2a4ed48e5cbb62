// What follows when a ref moved, however it moved: hooks, merge requests, pipelines.
import type { App } from "../app.ts";
import { refreshHeads } from "../merge-requests/head.ts";
import { mergeArrived } from "../merge-requests/merge.ts";
import { createBranchPipeline } from "../pipelines/create-pipeline.ts";
import type { Actor, Project } from "../state/types.ts";
import { pushPayload, type RefChange } from "../webhooks/push-payload.ts";
import { protectDefaultBranch } from "./protect-default-branch.ts";

/** GitLab sends no push hook at all when one push moves more branches than this. */
const PUSH_HOOK_LIMIT = 3;

/** One ref. */
export async function applyRefChange(app: App, actor: Actor, project: Project, change: RefChange): Promise<void> {
  await applyRefChanges(app, actor, project, [change]);
}

const lastOf = new WeakMap<Project, Promise<void>>();

/** All refs of one push. The pushes of a project are followed one after the other. */
export function applyRefChanges(
  app: App,
  actor: Actor,
  project: Project,
  changes: readonly RefChange[],
): Promise<void> {
  const previous = lastOf.get(project) ?? Promise.resolve();
  const next = previous.then(() => follow(app, actor, project, changes));
  lastOf.set(
    project,
    next.catch(() => undefined),
  );
  return next;
}

async function follow(app: App, actor: Actor, project: Project, changes: readonly RefChange[]): Promise<void> {
  project.lastActivityAt = app.world.now();
  const branches = changes.filter((change) => change.ref.startsWith("refs/heads/"));
  const tags = changes.filter((change) => change.ref.startsWith("refs/tags/"));
  await adoptDefaultBranch(app, project, branches);
  for (const change of branches) await branchMoved(app, actor, project, change, branches.length <= PUSH_HOOK_LIMIT);
  for (const change of tags) await tagMoved(app, actor, project, change, tags.length <= PUSH_HOOK_LIMIT);
}

async function adoptDefaultBranch(app: App, project: Project, branches: readonly RefChange[]): Promise<void> {
  const repository = app.repository(project.id);
  const current = project.defaultBranch;
  if (current !== null && repository.branch(current) !== undefined) return;
  const added = branches.map((change) => change.ref.replace("refs/heads/", ""));
  const chosen = current !== null && added.includes(current) ? current : added[0];
  if (chosen === undefined || repository.branch(chosen) === undefined) return;
  project.defaultBranch = chosen;
  protectDefaultBranch(app, project);
  await repository.setHead(chosen);
}

async function branchMoved(
  app: App,
  actor: Actor,
  project: Project,
  change: RefChange,
  withHook: boolean,
): Promise<void> {
  const branch = change.ref.replace("refs/heads/", "");
  if (withHook) {
    const payload = await pushPayload(app, project, change, actor.user);
    app.dispatcher.fire({ event: "push", projectId: project.id, branch, payload }, actor);
  }
  const { before, after } = change;
  if (after === undefined) return;
  await createBranchPipeline(app, actor, { project, sha: after, beforeSha: before, ref: branch, tag: false });
  await refreshHeads(app, actor, { projectId: project.id, branch });
  if (before !== undefined) await mergeArrived(app, actor, { projectId: project.id, branch, before, after });
}

async function tagMoved(app: App, actor: Actor, project: Project, change: RefChange, withHook: boolean): Promise<void> {
  if (withHook) {
    const payload = await pushPayload(app, project, change, actor.user);
    app.dispatcher.fire({ event: "tag_push", projectId: project.id, payload }, actor);
  }
  const tag = change.ref.replace("refs/tags/", "");
  const { before, after } = change;
  if (after === undefined) return;
  await createBranchPipeline(app, actor, { project, sha: after, beforeSha: before, ref: tag, tag: true });
}
