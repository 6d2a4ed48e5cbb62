// Makes the dist-git commit of a source-git merge request and pushes it to the pair's branch. Nothing is checked out.
import { type DistGitTree, makeDistGitTree } from "../../engine/make-dist-git-tree.ts";
import type { Project, User } from "../../forge/forge.ts";
import type { Remote, Repository } from "../../git/repository.ts";
import { TandemError, userError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { commitIdentity } from "./commit-identity.ts";
import { commitMessage, commitText } from "./dist-git-text.ts";
import { ensureFork, type ForkDeps } from "./ensure-fork.ts";
import { fetchHistories, type Heads } from "./fetch-histories.ts";
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
  const commits = await fetchHistories(repository, deps.remoteOf, world);
  const made = await makeDistGitTree(repository, {
    sourceHead: commits.source,
    distHead: commits.dist,
    copyCiFile: world.route.copyCiFile,
    patchComments: world.route.patchComments,
    message: commitText(world.source),
  });
  if (!made.changed) return { result: "no-effect" };
  const commit = await writeCommit(deps, repository, world, { ...commits, ...made });
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

async function writeCommit(
  deps: BranchDeps,
  repository: Repository,
  world: World,
  { tree, upstream, source, sourceTarget, dist }: Heads & Pick<DistGitTree, "tree" | "upstream">,
): Promise<Sha> {
  const own = await ownCommits(repository, { source, sourceTarget, upstream });
  const [head, ...commits] = await repository.readCommits([source, ...own]);
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

/** The commits that the merge request adds, without upstream's: a rebase to a new version brings thousands of those. */
async function ownCommits(
  repository: Repository,
  { source, sourceTarget, upstream }: Pick<Heads, "source" | "sourceTarget"> & Pick<DistGitTree, "upstream">,
): Promise<readonly Sha[]> {
  const added = (await repository.listRange(sourceTarget, source)).map(({ sha }) => sha);
  if (!upstream) return added;
  const downstream = new Set((await repository.listRange(upstream, source)).map(({ sha }) => sha));
  return added.filter((sha) => downstream.has(sha));
}

function foreignCommit({ pairBranch, distProject }: World, sha: Sha): TandemError {
  return userError(
    "branch-foreign",
    `The branch ${pairBranch} for ${distProject.path} holds the commit ${shortSha(sha)}, which Tandem did not make`,
    { fix: "Move that commit elsewhere and delete the branch; Tandem never overwrites what it did not make." },
  );
}
