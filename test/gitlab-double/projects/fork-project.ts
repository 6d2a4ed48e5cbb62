// Forks: answered at once, ready later, as GitLab does it.
import { rm } from "node:fs/promises";
import { type App, later } from "../app.ts";
import type { ForkFault } from "../faults/faults.ts";
import { runGit } from "../git/run-git.ts";
import type { Actor, Namespace, Project, Visibility } from "../state/types.ts";
import { hooksDirOf, insertProject } from "./create-project.ts";

/** Where a fork goes and what it is called. */
export interface NewFork {
  readonly namespace: Namespace;
  readonly path: string;
  readonly name: string;
  readonly visibility?: Visibility | undefined;
  /** Only this branch is copied. */
  readonly branch?: string | undefined;
}

/**
 * Adds the fork with `import_status: scheduled` and copies the repository after `forkDelayMs`.
 * @throws ApiError 409 when the path is taken.
 */
export async function forkProject(
  app: App,
  actor: Actor,
  parent: Project,
  wanted: NewFork,
  fault?: ForkFault,
): Promise<Project> {
  const fork = insertProject(app, actor.user, {
    ...wanted,
    description: parent.description,
    visibility: wanted.visibility ?? parent.visibility,
    defaultBranch: wanted.branch ?? parent.defaultBranch,
    forkedFromId: parent.id,
  });
  fork.importStatus = "scheduled";
  fork.forksRunInParent = parent.forksRunInParent;
  await app.repository(fork.id).init(fork.defaultBranch ?? "main", hooksDirOf(app));
  if (fault !== "never-ready") {
    later(app, app.settings.forkDelayMs / 2, async () => {
      fork.importStatus = "started";
      later(app, app.settings.forkDelayMs / 2, () => finish(app, parent, fork, wanted.branch, fault === "fails"));
    });
  }
  return fork;
}

async function finish(
  app: App,
  parent: Project,
  fork: Project,
  branch: string | undefined,
  fails: boolean,
): Promise<void> {
  if (fails) {
    fork.importStatus = "failed";
    fork.importError = "The repository could not be forked";
    return;
  }
  const repository = app.repository(fork.id);
  const source = app.repository(parent.id).dir;
  if (branch === undefined) {
    await rm(repository.dir, { recursive: true });
    await runGit(source, ["clone", "--quiet", "--bare", "--local", "--template=", "--", source, repository.dir]);
    await repository.configure(fork.defaultBranch ?? "main", hooksDirOf(app));
    await repository.reload();
  } else {
    await repository.fetch(source, [`+refs/heads/${branch}:refs/heads/${branch}`]);
  }
  fork.importStatus = "finished";
  app.log(`fork ${app.world.pathOf(fork)} is ready`);
}
