// From GitLab's words to the port's.
import type { z } from "zod";
import type { ForgeCommit, MergeRequest, Note, Pipeline, PipelineState, Project, User } from "../forge.ts";
import type { commitSchema, mergeRequestSchema, noteSchema, pipelineSchema, projectSchema } from "./schemas.ts";

/** A project; a fork whose import failed says so. */
export function toProject(raw: z.infer<typeof projectSchema>): Project {
  return {
    forge: "gitlab",
    id: raw.id,
    path: raw.path_with_namespace,
    webUrl: raw.web_url,
    httpUrl: raw.http_url_to_repo,
    forkedFromId: raw.forked_from_project?.id,
    isPublic: raw.visibility === "public" && (raw.merge_requests_access_level ?? "enabled") === "enabled",
    state: importState(raw.import_status ?? "none"),
  };
}

function importState(status: string): Project["state"] {
  if (status === "none" || status === "finished") return "ready";
  return status === "failed" ? "failed" : "importing";
}

/** A merge request; absent descriptions are empty. */
export function toMergeRequest(raw: z.infer<typeof mergeRequestSchema>): MergeRequest {
  return {
    forge: "gitlab",
    projectId: raw.project_id,
    iid: raw.iid,
    state: raw.state,
    draft: raw.draft ?? /^\s*(?:draft:|\[draft\]|\(draft\))/i.test(raw.title),
    title: raw.title,
    description: raw.description ?? "",
    webUrl: raw.web_url,
    author: raw.author,
    createdAt: raw.created_at,
    sourceBranch: raw.source_branch,
    targetBranch: raw.target_branch,
    sourceProjectId: raw.source_project_id ?? undefined,
    head: raw.sha ?? undefined,
    headRef: `refs/merge-requests/${raw.iid}/head`,
    hasConflicts: raw.has_conflicts ?? false,
    autoMerge: raw.merge_when_pipeline_succeeds ?? false,
    noteCount: raw.user_notes_count ?? 0,
  };
}

/** Stands for an account that is no more. */
const NOBODY: User = { id: 0, username: "ghost", name: "Ghost User" };

/** Whether only members of the project may see a comment. Nothing public may follow from such a one. */
export function isInternal({ internal, confidential }: z.infer<typeof noteSchema>): boolean {
  return internal === true || confidential === true;
}

/** A comment. */
export function toNote(raw: z.infer<typeof noteSchema>): Note {
  return {
    id: raw.id,
    author: raw.author ?? NOBODY,
    body: raw.body,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}

/** A commit. */
export function toCommit(raw: z.infer<typeof commitSchema>): ForgeCommit {
  return {
    sha: raw.id,
    parents: raw.parent_ids ?? [],
    message: raw.message,
    committerEmail: raw.committer_email ?? "",
  };
}

/** A pipeline with its state in the port's words. */
export function toPipeline(raw: z.infer<typeof pipelineSchema>): Pipeline {
  return {
    id: raw.id,
    projectId: raw.project_id,
    sha: raw.sha,
    ref: raw.ref ?? "",
    // `external_pull_request_event` is a pipeline of GitLab's own CI for another forge's pull request.
    kind: raw.source === "external" ? "external" : "ci",
    createdAt: raw.created_at,
    state: toPipelineState(raw.status),
    stateName: raw.status,
    webUrl: raw.web_url,
  };
}

/** Reduces the status of a pipeline or a job; one that is not known here counts as pending. */
export function toPipelineState(status: string): PipelineState {
  switch (status) {
    case "running":
    case "canceling":
      return "running";
    case "success":
    case "skipped":
      return "success";
    case "failed":
    case "canceled":
      return "failed";
    default:
      return "pending";
  }
}
