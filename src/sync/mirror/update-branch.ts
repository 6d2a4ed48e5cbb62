// Makes the dist-git commit of a source-git merge request and pushes it to the pair's branch. Nothing is checked out.
import { makeDistGitTree } from "../../engine/make-dist-git-tree.ts";
import type { Project, User } from "../../forge/forge.ts";
import { distBranchRef, SOURCE_TAGS, sourceBranchRef, sourceRequestRef } from "../../git/cache.ts";
import type { Remote, Repository } from "../../git/repository.ts";
import { TandemError, userError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { commitIdentity } from "./commit-identity.ts";
import { commitMessage, commitText } from "./dist-git-text.ts";
import { ensureFork, type ForkDeps } from "./ensure-fork.ts";
import type { World } from "./world.ts";

/** What updating the branch needs. */
export interface BranchDeps extends ForkDeps {
  /** The object store in which the histories of a source-git project's package meet. */
  readonly openRepository: (sourceProject: Project) => Promise<Repository>;
  /** The address of a project and the credential for it. */
  readonly remoteOf: (project: Project) => Remote;
  /** Name and address of the bot in commits. */
  readonly identityOf: (bot: User) => { readonly name: string; readonly email: string };
}

/** What became of the branch. */
export type BranchResult =
  | { readonly result: "pushed" | "up-to-date"; readonly fork: Project; readonly commit: Sha }
  /** dist-git has all of it already. */
  | { readonly result: "no-effect" };

/**
 * Fetches, transforms, commits, pushes.
 * @throws TandemError kind `user` when the content cannot be transformed, the dist-git branch is missing, or somebody
 *   else's commit is on the pair's branch; kind `stale` when something moved meanwhile
 */
export async function updateBranch(deps: BranchDeps, world: World): Promise<BranchResult> {
  const repository = await deps.openRepository(world.sourceProject);
  const commits = await fetchHistories(deps, repository, world);
  const made = await makeDistGitTree(repository, {
    sourceHead: commits.source,
    distHead: commits.dist,
    copyCiFile: world.route.copyCiFile,
    patchComments: world.route.patchComments,
  });
  if (!made.changed) return { result: "no-effect" };
  const commit = await writeCommit(deps, repository, world, { ...commits, tree: made.tree });
  const fork = await ensureFork(deps, world.distProject, world.bot);
  const expected = world.pair ? world.pair.head : await deps.forge.readBranch(fork.id, world.pairBranch);
  if (expected && readTrailer(expected.message, SOURCE_TRAILER) === undefined) throw foreignCommit(world, expected.sha);
  const result = await repository.push(deps.remoteOf(fork), {
    commit,
    branch: world.pairBranch,
    expected: expected?.sha,
  });
  return { result, fork, commit };
}

interface Heads {
  readonly source: Sha;
  readonly sourceTarget: Sha;
  readonly dist: Sha;
}

/**
 * Brings both histories into the object store. The head comes from the target project, where GitLab keeps a ref for each
 * merge request: contributors' forks may be private, and lack the tags of upstream.
 */
async function fetchHistories(deps: BranchDeps, repository: Repository, world: World): Promise<Heads> {
  const { source, sourceProject, distProject, distBranch } = world;
  const refs = {
    source: sourceRequestRef(source),
    sourceTarget: sourceBranchRef(source.targetBranch),
    dist: distBranchRef(distProject.id, distBranch),
  };
  const fetches = await Promise.allSettled([
    repository.fetch(deps.remoteOf(sourceProject), [
      `+refs/merge-requests/${source.iid}/head:${refs.source}`,
      `+refs/heads/${source.targetBranch}:${refs.sourceTarget}`,
      SOURCE_TAGS,
    ]),
    fetchDist(deps, repository, world, refs.dist),
  ]);
  for (const fetch of fetches) if (fetch.status === "rejected") throw fetch.reason;
  const heads = {
    source: await resolved(repository, refs.source),
    sourceTarget: await resolved(repository, refs.sourceTarget),
    dist: await resolved(repository, refs.dist),
  };
  if (heads.source !== source.head)
    throw new TandemError("stale", `The head of ${source.webUrl} moved while it was fetched`, { code: "head-moved" });
  return heads;
}

async function fetchDist(deps: BranchDeps, repository: Repository, world: World, ref: string): Promise<void> {
  const { distProject, distBranch } = world;
  try {
    await repository.fetch(deps.remoteOf(distProject), [`+refs/heads/${distBranch}:${ref}`]);
  } catch (thrown) {
    if (!(thrown instanceof TandemError && thrown.code === "ref-missing")) throw thrown;
    throw userError("dist-branch-missing", `The dist-git project ${distProject.path} has no branch ${distBranch}`, {
      fix: "Create the branch in dist-git, or target another branch with this merge request.",
      cause: thrown,
    });
  }
}

async function resolved(repository: Repository, ref: string): Promise<Sha> {
  const sha = await repository.resolveCommit(ref);
  if (!sha) throw new TandemError("bug", `${ref} is not there after it was fetched`, { code: "ref-not-fetched" });
  return sha;
}

async function writeCommit(
  deps: BranchDeps,
  repository: Repository,
  world: World,
  { tree, source, sourceTarget, dist }: Heads & { readonly tree: Sha },
): Promise<Sha> {
  const range = await repository.listRange(sourceTarget, source);
  const [head, ...commits] = await repository.readCommits([source, ...range.map(({ sha }) => sha)]);
  if (!head) throw new TandemError("bug", `commit ${source} cannot be read`, { code: "commit-unreadable" });
  const identity = commitIdentity(head, commits, deps.identityOf(world.bot));
  const trailers = [
    ...identity.coAuthors.map((value) => ({ token: "Co-authored-by", value })),
    { token: SOURCE_TRAILER, value: source },
  ];
  return repository.writeCommit({
    tree,
    parents: [dist],
    author: identity.author,
    committer: identity.committer,
    message: commitMessage(commitText(world.source), trailers),
  });
}

function foreignCommit({ pairBranch, distProject }: World, sha: Sha): TandemError {
  return userError(
    "branch-foreign",
    `The branch ${pairBranch} for ${distProject.path} holds the commit ${shortSha(sha)}, which Tandem did not make`,
    { fix: "Move that commit elsewhere and delete the branch; Tandem never overwrites what it did not make." },
  );
}
