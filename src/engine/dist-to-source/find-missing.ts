// Which dist-git commits source-git lacks: decided by contents first, then by the trailers of origin (D12, D19, D22).
import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import type { RangeCommit, Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { type FileMap, joinPath, toFileMap } from "../files/file-map.ts";
import type { DistGitTree } from "../make-dist-git-tree.ts";
import { findSyncPoint, type SyncHeads, type SyncPoint } from "../sync-point.ts";

/** Makes the dist-git tree of a source-git commit on top of a dist-git commit. */
export type TransformBetween = (heads: { readonly sourceHead: Sha; readonly distHead: Sha }) => Promise<DistGitTree>;

/** Commits of dist-git, as `makeSourceGitCommits` takes them. */
export interface MissingCommits {
  /** The state of dist-git on which they stand; undefined: on nothing. */
  readonly base: Sha | undefined;
  /** Parents before children. */
  readonly distCommits: readonly Sha[];
  /** Those among them that are only there for what merges are compared with: source-git has them. */
  readonly brought: ReadonlySet<Sha>;
}

/** What source-git lacks. `unknown`: there is no trailer to tell, and the contents differ. */
export type Missing =
  | { readonly state: "none" }
  | { readonly state: "unknown" }
  | { readonly state: "missing"; readonly commits: MissingCommits };

const NONE: Missing = { state: "none" };

/**
 * Finds them. Nothing is transformed where the trailers show that dist-git has nothing of its own, which is the rule; a
 * transformation that fails for a reason of kind `user` leaves the decision to the trailers. Commits that came from
 * source-git are never among them, nor are merges that only join.
 */
export async function findMissingCommits(
  repository: Repository,
  heads: SyncHeads,
  transform: TransformBetween,
): Promise<Missing> {
  const point = await findSyncPoint(repository, heads);
  const from = point?.arrived ?? point?.dist;
  const history = from && (await readHistory(repository, from, heads.distHead));
  const suspects = point && history && (await findSuspects(repository, history, point));
  if (suspects && !hasPaths(suspects.recent) && !hasPaths(suspects.older)) return NONE;
  const update = await attempt(() => transform(heads));
  if (update && !update.changed) return NONE;
  if (!suspects) return { state: "unknown" };
  const isOlderFine = !hasPaths(suspects.older) || (await wasInStep(transform, point));
  const lacking = isOlderFine ? suspects.recent : new Map([...suspects.older, ...suspects.recent]);
  if (!hasPaths(lacking) || (update && !(await isFelt(repository, { heads, update, lacking })))) return NONE;
  return { state: "missing", commits: await lineUp(repository, { history, lacking, from, head: heads.distHead }) };
}

async function attempt(transform: () => Promise<DistGitTree>): Promise<DistGitTree | undefined> {
  try {
    return await transform();
  } catch (error) {
    if (error instanceof TandemError && error.kind === "user") return undefined;
    throw error;
  }
}

/** The part of dist-git's history that counts, parents before children. */
interface History {
  readonly commits: readonly RangeCommit[];
  /** Those that say that they came from source-git. */
  readonly fromSource: ReadonlySet<Sha>;
}

async function readHistory(repository: Repository, from: Sha, head: Sha): Promise<History> {
  const commits = await repository.listRange(from, head);
  const read = await repository.readCommits(commits.map(({ sha }) => sha));
  const origin = new RegExp(`^${SOURCE_TRAILER}: [0-9a-f]{4,64}\\s*$`, "m");
  return { commits, fromSource: new Set(read.filter(({ message }) => origin.test(message)).map(({ sha }) => sha)) };
}

/** Commits that source-git may lack, with the paths that each changes itself. */
type Lacking = ReadonlyMap<Sha, readonly BytePath[]>;

interface Suspects {
  /** Since the last sync point. */
  readonly recent: Lacking;
  /**
   * Below it: settled as well, unless the two were not really in step there. A commit that came from source-git may have
   * been put on top of one that source-git never had.
   */
  readonly older: Lacking;
}

async function findSuspects(repository: Repository, history: History, point: SyncPoint): Promise<Suspects> {
  const settled = ancestorsOf(history.commits, point.dist);
  const own = history.commits.filter(({ sha }) => !history.fromSource.has(sha));
  const older = own.filter(({ sha, parents }) => settled.has(sha) && parents.length < 2);
  const recent = own.filter(({ sha }) => !settled.has(sha));
  return { recent: await ownPaths(repository, recent), older: await ownPaths(repository, older) };
}

async function wasInStep(transform: TransformBetween, { source, dist, lost }: SyncPoint): Promise<boolean> {
  if (lost || !source || !dist) return false;
  return (await attempt(() => transform({ sourceHead: source, distHead: dist })))?.changed === false;
}

/** The commit and its ancestors among these. */
function ancestorsOf(commits: readonly RangeCommit[], sha: Sha | undefined): ReadonlySet<Sha> {
  const found = new Set<Sha>(sha ? [sha] : []);
  for (const commit of commits.toReversed()) {
    if (found.has(commit.sha)) for (const parent of commit.parents) found.add(parent);
  }
  return found;
}

function hasPaths(lacking: Lacking): boolean {
  return [...lacking.values()].some((paths) => paths.length > 0);
}

/** What each commit itself changes; for a merge that is what it has from none of its parents, if anything. */
async function ownPaths(repository: Repository, commits: readonly RangeCommit[]): Promise<Lacking> {
  if (commits.length === 0) return new Map();
  const changes = await repository.listChanges(commits, { exclude: [] });
  const result = new Map<Sha, readonly BytePath[]>();
  for (const { sha, parents } of commits) {
    const others: FileMap[] = [];
    for (const parent of parents.slice(1)) others.push(toFileMap(await repository.readTree(parent)));
    const own = (changes.get(sha) ?? []).filter(({ path, after }) =>
      others.every((files) => files.get(path)?.id !== after?.id || files.get(path)?.mode !== after?.mode),
    );
    const paths = own.map(({ path }) => path);
    if (paths.length > 0 || parents.length < 2) result.set(sha, paths);
  }
  return result;
}

interface Effect {
  readonly heads: SyncHeads;
  readonly update: DistGitTree;
  readonly lacking: Lacking;
}

/** Whether dist-git's present state of some path is neither in source-git nor what an update would leave there. */
async function isFelt(repository: Repository, { heads, update, lacking }: Effect): Promise<boolean> {
  const [now, result, source] = await Promise.all(
    [heads.distHead, update.tree, heads.sourceHead].map(async (treeish) =>
      toFileMap(await repository.readTree(treeish)),
    ),
  );
  if (!now || !result || !source) return true;
  // What is no copy of a file of source-git: there it counts whether an update would take the change back.
  const made = new Set(
    [`${update.packageName}.spec`, ".gitignore", ...update.patches.map(({ name }) => name)].map(pathFromText),
  );
  return [...lacking.values()].flat().some((path) => {
    if (isEqual(source.get(joinPath(update.directory, path)), now.get(path))) return false;
    const isOld = path.endsWith(".patch") && !now.has(path);
    return !(made.has(path) || isOld) || !isEqual(result.get(path), now.get(path));
  });
}

type Entry = { readonly id: Sha; readonly mode: string } | undefined;

function isEqual(one: Entry, other: Entry): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

interface Line {
  readonly history: History;
  readonly lacking: Lacking;
  readonly from: Sha;
  readonly head: Sha;
}

/** The lacking commits, and where there are merges all others since the newest state of dist-git without any of them. */
async function lineUp(repository: Repository, { history, lacking, from, head }: Line): Promise<MissingCommits> {
  const base = newestWithout(history.commits, head, lacking);
  const after = ancestorsOf(history.commits, base);
  let commits: readonly RangeCommit[] = history.commits.filter(({ sha }) => !after.has(sha));
  // The line of first parents leaves the history that counts below a merged side.
  if (base !== from && !history.commits.some(({ sha }) => sha === base))
    commits = await repository.listRange(base, head);
  if (commits.every(({ parents }) => parents.length < 2)) commits = commits.filter(({ sha }) => lacking.has(sha));
  const distCommits = commits.map(({ sha }) => sha);
  return { base, distCommits, brought: new Set(distCommits.filter((sha) => !lacking.has(sha))) };
}

/** The newest commit on the line of first parents that is no descendant of a lacking one. */
function newestWithout(commits: readonly RangeCommit[], head: Sha, lacking: Lacking): Sha | undefined {
  const tainted = new Set<Sha>();
  for (const { sha, parents } of commits) {
    if (lacking.has(sha) || parents.some((parent) => tainted.has(parent))) tainted.add(sha);
  }
  const firstParents = new Map(commits.map(({ sha, parents }) => [sha, parents[0]]));
  let at: Sha | undefined = head;
  while (at && tainted.has(at)) at = firstParents.get(at);
  return at;
}
