// Which dist-git commits a revision range means.
import type { Repository } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";

/**
 * The commits of `A..B`, parents before children; an empty side is `HEAD`, and a single revision means its whole history.
 * Throws kind `user`, code `range-invalid`.
 */
export async function readRange(repository: Repository, text: string): Promise<readonly Sha[]> {
  const [left, right, ...more] = text.split("..");
  const isRange = right !== undefined && more.length === 0 && !right.startsWith(".");
  if (right !== undefined && !isRange) throw invalid(text, "is no range of the form A..B");
  const resolve = async (revision: string) => {
    const commit = await repository.resolveCommit(revision || "HEAD");
    if (commit) return commit;
    throw invalid(text, `names '${(revision || "HEAD").slice(0, 100)}', which is no commit of dist-git`);
  };
  const from = isRange ? await resolve(left ?? "") : undefined;
  const to = await resolve(isRange ? right : text);
  return (await repository.listRange(from, to)).map(({ sha }) => sha);
}

/** The commits from one on. */
export async function rangeFrom(repository: Repository, first: Sha, head: Sha): Promise<readonly Sha[]> {
  const [commit] = await repository.readCommits([first]);
  return (await repository.listRange(commit?.parents[0], head)).map(({ sha }) => sha);
}

function invalid(text: string, why: string) {
  return userError("range-invalid", `The revision range '${text.slice(0, 200)}' ${why}.`, {
    fix: "Name commits of dist-git, e.g. HEAD~2.. or 1a2b3c4d..c9s.",
  });
}
