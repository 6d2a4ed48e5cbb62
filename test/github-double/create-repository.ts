// New repositories and forks.
import { join } from "node:path";
import { BareRepository } from "../gitlab-double/git/bare-repository.ts";
import { runGit } from "../gitlab-double/git/run-git.ts";
import type { App } from "./app.ts";
import type { Repository, User } from "./world.ts";

/** What a repository is made of. */
export interface NewRepository {
  readonly owner: User;
  readonly name: string;
  readonly private?: boolean;
  readonly parentId?: number;
  readonly defaultBranch: string;
}

/** Adds an empty repository. */
export async function addRepository(app: App, wanted: NewRepository): Promise<Repository> {
  const id = app.world.nextId();
  const git = new BareRepository(join(app.dataDir, `${id}.git`));
  const repository: Repository = {
    id,
    owner: wanted.owner,
    name: wanted.name,
    private: wanted.private ?? false,
    parentId: wanted.parentId,
    defaultBranch: wanted.defaultBranch,
    createdAt: Date.now(),
    collaborators: new Map(),
    hooks: [],
    git,
    lastNumber: 0,
    pushedAt: Date.now(),
  };
  app.world.repositories.set(id, repository);
  await git.init(wanted.defaultBranch, join(app.dataDir, "no-hooks"));
  await runGit(git.dir, ["config", "--add", "receive.hideRefs", "refs/pull"]);
  return repository;
}

/** The fork that somebody has, or a new one, which is filled later. A name that is taken gets a number. */
export async function forkRepository(app: App, parent: Repository, owner: User): Promise<Repository> {
  const { world, settings, activity } = app;
  const own = [...world.repositories.values()].find((each) => each.parentId === parent.id && each.owner === owner);
  if (own !== undefined) return own;
  let name = parent.name;
  for (let number = 1; world.named(`${owner.login}/${name}`) !== undefined; number++) name = `${parent.name}-${number}`;
  const { defaultBranch, private: isPrivate, id: parentId } = parent;
  const fork = await addRepository(app, { owner, name, private: isPrivate, parentId, defaultBranch });
  activity.run(async () => {
    await new Promise((resolve) => setTimeout(resolve, settings.forkDelayMs));
    await fork.git.fetch(parent.git.dir, ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
  });
  return fork;
}
