// Whether source-git and dist-git are in step: decided from the trailers of origin and from the contents (D12, D19).
// The decision itself is pure; sync-facts.ts collects what it needs.
import type { Sha } from "../model/ids.ts";
import type { LostCommit } from "./sync-point.ts";

/** What one side has that the other has not. */
export interface Unsynced {
  /** Number of commits from the first one on; undefined when only the contents tell. */
  readonly count: number | undefined;
  /** The first commit to be synced. */
  readonly first: Sha;
}

/** How the two sides stand to each other. */
export type SyncState = {
  /** Set when a trailer names a commit that is not in the history. */
  readonly lost: LostCommit | undefined;
} & (
  | { readonly state: "up-to-date" }
  | { readonly state: "ahead"; readonly source: Unsynced }
  | { readonly state: "behind"; readonly dist: Unsynced }
  | { readonly state: "diverged"; readonly source: Unsynced; readonly dist: Unsynced }
);

/** What is known of the two sides. */
export interface SyncFacts {
  readonly lost: LostCommit | undefined;
  /** What source-git has that has an effect on dist-git; undefined: nothing. */
  readonly source: Unsynced | undefined;
  /** What dist-git has that source-git has not; undefined: nothing. */
  readonly dist: Unsynced | undefined;
  /** Whether an update would change dist-git. */
  readonly changes: boolean;
  readonly sourceHead: Sha;
}

/** Decides. "Up to date" is said only when an update would change nothing. */
export function decideSyncState({ lost, source, dist, changes, sourceHead }: SyncFacts): SyncState {
  if (source && dist) return { state: "diverged", lost, source, dist };
  if (dist) return { state: "behind", lost, dist };
  if (source) return { state: "ahead", lost, source };
  if (changes) return { state: "ahead", lost, source: { count: undefined, first: sourceHead } };
  return { state: "up-to-date", lost };
}
