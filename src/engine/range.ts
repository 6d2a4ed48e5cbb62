// The downstream commits of source-git: what HEAD has and `upstream_ref` has not (engine.md 2.1, 2.2).

import type { Repository } from "../git/repository.ts";
import { userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import type { EngineLimits } from "./limits.ts";
import { describeCommit } from "./patches/make-patches.ts";

/** Finds the commit of an `upstream_ref`, or undefined. Whoever knows where branches are kept may bring its own. */
export type ResolveRef = (ref: string) => Promise<Sha | undefined>;

/** Git's usual rules in one repository, then `origin/<ref>`; a pattern is the nearest tag that matches. */
export function resolveIn(repository: Repository, head: Sha): ResolveRef {
  return async (ref) => {
    if (!/[[?*]/.test(ref)) {
      return (await repository.resolveCommit(ref)) ?? (await repository.resolveCommit(`origin/${ref}`));
    }
    const tag = await repository.describeTag(head, ref);
    return tag === undefined ? undefined : await repository.resolveCommit(`refs/tags/${tag}`);
  };
}

/** The upstream commit. Throws kind `user`, code `upstream-ref-missing`. */
export async function findUpstream(ref: string, resolve: ResolveRef): Promise<Sha> {
  const found = await resolve(ref);
  if (found) return found;
  const shown = ref.slice(0, 200);
  throw userError("upstream-ref-missing", `Couldn't find upstream branch 'origin/${shown}' and tag '${shown}'.`, {
    fix: "Check upstream_ref in .distro/source-git.yaml, and that the tag is in the source-git project.",
  });
}

/**
 * Checks that the patches of the range, applied in order on `upstream`, give the head: a single line of commits.
 * Throws kind `user`: `range-too-large`, `upstream-not-ancestor`, `history-not-linear`.
 */
export async function checkRange(
  repository: Repository,
  upstream: Sha,
  head: Sha,
  limits: EngineLimits,
): Promise<void> {
  const range = await repository.listRange(upstream, head);
  if (range.length > limits.maxCommits) {
    throw userError(
      "range-too-large",
      `There are ${range.length} commits since upstream_ref; ${limits.maxCommits} are allowed.`,
      {
        fix: "Check that upstream_ref in .distro/source-git.yaml names the upstream release that source-git stands on.",
      },
    );
  }
  const merge = range.find(({ parents }) => parents.length > 1);
  if (merge) {
    const [commit] = await repository.readCommits([merge.sha]);
    throw userError(
      "history-not-linear",
      `${commit ? describeCommit(commit) : merge.sha} is a merge commit; merges since upstream_ref are not supported yet.`,
      {
        fix: "Rebase the commits since upstream_ref onto one line.",
      },
    );
  }
  const first = range[0];
  if (first ? !first.parents.includes(upstream) : upstream !== head) {
    throw userError("upstream-not-ancestor", "upstream_ref is not part of the history of source-git.", {
      fix: "Rebase the downstream commits onto upstream_ref, or correct upstream_ref in .distro/source-git.yaml.",
    });
  }
}
