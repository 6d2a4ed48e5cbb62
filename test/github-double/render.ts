// GitHub's JSON of things. https://docs.github.com/en/rest
import type { Commit } from "../gitlab-double/git/parse-commit.ts";
import type { App } from "./app.ts";
import { type Comment, fullNameOf, type PullRequest, type Repository, type Status, type User } from "./world.ts";

export function apiUrlOf(app: App): string {
  return `${app.url}/api/v3`;
}

export function time(ms: number | undefined): string | null {
  return ms === undefined ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function renderUser({ id, login, type }: User): object {
  return { id, login, type, site_admin: false };
}

/** As it stands in lists and within other things. */
export function renderRepository(app: App, repository: Repository): object {
  const name = fullNameOf(repository);
  return {
    id: repository.id,
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: renderUser(repository.owner),
    html_url: `${app.url}/${name}`,
    url: `${apiUrlOf(app)}/repos/${name}`,
    clone_url: `${app.url}/${name}.git`,
    fork: repository.parentId !== undefined,
    default_branch: repository.defaultBranch,
    created_at: time(repository.createdAt),
    pushed_at: time(repository.pushedAt),
    archived: false,
    size: 0,
  };
}

/** As it is read by itself: only then a fork names its parent. */
export function renderFullRepository(app: App, repository: Repository): object {
  const parent = repository.parentId === undefined ? undefined : app.world.repositories.get(repository.parentId);
  const more = parent === undefined ? {} : { parent: renderRepository(app, parent) };
  return { ...renderRepository(app, repository), ...more };
}

/** As it stands in lists: without comments and mergeability. */
export function renderPull(app: App, pull: PullRequest): object {
  const repository = app.world.repositoryOf(pull.repositoryId);
  const headRepository = app.world.repositories.get(pull.head.repositoryId);
  const { owner, ref } = pull.head;
  return {
    id: pull.id,
    number: pull.number,
    html_url: `${app.url}/${fullNameOf(repository)}/pull/${pull.number}`,
    state: pull.state,
    locked: false,
    draft: pull.draft,
    title: pull.title,
    body: pull.body,
    user: renderUser(pull.user),
    created_at: time(pull.createdAt),
    updated_at: time(pull.updatedAt),
    merged_at: time(pull.mergedAt),
    auto_merge: null,
    head: {
      label: `${owner.login}:${ref}`,
      ref,
      sha: pull.headSha,
      user: renderUser(owner),
      repo: headRepository === undefined ? null : renderRepository(app, headRepository),
    },
    base: {
      label: `${repository.owner.login}:${pull.base}`,
      ref: pull.base,
      sha: repository.git.branch(pull.base) ?? pull.headSha,
      user: renderUser(repository.owner),
      repo: renderRepository(app, repository),
    },
  };
}

/** As the search shows it: as the issue that it is, too. */
export function renderFound(app: App, pull: PullRequest): object {
  return {
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    user: renderUser(pull.user),
    created_at: time(pull.createdAt),
    updated_at: time(pull.updatedAt),
    repository_url: `${apiUrlOf(app)}/repos/${fullNameOf(app.world.repositoryOf(pull.repositoryId))}`,
    pull_request: { merged_at: time(pull.mergedAt) },
  };
}

export function renderComment(app: App, comment: Comment): object {
  return {
    id: comment.id,
    url: `${apiUrlOf(app)}/repositories/${comment.repositoryId}/issues/comments/${comment.id}`,
    user: renderUser(comment.user),
    body: comment.body,
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
  };
}

export function renderStatus(status: Status): object {
  const { id, context, state, description, targetUrl, creator } = status;
  return { id, context, state, description, target_url: targetUrl, creator: renderUser(creator) };
}

/** A commit of the git database. */
export function renderCommit({ sha, tree, message, author, committer, parents }: Commit): object {
  return {
    sha,
    tree: { sha: tree },
    message,
    author,
    committer,
    parents: parents.map((each) => ({ sha: each })),
  };
}
