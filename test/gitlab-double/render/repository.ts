// Commits, branches, trees and diffs as the API shows them.
import type { App } from "../app.ts";
import { type Commit, readTrailers } from "../git/parse-commit.ts";
import type { FileChange } from "../git/read-objects.ts";
import { isProtected, mayWriteBranch } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import { projectUrl } from "./project.ts";

const SHORT_SHA = 8;

/** A commit; `message` is the full text. */
export function renderCommit(app: App, project: Project, commit: Commit) {
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, SHORT_SHA),
    created_at: commit.committer.date,
    parent_ids: commit.parents,
    title: commit.title,
    message: commit.message,
    author_name: commit.author.name,
    author_email: commit.author.email,
    authored_date: commit.author.date,
    committer_name: commit.committer.name,
    committer_email: commit.committer.email,
    committed_date: commit.committer.date,
    trailers: readTrailers(commit.message),
    extended_trailers: {},
    web_url: `${projectUrl(app, project)}/-/commit/${commit.sha}`,
  };
}

/** A commit of a project by its sha. */
export async function renderCommitAt(app: App, project: Project, sha: string) {
  const commit = await app.repository(project.id).commit(sha);
  if (commit === undefined) throw new Error(`GitLab double: project ${project.id} has no commit ${sha}`);
  return renderCommit(app, project, commit);
}

/** A branch as this user sees it. */
export async function renderBranch(app: App, project: Project, name: string, viewer: User | undefined) {
  const repository = app.repository(project.id);
  const sha = repository.branch(name) ?? "";
  const target = project.defaultBranch === null ? undefined : repository.branch(project.defaultBranch);
  const isDefault = name === project.defaultBranch;
  return {
    name,
    commit: await renderCommitAt(app, project, sha),
    merged: !isDefault && target !== undefined && (await repository.isAncestor(sha, target)),
    protected: isProtected(project, name),
    developers_can_push: false,
    developers_can_merge: false,
    can_push: mayWriteBranch(app.world, viewer, project, { branch: name, by: "push" }),
    default: isDefault,
    web_url: `${projectUrl(app, project)}/-/tree/${name}`,
  };
}

export function renderFileChange(change: FileChange) {
  return {
    diff: change.diff,
    collapsed: false,
    too_large: false,
    new_path: change.newPath,
    old_path: change.oldPath,
    a_mode: change.oldMode,
    b_mode: change.newMode,
    new_file: change.letter === "A",
    renamed_file: change.letter === "R",
    deleted_file: change.letter === "D",
    generated_file: false,
  };
}
