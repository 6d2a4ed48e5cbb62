// Merge requests and their notes as the API shows them.
import type { App } from "../app.ts";
import { readDiff } from "../git/read-objects.ts";
import { type MergeStatus, mergeStatus } from "../merge-requests/merge-status.ts";
import { isDraft } from "../merge-requests/title.ts";
import type { MergeRequest, Note } from "../state/types.ts";
import { renderPipeline, renderPipelineBasic } from "./pipeline.ts";
import { projectUrl } from "./project.ts";
import { renderUserId } from "./users.ts";

/** Page of a merge request. */
export function mergeRequestUrl(app: App, mergeRequest: MergeRequest): string {
  return `${projectUrl(app, app.world.projectOf(mergeRequest.projectId))}/-/merge_requests/${mergeRequest.iid}`;
}

/** A merge request as in a list. */
export async function renderMergeRequestBasic(app: App, mr: MergeRequest) {
  const status = await mergeStatus(app, mr);
  const pending = mr.slowReadsLeft > 0;
  return { ...people(app, mr), ...branches(app, mr, pending), ...progress(app, mr, pending ? undefined : status) };
}

/** A merge request read by itself. With `slowMergeRequests` the first reads come without a sha. */
export async function renderMergeRequest(app: App, mr: MergeRequest) {
  const basic = await renderMergeRequestBasic(app, mr);
  const pending = mr.slowReadsLeft > 0;
  if (pending) mr.slowReadsLeft -= 1;
  const status = await mergeStatus(app, mr);
  const [newest] = app.world.pipelinesOfMergeRequest(mr).filter((each) => each.sha === mr.sha);
  const changes = await readDiff(app.repository(mr.projectId), status.base, mr.sha);
  const refs = { base_sha: status.base ?? mr.sha, head_sha: mr.sha, start_sha: status.start ?? mr.sha };
  return {
    ...basic,
    subscribed: false,
    changes_count: pending ? null : String(changes.length),
    latest_build_started_at: newest?.startedAt ?? null,
    latest_build_finished_at: newest?.finishedAt ?? null,
    first_deployed_to_production_at: null,
    pipeline: newest === undefined ? null : renderPipelineBasic(app, newest),
    head_pipeline: newest === undefined ? null : renderPipeline(app, newest),
    diff_refs: pending ? null : refs,
    merge_error: null,
    first_contribution: false,
    user: { can_merge: false },
  };
}

function people(app: App, mr: MergeRequest) {
  return {
    id: mr.id,
    iid: mr.iid,
    project_id: mr.projectId,
    title: mr.title,
    description: mr.description,
    state: mr.state,
    created_at: mr.createdAt,
    updated_at: mr.updatedAt,
    merged_by: renderUserId(app, mr.mergedById),
    merge_user: renderUserId(app, mr.mergedById ?? mr.autoMerge?.userId ?? null),
    merged_at: mr.mergedAt,
    closed_by: renderUserId(app, mr.closedById),
    closed_at: mr.closedAt,
    author: renderUserId(app, mr.authorId),
    assignees: mr.assigneeIds.map((id) => renderUserId(app, id)),
    assignee: renderUserId(app, mr.assigneeIds[0] ?? null),
    reviewers: mr.reviewerIds.map((id) => renderUserId(app, id)),
    labels: mr.labels,
    milestone: null,
  };
}

function branches(app: App, mr: MergeRequest, pending: boolean) {
  const path = app.world.pathOf(app.world.projectOf(mr.projectId));
  return {
    target_branch: mr.targetBranch,
    source_branch: mr.sourceBranch,
    source_project_id: app.world.projects.has(mr.sourceProjectId) ? mr.sourceProjectId : null,
    target_project_id: mr.projectId,
    sha: pending ? null : mr.sha,
    merge_commit_sha: mr.mergeCommitSha,
    squash_commit_sha: null,
    reference: `!${mr.iid}`,
    references: { short: `!${mr.iid}`, relative: `!${mr.iid}`, full: `${path}!${mr.iid}` },
    web_url: mergeRequestUrl(app, mr),
    prepared_at: pending ? null : mr.createdAt,
  };
}

function progress(app: App, mr: MergeRequest, status: MergeStatus | undefined) {
  const draft = isDraft(mr.title);
  const oldWord = status?.conflicts === true ? "cannot_be_merged" : "can_be_merged";
  return {
    user_notes_count: app.world.notesOf(mr).filter((note) => !note.system).length,
    upvotes: 0,
    downvotes: 0,
    draft,
    imported: false,
    imported_from: "none",
    work_in_progress: draft,
    merge_when_pipeline_succeeds: mr.autoMerge !== null,
    merge_status: status === undefined ? "preparing" : oldWord,
    detailed_merge_status: status?.detailed ?? "preparing",
    merge_after: null,
    has_conflicts: status?.conflicts ?? false,
    blocking_discussions_resolved: true,
    discussion_locked: null,
    should_remove_source_branch: null,
    force_remove_source_branch: mr.removeSourceBranch,
    allow_collaboration: mr.allowCollaboration,
    allow_maintainer_to_push: mr.allowCollaboration,
    squash: mr.squash,
    squash_on_merge: mr.squash,
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    task_completion_status: { count: 0, completed_count: 0 },
  };
}

/** A note on a merge request. */
export function renderNote(app: App, note: Note) {
  const mr = app.world.mergeRequestOf(note.mergeRequestId);
  return {
    id: note.id,
    type: null,
    body: note.body,
    attachment: null,
    author: renderUserId(app, note.authorId),
    created_at: note.createdAt,
    updated_at: note.updatedAt,
    system: note.system,
    noteable_id: mr.id,
    noteable_type: "MergeRequest",
    project_id: mr.projectId,
    noteable_iid: mr.iid,
    resolvable: false,
    confidential: note.internal,
    internal: note.internal,
    imported: false,
    imported_from: "none",
    commands_changes: {},
  };
}
