// Where the downstream commits of source-git begin: the commit of `upstream_ref` (engine.md 2.1, 2.2, D25).

import type { Repository } from "../git/repository.ts";
import { userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";

/** Finds the commit of an `upstream_ref`, or undefined. Whoever knows where branches are kept may bring its own. */
export type ResolveRef = (ref: string) => Promise<Sha | undefined>;

/**
 * Git's usual rules in one repository, then `origin/<ref>`; a pattern is the nearest tag that matches, or with
 * `branches/` before it the nearest ref.
 */
export function resolveIn(repository: Repository, head: Sha): ResolveRef {
  return async (ref) => {
    if (!/[[?*]/.test(ref)) {
      return (await repository.resolveCommit(ref)) ?? (await repository.resolveCommit(`origin/${ref}`));
    }
    const found = ref.startsWith(ALL_REFS)
      ? await repository.describeRef(head, ref.slice(ALL_REFS.length))
      : await repository.describeTag(head, ref).then((tag) => tag && `refs/tags/${tag}`);
    return found ? await repository.resolveCommit(found) : undefined;
  };
}

/** Before a pattern: not only tags are meant. */
const ALL_REFS = "branches/";

/** The upstream commit. Throws kind `user`, code `upstream-ref-missing`. */
export async function findUpstream(ref: string, resolve: ResolveRef): Promise<Sha> {
  const found = await resolve(ref);
  if (found) return found;
  const shown = ref.slice(0, 200);
  throw userError("upstream-ref-missing", `Couldn't find upstream branch 'origin/${shown}' and tag '${shown}'.`, {
    fix: "Check upstream_ref in .distro/source-git.yaml, and that the tag is in the source-git project.",
  });
}
