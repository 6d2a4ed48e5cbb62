// Makes the dist-git commit of a source-git merge request and pushes it to the pair's branch. Nothing is checked out.
import { DEFAULT_LIMITS, type EngineLimits } from "../../engine/limits.ts";
import { type DistGitTree, makeDistGitTree } from "../../engine/make-dist-git-tree.ts";
import { findSyncPoint } from "../../engine/sync-point.ts";
import type { DistForge, ForgeCommit, Project, User } from "../../forge/forge.ts";
import type { Commit, Remote, Repository } from "../../git/repository.ts";
import { TandemError, userError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { projectName } from "../../model/project-path.ts";
import { readDistAhead } from "../dist-ahead.ts";
import { ensureFork, type ForkWait } from "../ensure-fork.ts";
import { commitIdentity } from "./commit-identity.ts";
import { commitMessage, commitText } from "./dist-git-text.ts";
import { fetchHistories, type Heads } from "./fetch-histories.ts";
import { isOurs } from "./find-pair.ts";
import { collectReferences } from "./references.ts";
import type { World } from "./world.ts";

/** What updating the branch needs. */
export interface BranchDeps extends ForkWait {
  /** The object store in which the histories of a source-git project's package meet. */
  readonly openRepository: (sourceProject: Project) => Promise<Repository>;
  /** The address of a project and the credential for it. */
  readonly remoteOf: (project: Project) => Remote;
  /** Name and address of the bot in commits. */
  readonly identityOf: (bot: User) => { readonly name: string; readonly email: string };
  /** Gives the bot's fork what it needs before its first pipeline. Default: nothing. */
  readonly prepareFork?: (fork: Project, bot: User) => Promise<void>;
  /** How large contents may be. Default: the engine's. */
  readonly limits?: EngineLimits;
}

/** What became of the branch. `notes`: what the author should know, one sentence each. */
export type BranchResult = { readonly notes: readonly string[] } & (
  | { readonly result: "pushed" | "up-to-date"; readonly fork: Project; readonly commit: Sha }
  /** dist-git has all of it already. */
  | { readonly result: "no-effect" }
  | ({ readonly result: "dist-moved" } & DistMoved)
);

/** dist-git has commits that source-git lacks, and a new one would take them back: nothing was made. */
export interface DistMoved {
  /** Why they cannot be brought to source-git by themselves; undefined: they can. */
  readonly refusal: TandemError | undefined;
}

/**
 * Fetches, compares, transforms, commits, pushes.
 * @throws TandemError kind `user` when the content cannot be transformed, the dist-git branch is missing, or somebody
 *   else's commit is on the pair's branch; kind `stale` when something moved meanwhile
 */
export async function updateBranch(deps: BranchDeps, dist: DistForge, world: World): Promise<BranchResult> {
  const repository = await deps.openRepository(world.sourceProject);
  const [heads, place] = await Promise.all([fetchHistories(repository, deps.remoteOf, world), findPlace(dist, world)]);
  const compared = await compare(deps, repository, world, heads);
  if ("refusal" in compared) return { result: "dist-moved", notes: [], ...compared };
  const base = await baseOf(repository, heads);
  const made = await makeDistGitTree(repository, {
    ...transformOptions(deps, world),
    sourceHead: heads.source,
    distHead: base,
    message: commitText(world.source),
  });
  const older = base === heads.dist ? [] : [onOlderBase(world)];
  const told = [...compared.notes, ...older, ...made.missingArchives.map(onMissing), ...made.notes];
  if (!made.changed) return { result: "no-effect", notes: told };
  const commit = await writeCommit(deps, repository, world, { ...heads, ...made, dist: base });
  const fork = await ensureFork({ ...deps, forge: dist }, world.distProject, world.bot, place);
  // The push starts the first pipeline. A pair that is there was made with a fork that was prepared.
  if (!world.pair) await deps.prepareFork?.(fork, world.bot);
  // A fork that was not ready before may have the branch.
  const isKnown = world.pair !== undefined || place.fork?.state === "ready";
  const expected = isKnown ? place.head : await dist.readBranch(fork.id, world.pairBranch);
  const botEmail = deps.identityOf(world.bot).email;
  if (expected && !isOurs(expected, { branch: world.pairBranch, botEmail })) throw foreignCommit(world, expected.sha);
  const result = await repository.push(deps.remoteOf(fork), {
    commit,
    branch: world.pairBranch,
    expected: expected?.sha,
  });
  return { result, fork, commit, notes: told };
}

/** Where the commit goes, and what is there; the lease tells when that changes meanwhile. */
interface Place {
  readonly fork: Project | undefined;
  readonly head: ForgeCommit | undefined;
}

/** Looks while git is busy with fetching. */
async function findPlace(dist: DistForge, { distProject, bot, pair, pairBranch }: World): Promise<Place> {
  const fork = await dist.findOwnFork(distProject, bot);
  if (pair) return { fork, head: pair.head };
  return { fork, head: fork?.state === "ready" ? await dist.readBranch(fork.id, pairBranch) : undefined };
}

/** Whether the dist-git branch, which moved, holds nothing that source-git lacks. Writes nothing. Throws as `updateBranch`. */
export async function compareDist(deps: BranchDeps, world: World): Promise<DistMoved | { readonly seen: Sha }> {
  const repository = await deps.openRepository(world.sourceProject);
  const heads = await fetchHistories(repository, deps.remoteOf, world);
  const compared = await compare(deps, repository, world, heads);
  return "refusal" in compared ? compared : { seen: heads.dist };
}

async function compare(
  deps: BranchDeps,
  repository: Repository,
  world: World,
  heads: Heads,
): Promise<DistMoved | { readonly notes: readonly string[] }> {
  const ahead = await readDistAhead(repository, {
    ...transformOptions(deps, world),
    sourceTarget: heads.sourceTarget,
    sourceHead: heads.source,
    dist: heads.dist,
  });
  // What only the target branch has is not taken back: see `baseOf`.
  if (ahead.state === "ahead" && !ahead.inTarget) return { refusal: ahead.refusal };
  return { notes: ahead.state === "unknown" ? [NOT_COMPARED] : [] };
}

/**
 * The dist-git commit to stand on: the newest one. But a source head that lacks the newest commits of its target branch
 * would take back what those brought to dist-git; so it stands on the dist-git commit with which its own history was in
 * step, and merging joins the two.
 */
async function baseOf(repository: Repository, { source, sourceTarget, dist }: Heads): Promise<Sha> {
  if (await repository.isAncestor(sourceTarget, source)) return dist;
  const point = await findSyncPoint(repository, { sourceHead: source, distHead: dist, severalPackages: true });
  return point?.dist ?? dist;
}

function onOlderBase({ source }: World): string {
  return `This branch lacks the newest commits of ${source.targetBranch}, so its dist-git commit stands on an older commit of dist-git. Rebase it when dist-git reports conflicts.`;
}

/** A file `.distro/sources` is copied like any other. */
function onMissing(archive: string): string {
  return `Dist-git's sources file lacks \`${archive}\`: run \`centpkg new-sources ${archive}\` in dist-git, and commit the file that this changes as .distro/sources here.`;
}

const NOT_COMPARED =
  "It could not be told whether dist-git has commits that source-git lacks: neither side has a commit that says where it came from.";

function transformOptions({ limits = DEFAULT_LIMITS }: BranchDeps, { route, distProject }: World) {
  const { copyCiFile, patchComments } = route;
  return { copyCiFile, patchComments, distGitName: projectName(distProject.path), limits } as const;
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
  return repository.writeCommit({
    tree,
    parents: [dist],
    author: identity.author,
    committer: identity.committer,
    message: messageOf(world, { commits, coAuthors: identity.coAuthors, source }),
  });
}

function messageOf(
  world: World,
  { commits, coAuthors, source }: { commits: readonly Commit[]; coAuthors: readonly string[]; source: Sha },
): string {
  const text = commitText(world.source);
  const messages = commits.map(({ message }) => message);
  const trailers = [
    ...coAuthors.map((value) => ({ token: "Co-authored-by", value })),
    { token: SOURCE_TRAILER, value: source },
  ];
  return commitMessage(text, { references: collectReferences(messages, text), trailers });
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

function foreignCommit({ pairBranch, distProject, prefix }: World, sha: Sha): TandemError {
  return userError(
    "branch-foreign",
    `The branch ${pairBranch} for ${distProject.path} holds the commit ${shortSha(sha)}, which Tandem did not make`,
    {
      fix: `Move that commit elsewhere and delete the branch, or comment ${prefix} recreate to start anew; Tandem never overwrites what it did not make.`,
    },
  );
}
