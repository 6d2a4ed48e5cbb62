// The engine as the commands use it: on the commits of two work trees, with the references of source-git.

import { findMissingCommits, type Missing } from "../../engine/dist-to-source/find-missing.ts";
import { DEFAULT_LIMITS } from "../../engine/limits.ts";
import { type DistGitTree, makeDistGitTree } from "../../engine/make-dist-git-tree.ts";
import { resolveIn } from "../../engine/range.ts";
import { holdsSeveralPackages } from "../../engine/read-source.ts";
import { readSyncState, type SyncReport } from "../../engine/sync-facts.ts";
import type { SyncHeads } from "../../engine/sync-point.ts";
import type { JoinedStore } from "../../git/joined-store.ts";
import type { Sha } from "../../model/ids.ts";
import type { OpenedTree } from "./session.ts";

/** A source-git and a dist-git work tree, and a store over the objects of both. */
export interface OpenedPair {
  readonly source: OpenedTree;
  readonly dist: OpenedTree;
  readonly store: JoinedStore;
}

/** What the user asks the engine for. */
export interface TransformOptions {
  readonly upstreamRef?: string | undefined;
  readonly ignoreActions?: boolean | undefined;
  /** See the engine's option of this name. */
  readonly renewPatchLines?: boolean | undefined;
  /** Message of the commit to be. */
  readonly message?: string | undefined;
}

/** Makes the dist-git tree on top of a dist-git commit. Writes to the store only. */
export async function transform(
  { source, dist, store }: OpenedPair,
  distHead: Sha,
  { upstreamRef, ignoreActions, renewPatchLines, message }: TransformOptions,
): Promise<DistGitTree> {
  return await makeDistGitTree(store.repository, {
    sourceHead: source.head.commit,
    distHead,
    copyCiFile: "as-listed",
    patchComments: "full",
    distGitName: dist.name,
    resolveUpstreamRef: resolveIn(source.tree.repository, source.head.commit),
    ignoreActions: ignoreActions ?? false,
    renewPatchLines: renewPatchLines ?? false,
    ...(upstreamRef === undefined ? {} : { upstreamRef }),
    ...(message === undefined ? {} : { message }),
  });
}

/** How the two stand to each other. Errors as `readSyncState`. */
export async function readPairState(pair: OpenedPair, options: TransformOptions): Promise<SyncReport> {
  return await readSyncState(pair.store.repository, await headsOf(pair), (distHead) =>
    transform(pair, distHead, options),
  );
}

/** The dist-git commits that source-git lacks. */
export async function findPairMissing(pair: OpenedPair): Promise<Missing> {
  const { store, dist } = pair;
  return await findMissingCommits(store.repository, await headsOf(pair), (heads) =>
    makeDistGitTree(store.repository, {
      ...heads,
      copyCiFile: "as-listed",
      patchComments: "full",
      distGitName: dist.name,
      resolveUpstreamRef: resolveIn(pair.source.tree.repository, heads.sourceHead),
      ignoreActions: true,
    }),
  );
}

async function headsOf({ source, dist, store }: OpenedPair): Promise<SyncHeads> {
  const sourceHead = source.head.commit;
  // The store remembers what it read: the transformation needs the same.
  const choice = { distGitName: dist.name, limits: DEFAULT_LIMITS };
  const severalPackages = await holdsSeveralPackages(store.repository, sourceHead, choice);
  return { sourceHead, distHead: dist.head.commit, severalPackages };
}
