// The "Push Hook" and "Tag Push Hook" payloads.
import type { App } from "../app.ts";
import { runGit } from "../git/run-git.ts";
import { projectUrl, sshUrl } from "../render/project.ts";
import { isProtected } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import { commitPart, fullProjectPart, repositoryPart } from "./payload-parts.ts";

const NO_SHA = "0".repeat(40);
const LISTED_COMMITS = 20;

/** A ref that moved. */
export interface RefChange {
  /** Full name. */
  readonly ref: string;
  /** Undefined for a new ref. */
  readonly before: string | undefined;
  /** Undefined for a removed ref. */
  readonly after: string | undefined;
}

/** Builds the payload: the newest 20 commits, oldest first, and their true number. */
export async function pushPayload(app: App, project: Project, change: RefChange, user: User) {
  const isTag = change.ref.startsWith("refs/tags/");
  const shas = isTag ? [] : await newCommits(app, project, change);
  const full = fullProjectPart(app, project);
  const commits = await Promise.all(shas.slice(0, LISTED_COMMITS).map((sha) => pushedCommit(app, project, sha)));
  return {
    object_kind: isTag ? "tag_push" : "push",
    event_name: isTag ? "tag_push" : "push",
    before: change.before ?? NO_SHA,
    after: change.after ?? NO_SHA,
    ref: change.ref,
    ref_protected: isProtected(project, change.ref.replace("refs/heads/", "")),
    checkout_sha: change.after ?? null,
    message: null,
    user_id: user.id,
    user_name: user.name,
    user_username: user.username,
    user_email: "",
    user_avatar: null,
    project_id: project.id,
    project: full,
    commits: commits.reverse(),
    total_commits_count: shas.length,
    push_options: {},
    repository: {
      ...repositoryPart(app, project),
      git_http_url: `${projectUrl(app, project)}.git`,
      git_ssh_url: sshUrl(app, project),
      visibility_level: full.visibility_level,
    },
  };
}

async function newCommits(app: App, project: Project, change: RefChange): Promise<readonly string[]> {
  if (change.after === undefined) return [];
  const repository = app.repository(project.id);
  if (change.before !== undefined) return repository.revList([change.after, `^${change.before}`]);
  const main = project.defaultBranch === null ? undefined : repository.branch(project.defaultBranch);
  const known = main === undefined || change.ref === `refs/heads/${project.defaultBranch}` ? [] : [`^${main}`];
  return repository.revList([change.after, ...known]);
}

async function pushedCommit(app: App, project: Project, sha: string) {
  const repository = app.repository(project.id);
  const commit = await repository.commit(sha);
  if (commit === undefined) throw new Error(`GitLab double: project ${project.id} has no commit ${sha}`);
  const args = ["diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-status", "--no-renames", sha];
  const fields = (await runGit(repository.dir, args)).stdout.toString("utf8").split("\0");
  const paths = (letters: string): string[] =>
    fields.filter((_, index) => index % 2 === 1 && letters.includes(fields[index - 1] ?? "-"));
  return { ...commitPart(app, project, commit), added: paths("A"), modified: paths("MT"), removed: paths("D") };
}
