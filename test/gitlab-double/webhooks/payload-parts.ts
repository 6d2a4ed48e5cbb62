// Parts that several payloads share.
import type { App } from "../app.ts";
import type { Commit } from "../git/parse-commit.ts";
import { projectUrl, sshUrl } from "../render/project.ts";
import type { Project, User, Visibility } from "../state/types.ts";

const VISIBILITY_LEVELS: Readonly<Record<Visibility, number>> = { private: 0, internal: 10, public: 20 };

/** Time as most payloads write it: `2026-01-31 12:00:00 UTC`. */
export function hookTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** Like `hookTime`, null for null. */
export function hookTimeOrNull(iso: string | null): string | null {
  return iso === null ? null : hookTime(iso);
}

/** The acting user. Private addresses are hidden. */
export function userPart(user: User) {
  return { id: user.id, name: user.name, username: user.username, avatar_url: null, email: "[REDACTED]" };
}

/** A user in a list of assignees or reviewers. */
export function personPart(user: User) {
  return { id: user.id, name: user.name, username: user.username, avatar_url: null };
}

/** The project as the pipeline payload shows it. */
export function projectPart(app: App, project: Project) {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    web_url: projectUrl(app, project),
    avatar_url: null,
    git_ssh_url: sshUrl(app, project),
    git_http_url: `${projectUrl(app, project)}.git`,
    namespace: app.world.namespaceOf(project.namespaceId).name,
    visibility_level: VISIBILITY_LEVELS[project.visibility],
    path_with_namespace: app.world.pathOf(project),
    default_branch: project.defaultBranch,
    ci_config_path: "",
  };
}

/** The project with the old names of its addresses as well. */
export function fullProjectPart(app: App, project: Project) {
  return {
    ...projectPart(app, project),
    homepage: projectUrl(app, project),
    url: sshUrl(app, project),
    ssh_url: sshUrl(app, project),
    http_url: `${projectUrl(app, project)}.git`,
  };
}

export function repositoryPart(app: App, project: Project) {
  const { name, description } = project;
  return { name, url: sshUrl(app, project), description, homepage: projectUrl(app, project) };
}

export function commitPart(app: App, project: Project, commit: Commit) {
  return {
    id: commit.sha,
    message: commit.message,
    title: commit.title,
    timestamp: commit.committer.date.replace(/\.\d+/, ""),
    url: `${projectUrl(app, project)}/-/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
  };
}
