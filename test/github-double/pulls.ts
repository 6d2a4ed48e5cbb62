// What happens to pull requests when branches move, and what hooks hear of it.
import { mergeTree } from "../gitlab-double/git/commit-files.ts";
import type { App } from "./app.ts";
import { renderPull, renderRepository, renderUser } from "./render.ts";
import type { PullRequest, Repository, User } from "./world.ts";

/** Tells the hooks of the target repository. */
export function announcePull(app: App, pull: PullRequest, action: string, sender: User): void {
  pull.updatedAt = Date.now();
  const repository = app.world.repositoryOf(pull.repositoryId);
  app.webhooks.fire(repository, "pull_request", {
    action,
    number: pull.number,
    pull_request: renderPull(app, pull),
    repository: renderRepository(app, repository),
    sender: renderUser(sender),
  });
}

/** Brings the head's commits to the target repository, as `refs/pull/<n>/head`. */
export async function bringHead(app: App, pull: PullRequest): Promise<void> {
  pull.updatedAt = Date.now();
  const target = app.world.repositoryOf(pull.repositoryId);
  const source = app.world.repositoryOf(pull.head.repositoryId);
  await target.git.fetch(source.git.dir, [`+${pull.headSha}:refs/pull/${pull.number}/head`]);
}

/** Whether it can be merged. */
export async function isMergeable(app: App, pull: PullRequest): Promise<boolean> {
  const { git } = app.world.repositoryOf(pull.repositoryId);
  const base = git.branch(pull.base);
  return base !== undefined && (await mergeTree(git, base, pull.headSha)) !== undefined;
}

/** What follows from a branch that was at `before` and is at `after`: hooks hear of it, pull requests move. */
export async function branchMoved(
  app: App,
  repository: Repository,
  user: User,
  { branch, before, after }: { readonly branch: string; readonly before?: string; readonly after?: string },
): Promise<void> {
  repository.pushedAt = Date.now();
  const nothing = "0".repeat(40);
  app.webhooks.fire(repository, "push", {
    ref: `refs/heads/${branch}`,
    before: before ?? nothing,
    after: after ?? nothing,
    deleted: after === undefined,
    repository: renderRepository(app, repository),
    sender: renderUser(user),
  });
  const concerned = app.world.pulls.filter(
    ({ head, mergedAt }) => mergedAt === undefined && head.repositoryId === repository.id && head.ref === branch,
  );
  for (const pull of concerned) await headMoved(app, pull, user, after);
}

async function headMoved(app: App, pull: PullRequest, user: User, after: string | undefined): Promise<void> {
  if (pull.state === "closed") {
    const { git } = app.world.repositoryOf(pull.head.repositoryId);
    const grew = after !== undefined && (await git.isAncestor(pull.headSha, after));
    if (!grew) pull.forcePushedWhileClosed = true;
    return;
  }
  if (after === undefined) {
    pull.state = "closed";
    announcePull(app, pull, "closed", user);
    return;
  }
  pull.headSha = after;
  await bringHead(app, pull);
  announcePull(app, pull, "synchronize", user);
}
