// From GitLab's words to the port's.
import type { z } from "zod";
import type { MergeRequest, Pipeline, PipelineState, Project } from "../forge.ts";
import type { mergeRequestSchema, pipelineSchema, projectSchema } from "./schemas.ts";

/** A project; a fork whose import failed says so. */
export function toProject(raw: z.infer<typeof projectSchema>): Project {
  return {
    id: raw.id,
    path: raw.path_with_namespace,
    webUrl: raw.web_url,
    httpUrl: raw.http_url_to_repo,
    forkedFromId: raw.forked_from_project?.id,
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
    projectId: raw.project_id,
    iid: raw.iid,
    state: raw.state,
    draft: raw.draft ?? /^\s*(?:draft:|\[draft\]|\(draft\))/i.test(raw.title),
    title: raw.title,
    description: raw.description ?? "",
    webUrl: raw.web_url,
    author: raw.author,
    sourceBranch: raw.source_branch,
    targetBranch: raw.target_branch,
    sourceProjectId: raw.source_project_id ?? undefined,
    head: raw.sha ?? undefined,
  };
}

/** A pipeline with its state in the port's words. */
export function toPipeline(raw: z.infer<typeof pipelineSchema>): Pipeline {
  return {
    id: raw.id,
    projectId: raw.project_id,
    sha: raw.sha,
    ref: raw.ref ?? "",
    state: toPipelineState(raw.status),
    stateName: raw.status,
    webUrl: raw.web_url,
  };
}

/** Reduces GitLab's pipeline status; one that is not known here counts as pending. */
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
