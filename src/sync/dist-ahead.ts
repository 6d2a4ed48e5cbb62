// Whether dist-git has commits that neither the target branch of a source-git merge request nor its head has (D22).
//
// Trailers say which commits may be missing. Where there are some, the contents decide: if the transformation gives
// dist-git's tree, all is well whatever the trailers say; else the commits are reproduced, and nothing is missing where that
// changes nothing. An error of a transformation never blocks: the merge request may bring the configuration, or mend it.

import { findMissingCommits, type MissingCommits } from "../engine/dist-to-source/find-missing.ts";
import { makeSourceGitCommits, type SourceGitCommits } from "../engine/dist-to-source/make-source-git-commits.ts";
import { DEFAULT_LIMITS, type EngineLimits } from "../engine/limits.ts";
import { type DistGitInput, makeDistGitTree } from "../engine/make-dist-git-tree.ts";
import { holdsSeveralPackages } from "../engine/read-source.ts";
import type { Commit, Repository, Signature } from "../git/repository.ts";
import { TandemError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";

/** What both directions need to compare source-git and dist-git. */
export interface ComparedBy extends Pick<DistGitInput, "copyCiFile" | "patchComments"> {
  /** Name of the dist-git repository; chooses the package where source-git holds several. */
  readonly distGitName?: string;
  readonly limits?: EngineLimits;
}

/** The commits that are compared; all have to be in the repository. */
export interface DistAheadInput extends ComparedBy {
  /** Head of the merge request's target branch. */
  readonly sourceTarget: Sha;
  /** Head of the merge request. */
  readonly sourceHead: Sha;
  /** Head of the dist-git branch. */
  readonly dist: Sha;
}

/** `unknown`: nothing tells, the caller goes on and says that it could not compare. */
export type DistAhead =
  | { readonly state: "none" }
  | {
      readonly state: "ahead";
      /** How many commits the merge request lacks. */
      readonly count: number;
      /** The oldest of them. */
      readonly first: Sha;
      /** Whether the target branch has them, so that a rebase onto it is all that is needed. */
      readonly inTarget: boolean;
      /** Why they cannot be brought to source-git by themselves; undefined: they can. */
      readonly refusal: TandemError | undefined;
    }
  | { readonly state: "unknown" };

/** Compares the merge request's head, and the target branch where the head does not hold it. Writes unreachable objects only. */
export async function readDistAhead(repository: Repository, input: DistAheadInput): Promise<DistAhead> {
  const { sourceTarget, sourceHead, dist } = input;
  const target = await lacks(repository, input, { sourceHead: sourceTarget, distHead: dist });
  const holdsTarget = sourceHead === sourceTarget || (await repository.isAncestor(sourceTarget, sourceHead));
  if (holdsTarget && target.state === "none") return target;
  if (sourceHead === sourceTarget) return target;
  const head = await lacks(repository, input, { sourceHead, distHead: dist });
  return head.state === "ahead" ? { ...head, inTarget: target.state === "none" } : head;
}

/** One comparison. */
async function lacks(
  repository: Repository,
  by: ComparedBy,
  heads: { readonly sourceHead: Sha; readonly distHead: Sha },
): Promise<DistAhead> {
  const found = await findMissing(repository, by, heads);
  if (found.state !== "missing") return found;
  const { commits } = found;
  try {
    const made = await reproduce(repository, by, {
      commits,
      sourceHead: heads.sourceHead,
      committer: ({ committer }) => committer,
    });
    return aheadBy(
      made.commits.map((commit) => commit.dist.sha),
      undefined,
    );
  } catch (error) {
    if (!(error instanceof TandemError && error.kind === "user")) throw error;
    const lacking = commits.distCommits.filter((sha) => !commits.brought.has(sha));
    return REFUSALS.has(error.code) ? aheadBy(lacking, error) : { state: "unknown" };
  }
}

/** Errors that say that dist-git does have something else, and not that source-git cannot be read. */
const REFUSALS: ReadonlySet<string> = new Set([
  "patch-changed",
  "sources-changed",
  "replay-conflict",
  "range-too-large",
]);

function aheadBy(commits: readonly Sha[], refusal: TandemError | undefined): DistAhead {
  const [first] = commits;
  return first ? { state: "ahead", count: commits.length, first, inTarget: false, refusal } : { state: "none" };
}

/** The commits of dist-git that a source-git commit lacks, as far as trailers and contents tell. */
export async function findMissing(
  repository: Repository,
  { copyCiFile, patchComments, distGitName, limits = DEFAULT_LIMITS }: ComparedBy,
  heads: { readonly sourceHead: Sha; readonly distHead: Sha },
) {
  const name = distGitName === undefined ? {} : { distGitName };
  const severalPackages = await holdsSeveralPackages(repository, heads.sourceHead, { ...name, limits });
  return await findMissingCommits(repository, { ...heads, severalPackages }, (between) =>
    makeDistGitTree(repository, { ...between, copyCiFile, patchComments, ...name, limits, ignoreActions: true }),
  );
}

/** Reproduces them on top of a source-git commit. Throws as `makeSourceGitCommits`. */
export async function reproduce(
  repository: Repository,
  { distGitName, limits = DEFAULT_LIMITS }: ComparedBy,
  {
    commits,
    sourceHead,
    committer,
  }: {
    readonly commits: MissingCommits;
    readonly sourceHead: Sha;
    readonly committer: (commit: Commit) => Signature;
  },
): Promise<SourceGitCommits> {
  return await makeSourceGitCommits(repository, {
    sourceHead,
    ...commits,
    committer,
    ...(distGitName === undefined ? {} : { distGitName }),
    limits,
  });
}
