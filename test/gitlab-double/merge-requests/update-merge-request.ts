// Changes a merge request: text, target, labels, people, state.
import type { App } from "../app.ts";
import { forbidden, invalidField, refused } from "../http/reply.ts";
import { DEVELOPER, projectLevel } from "../state/access.ts";
import type { Actor, MergeRequest, User } from "../state/types.ts";
import { type Changes, STATE_IDS } from "../webhooks/merge-request-payload.ts";
import { hookTime } from "../webhooks/payload-parts.ts";
import { addSystemNote, announce } from "./announce.ts";
import { checkTexts } from "./check-texts.ts";
import { copyHead } from "./head.ts";
import { refuseSecond } from "./open-merge-request.ts";
import { stopAutoMerge } from "./stop-auto-merge.ts";
import { isDraft } from "./title.ts";

/** What is to be changed; what is absent stays. */
export interface MergeRequestChange {
  readonly title?: string;
  readonly description?: string | null;
  readonly targetBranch?: string;
  readonly labels?: readonly string[];
  readonly assigneeIds?: readonly number[];
  readonly reviewerIds?: readonly number[];
  readonly stateEvent?: "close" | "reopen";
}

/** True for the author and for Developers of the target project. */
export function mayUpdate(app: App, user: User, mr: MergeRequest): boolean {
  return user.id === mr.authorId || projectLevel(app.world, user, app.world.projectOf(mr.projectId)) >= DEVELOPER;
}

/**
 * Applies the change and tells the hooks: one `update` when fields changed, then `close` or `reopen`.
 * @throws ApiError 403 without permission, 400 for an unknown branch, 409 for a second open merge request.
 */
export async function updateMergeRequest(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  change: MergeRequestChange,
): Promise<void> {
  if (!mayUpdate(app, actor.user, mr)) throw forbidden();
  checkTexts(change);
  checkTarget(app, mr, change);
  const changes = applyFields(app, actor, mr, change);
  if (Object.keys(changes).length > 0) {
    const previous = mr.updatedAt;
    touch(app, actor, mr);
    const times = { previous: hookTime(previous), current: hookTime(mr.updatedAt) };
    await announce(app, actor, mr, { action: "update", changes: { ...changes, updated_at: times } });
  }
  if (change.stateEvent === "close" && mr.state === "opened") await close(app, actor, mr);
  if (change.stateEvent === "reopen" && mr.state === "closed") await reopen(app, actor, mr);
}

function checkTarget(app: App, mr: MergeRequest, change: MergeRequestChange): void {
  const { targetBranch } = change;
  if (targetBranch === undefined || targetBranch === mr.targetBranch) return;
  if (app.repository(mr.projectId).branch(targetBranch) === undefined) {
    throw invalidField("target_branch", `"${targetBranch}" does not exist`);
  }
  if (mr.sourceProjectId === mr.projectId && mr.sourceBranch === targetBranch) {
    throw refused(422, ["You can't use same project/branch for source and target"]);
  }
  refuseSecond(app, { ...mr, targetBranch });
}

function applyFields(app: App, actor: Actor, mr: MergeRequest, change: MergeRequestChange): Changes {
  const changes: Record<string, { previous: unknown; current: unknown }> = {};
  const set = <K extends "title" | "description" | "targetBranch">(key: K, name: string, value?: MergeRequest[K]) => {
    if (value === undefined || value === mr[key]) return false;
    changes[name] = { previous: mr[key], current: value };
    mr[key] = value;
    return true;
  };
  const oldTitle = mr.title;
  const oldTarget = mr.targetBranch;
  if (set("title", "title", change.title)) noteTitle(app, actor, mr, oldTitle, changes);
  if (set("description", "description", change.description)) addSystemNote(app, actor, mr, "changed the description");
  if (set("targetBranch", "target_branch", change.targetBranch)) {
    stopAutoMerge(app, actor, mr);
    addSystemNote(app, actor, mr, `changed target branch from \`${oldTarget}\` to \`${mr.targetBranch}\``);
  }
  applyLists(mr, change, changes);
  return changes;
}

function noteTitle(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  old: string,
  changes: Record<string, { previous: unknown; current: unknown }>,
): void {
  const [before, after] = [isDraft(old), isDraft(mr.title)];
  if (before !== after) {
    changes.draft = { previous: before, current: after };
    addSystemNote(app, actor, mr, `marked this merge request as **${after ? "draft" : "ready"}**`);
  }
  addSystemNote(app, actor, mr, `changed title from **${old}** to **${mr.title}**`);
}

function applyLists(
  mr: MergeRequest,
  change: MergeRequestChange,
  changes: Record<string, { previous: unknown; current: unknown }>,
): void {
  const differs = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) !== JSON.stringify(b);
  const asTitles = (labels: readonly string[]) => labels.map((title) => ({ title }));
  if (change.labels !== undefined && differs(change.labels, mr.labels)) {
    changes.labels = { previous: asTitles(mr.labels), current: asTitles(change.labels) };
    mr.labels = [...change.labels];
  }
  if (change.assigneeIds !== undefined && differs(change.assigneeIds, mr.assigneeIds)) {
    changes.assignees = { previous: mr.assigneeIds, current: change.assigneeIds };
    mr.assigneeIds = [...change.assigneeIds];
  }
  if (change.reviewerIds !== undefined && differs(change.reviewerIds, mr.reviewerIds)) {
    changes.reviewers = { previous: mr.reviewerIds, current: change.reviewerIds };
    mr.reviewerIds = [...change.reviewerIds];
  }
}

function touch(app: App, actor: Actor, mr: MergeRequest): void {
  mr.updatedAt = app.world.now();
  mr.lastEditedAt = mr.updatedAt;
  mr.lastEditedById = actor.user.id;
}

async function close(app: App, actor: Actor, mr: MergeRequest): Promise<void> {
  stopAutoMerge(app, actor, mr);
  mr.state = "closed";
  mr.updatedAt = app.world.now();
  mr.closedAt = mr.updatedAt;
  mr.closedById = actor.user.id;
  addSystemNote(app, actor, mr, "closed");
  await announce(app, actor, mr, { action: "close", changes: stateChange("opened", "closed") });
}

async function reopen(app: App, actor: Actor, mr: MergeRequest): Promise<void> {
  refuseSecond(app, mr);
  mr.state = "opened";
  mr.updatedAt = app.world.now();
  mr.closedAt = null;
  mr.closedById = null;
  await copyHead(app, mr);
  addSystemNote(app, actor, mr, "reopened");
  await announce(app, actor, mr, { action: "reopen", changes: stateChange("closed", "opened") });
}

/** The `changes` of a change of state. */
export function stateChange(previous: MergeRequest["state"], current: MergeRequest["state"]): Changes {
  return { state_id: { previous: STATE_IDS[previous], current: STATE_IDS[current] } };
}
