// Collects what the sync state is decided from: commits since the last sync point, and whether they have an effect.
import { type BytePath, pathFromText } from "../git/byte-path.ts";
import type { Repository } from "../git/repository.ts";
import { TandemError, userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { compareFiles, type FileMap, joinPath, toFileMap } from "./files/file-map.ts";
import type { DistGitTree } from "./make-dist-git-tree.ts";
import { findSyncPoint, type SyncHeads, type SyncPoint } from "./sync-point.ts";
import { decideSyncState, type SyncState, type Unsynced } from "./sync-state.ts";

/** The state, and what it was decided from. */
export interface SyncReport {
  readonly state: SyncState;
  /** The last sync point's source-git commit that dist-git's newest trailer names; undefined when there is none. */
  readonly recorded: Sha | undefined;
  /** What an update would make; undefined when it fails. */
  readonly update: DistGitTree | undefined;
  /** Why an update fails: the state was then decided by the trailers alone. */
  readonly failure: TandemError | undefined;
}

/** Makes the dist-git tree of the source-git head on top of this dist-git commit. */
export type Transform = (distCommit: Sha) => Promise<DistGitTree>;

/**
 * Compares the two sides. Throws kind `user`: `no-trailers`, `sync-unknown`, and the error of an update where only
 * contents could decide.
 */
export async function readSyncState(
  repository: Repository,
  heads: SyncHeads,
  transform: Transform,
): Promise<SyncReport> {
  const [point, attempt] = await Promise.all([findSyncPoint(repository, heads), attemptUpdate(transform, heads)]);
  const facts = { repository, heads, transform, ...attempt };
  const state = point ? await compare({ ...facts, point }) : withoutPoint(attempt);
  const recorded = point && !point.lost ? point.source : undefined;
  return { state, recorded, ...attempt };
}

interface Attempt {
  readonly update: DistGitTree | undefined;
  readonly failure: TandemError | undefined;
}

async function attemptUpdate(transform: Transform, { distHead }: SyncHeads): Promise<Attempt> {
  try {
    return { update: await transform(distHead), failure: undefined };
  } catch (error) {
    if (error instanceof TandemError && error.kind === "user") return { update: undefined, failure: error };
    throw error;
  }
}

/** Without any trailer equal contents are in step; whatever else they are, nobody can tell. */
function withoutPoint({ update, failure }: Attempt): SyncState {
  if (!update) throw failure;
  if (!update.changed) return { state: "up-to-date", lost: undefined };
  throw userError(
    "no-trailers",
    "No git commits with trailers From-dist-git-commit or From-source-git-commit were found, and the contents differ.",
    { fix: "Compare the two by hand, then update with --force." },
  );
}

interface Comparison extends Attempt {
  readonly repository: Repository;
  readonly heads: SyncHeads;
  readonly transform: Transform;
  readonly point: SyncPoint;
}

async function compare(comparison: Comparison): Promise<SyncState> {
  const { repository, heads, point, update, failure } = comparison;
  const [sourceCommits, distCommits] = await Promise.all([
    commitsSince(repository, point.source, heads.sourceHead),
    commitsSince(repository, point.dist, heads.distHead),
  ]);
  const byTrailers = {
    source: await unsynced(repository, sourceCommits, heads.sourceHead),
    dist: await unsynced(repository, distCommits, heads.distHead),
  };
  const common = { lost: point.lost, sourceHead: heads.sourceHead };
  if (!update) {
    if (point.lost || (!byTrailers.source && !byTrailers.dist)) throw failure;
    return decideSyncState({ ...common, ...byTrailers, changes: true });
  }
  const inDist = byTrailers.dist && (await hasDistEffect({ ...comparison, update })) ? byTrailers.dist : undefined;
  const fromSource = await hasSourceEffect({ ...comparison, update }, byTrailers);
  if (point.dist === undefined && update.changed) throw cannotTell(point);
  return decideSyncState({
    ...common,
    source: fromSource ? byTrailers.source : undefined,
    dist: inDist,
    changes: update.changed,
  });
}

function cannotTell({ lost }: SyncPoint): TandemError {
  return userError(
    "sync-unknown",
    `The last sync point ${lost?.text.slice(0, 80)} is not part of the history of dist-git, and the contents differ.`,
    { fix: "Compare the two by hand, then update with --force." },
  );
}

/** Newest first. Undefined when the point is unknown. */
async function commitsSince(repository: Repository, point: Sha | undefined, head: Sha) {
  if (point === undefined) return undefined;
  return point === head ? [] : await repository.listAncestryPath(point, head);
}

async function unsynced(
  repository: Repository,
  commits: readonly Sha[] | undefined,
  head: Sha,
): Promise<Unsynced | undefined> {
  if (commits === undefined) return { count: undefined, first: head };
  const first = commits.at(-1);
  if (first === undefined) return undefined;
  // The predecessor counts from the first commit's first parent on.
  const [commit] = await repository.readCommits([first]);
  const parent = commit?.parents[0];
  const path =
    commit && commit.parents.length > 1 && parent ? await repository.listAncestryPath(parent, head) : commits;
  return { count: path.length, first };
}

type WithUpdate = Comparison & { readonly update: DistGitTree };

/** Whether source-git's commits since the point change dist-git: looked at on top of the point where dist-git moved on. */
async function hasSourceEffect(
  { point, heads, update, transform }: WithUpdate,
  { source, dist }: { readonly source: Unsynced | undefined; readonly dist: Unsynced | undefined },
): Promise<boolean> {
  if (!source) return false;
  if (!dist || point.dist === undefined || !update.changed) return update.changed;
  return point.dist === heads.distHead ? update.changed : (await transform(point.dist)).changed;
}

/** Whether something that dist-git changed since the point is missing in source-git. */
async function hasDistEffect({ repository, point, heads, update }: WithUpdate): Promise<boolean> {
  if (point.dist === undefined) return false;
  const [before, now, result, source] = await Promise.all(
    [point.dist, heads.distHead, update.tree, heads.sourceHead].map(async (treeish) =>
      toFileMap(await repository.readTree(treeish)),
    ),
  );
  if (!before || !now || !result || !source) return false;
  // What is no copy of a file of source-git: there it counts whether an update would take the change back.
  const made = new Set(
    [`${update.packageName}.spec`, ".gitignore", ...update.patches.map(({ name }) => name)].map(pathFromText),
  );
  return compareFiles(before, now).some(({ path }) => {
    if (isEqual(source, joinPath(update.directory, path), now, path)) return false;
    const isOld = path.endsWith(".patch") && !now.has(path);
    return !(made.has(path) || isOld) || !isEqual(result, path, now, path);
  });
}

function isEqual(one: FileMap, path: BytePath, other: FileMap, otherPath: BytePath): boolean {
  const a = one.get(path);
  const b = other.get(otherPath);
  return a?.id === b?.id && a?.mode === b?.mode;
}
