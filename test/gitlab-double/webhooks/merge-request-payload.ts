// The "Merge Request Hook" payload.
import type { App } from "../app.ts";
import { mergeStatus } from "../merge-requests/merge-status.ts";
import { isDraft } from "../merge-requests/title.ts";
import { mergeRequestUrl } from "../render/merge-request.ts";
import type { MergeRequest, MergeRequestState, User } from "../state/types.ts";
import { labelPart } from "./label-part.ts";
import {
  commitPart,
  fullProjectPart,
  hookTime,
  hookTimeOrNull,
  personPart,
  repositoryPart,
  userPart,
} from "./payload-parts.ts";

export type MergeRequestAction =
  | "open"
  | "close"
  | "reopen"
  | "update"
  | "approved"
  | "unapproved"
  | "approval"
  | "unapproval"
  | "merge";

/** Old and new values by field. */
export type Changes = Readonly<Record<string, { readonly previous: unknown; readonly current: unknown }>>;

/** GitLab's numbers of the states. */
export const STATE_IDS: Readonly<Record<MergeRequestState, number>> = { opened: 1, closed: 2, merged: 3, locked: 4 };

/** Builds the payload. Without an action it is what the "Test" button sends; `oldrev` only for pushes. */
export async function mergeRequestPayload(
  app: App,
  mr: MergeRequest,
  event: {
    readonly user: User;
    readonly action?: MergeRequestAction;
    readonly oldrev?: string;
    readonly changes?: Changes;
  },
) {
  const target = app.world.projectOf(mr.projectId);
  const labels = mr.labels.map((name) => labelPart(mr, name));
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: userPart(event.user),
    project: fullProjectPart(app, target),
    object_attributes: {
      ...(await mergeRequestPart(app, mr)),
      ...(event.action === undefined ? {} : { action: event.action }),
      ...(event.oldrev === undefined ? {} : { oldrev: event.oldrev }),
    },
    labels,
    changes: event.changes ?? {},
    repository: repositoryPart(app, target),
    assignees: mr.assigneeIds.map((id) => personPart(app.world.userOf(id))),
    reviewers: mr.reviewerIds.map((id) => personPart(app.world.userOf(id))),
  };
}

/** The merge request's attributes, also part of note payloads. */
export async function mergeRequestPart(app: App, mr: MergeRequest) {
  const target = app.world.projectOf(mr.projectId);
  const source = app.world.projects.get(mr.sourceProjectId);
  const commit = await app.repository(mr.projectId).commit(mr.sha);
  const status = await mergeStatus(app, mr);
  const draft = isDraft(mr.title);
  return {
    assignee_id: mr.assigneeIds[0] ?? null,
    assignee_ids: mr.assigneeIds,
    author_id: mr.authorId,
    blocking_discussions_resolved: true,
    created_at: hookTime(mr.createdAt),
    description: mr.description,
    detailed_merge_status: status.detailed,
    draft,
    first_contribution: false,
    head_pipeline_id: app.world.pipelinesOfMergeRequest(mr).find(({ sha }) => sha === mr.sha)?.id ?? null,
    human_time_change: null,
    human_time_estimate: null,
    human_total_time_spent: null,
    id: mr.id,
    iid: mr.iid,
    labels: mr.labels.map((name) => labelPart(mr, name)),
    last_commit: commit === undefined ? null : commitPart(app, source ?? target, commit),
    last_edited_at: hookTimeOrNull(mr.lastEditedAt),
    last_edited_by_id: mr.lastEditedById,
    merge_commit_sha: mr.mergeCommitSha,
    merge_status: status.conflicts ? "cannot_be_merged" : "can_be_merged",
    merge_user_id: mr.mergedById ?? mr.autoMerge?.userId ?? null,
    merge_when_pipeline_succeeds: mr.autoMerge !== null,
    milestone_id: null,
    prepared_at: hookTime(mr.createdAt),
    reviewer_ids: mr.reviewerIds,
    source: source === undefined ? null : fullProjectPart(app, source),
    source_branch: mr.sourceBranch,
    source_project_id: source?.id ?? null,
    state: mr.state,
    state_id: STATE_IDS[mr.state],
    target: fullProjectPart(app, target),
    target_branch: mr.targetBranch,
    target_project_id: mr.projectId,
    time_change: 0,
    time_estimate: 0,
    title: mr.title,
    total_time_spent: 0,
    updated_at: hookTime(mr.updatedAt),
    updated_by_id: mr.lastEditedById,
    url: mergeRequestUrl(app, mr),
    work_in_progress: draft,
  };
}
