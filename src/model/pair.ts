// The marks by which a pair of merge requests is recognised on the forge: branch name, commit trailers, hidden markers.

/** Trailer of a dist-git commit: the source-git commit that it was made from. */
export const SOURCE_TRAILER = "From-source-git-commit";
/** Trailer of a source-git commit: the dist-git commit that it was made from. */
export const DIST_TRAILER = "From-dist-git-commit";
/** Context of the commit status that carries the dist-git pipeline's state to the source commit. */
export const PIPELINE_STATUS = "Dist-git MR CI Pipeline";

/** What a branch name in the bot's dist-git fork says. */
export interface PairBranch {
  /** iid of the source-git merge request. */
  readonly iid: number;
  /** Name of the dist-git branch when the pair was made. */
  readonly branch: string;
}

/** The branch in the bot's dist-git fork for a source-git merge request, e.g. `src-5-c9s`. Kept for the pair's life. */
export function pairBranchName({ iid, branch }: PairBranch): string {
  return `src-${iid}-${branch}`;
}

/**
 * Reads a branch name of the present form `src-<iid>-<branch>` or of the predecessor's forms `<branch>-src-<iid>` and
 * `<version>-<branch>-src-<iid>` (of which version and branch cannot be told apart: `branch` then holds both).
 * Returns undefined for any other name.
 */
export function parsePairBranch(name: string): PairBranch | undefined {
  const present = /^src-([1-9]\d{0,9})-(.+)$/.exec(name);
  if (present) return { iid: Number(present[1]), branch: present[2] ?? "" };
  const former = /^(.+)-src-([1-9]\d{0,9})$/.exec(name);
  return former ? { iid: Number(former[2]), branch: former[1] ?? "" } : undefined;
}
