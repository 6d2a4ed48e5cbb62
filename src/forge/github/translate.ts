// From GitHub's words to the port's.
import type { z } from "zod";
import type { ForgeCommit, MergeRequest, Note, PipelineState, Project, User } from "../forge.ts";
import type {
  branchSchema,
  commentSchema,
  commitSchema,
  pullRequestSchema,
  repositorySchema,
  userSchema,
} from "./schemas.ts";

/** An account. One that was deleted is GitHub's ghost, and nobody. */
export function toUser(raw: z.infer<typeof userSchema> | null | undefined): User {
  if (!raw) return { id: 0, username: "ghost", name: "ghost" };
  return { id: raw.id, username: raw.login, name: raw.name || raw.login };
}

/** A repository. Its state is not in GitHub's answer. */
export function toProject(raw: z.infer<typeof repositorySchema>, state: Project["state"]): Project {
  return {
    forge: "github",
    id: raw.id,
    path: raw.full_name,
    webUrl: raw.html_url,
    httpUrl: raw.clone_url,
    forkedFromId: raw.parent?.id,
    isPublic: !raw.private,
    state,
  };
}

/** A pull request. A title says nothing about drafts; a conversation that is locked is not a pull request that is. */
export function toMergeRequest(raw: z.infer<typeof pullRequestSchema>): MergeRequest {
  return {
    forge: "github",
    projectId: raw.base.repo.id,
    iid: raw.number,
    state: raw.merged_at ? "merged" : raw.state === "open" ? "opened" : "closed",
    draft: raw.draft ?? false,
    title: raw.title,
    description: raw.body ?? "",
    webUrl: raw.html_url,
    author: toUser(raw.user),
    createdAt: raw.created_at,
    sourceBranch: raw.head.ref,
    targetBranch: raw.base.ref,
    sourceProjectId: raw.head.repo?.id,
    head: raw.head.sha,
    headRef: `refs/pull/${raw.number}/head`,
    // Null while GitHub is finding out.
    hasConflicts: raw.mergeable === false,
    autoMerge: Boolean(raw.auto_merge),
    noteCount: raw.comments ?? 0,
  };
}

/** A comment of the conversation. */
export function toNote(raw: z.infer<typeof commentSchema>): Note {
  return {
    id: raw.id,
    author: toUser(raw.user),
    body: raw.body ?? "",
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}

/** A commit of the git database. */
export function toCommit(raw: z.infer<typeof commitSchema>): ForgeCommit {
  return {
    sha: raw.sha,
    parents: raw.parents.map(({ sha }) => sha),
    message: raw.message,
    committerEmail: raw.committer?.email ?? "",
  };
}

/** The head of a branch. */
export function toHead({ commit: { sha, parents, commit } }: z.infer<typeof branchSchema>): ForgeCommit {
  return toCommit({ sha, parents, ...commit });
}

/** The word that GitHub has for a state; it has none for "running". */
export function fromPipelineState(state: PipelineState): "pending" | "success" | "failure" {
  switch (state) {
    case "pending":
    case "running":
      return "pending";
    case "success":
      return "success";
    case "failed":
      return "failure";
  }
}
