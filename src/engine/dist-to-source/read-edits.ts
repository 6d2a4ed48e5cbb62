// What each dist-git commit changes, and which changes source-git must not get that way (engine.md 6.3).
import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import type { Commit, Repository } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { compareFiles, type FileMap, toFileMap } from "../files/file-map.ts";
import { describeCommit } from "../patches/make-patches.ts";
import type { FileEdit } from "./replay-change.ts";

/** A dist-git commit with its files and those of its parents. */
export interface DistCommit {
  readonly commit: Commit;
  readonly files: FileMap;
  readonly parents: readonly FileMap[];
}

/** Files that belong to each side alone: they are never carried over. */
const OWN_FILES: ReadonlySet<BytePath> = new Set([".gitignore", "source-git.yaml"].map(pathFromText));

/**
 * Reads the commits. Throws kind `user` before anything is reproduced: `sources-changed`, `patch-changed`, also for what
 * a merge commit itself changes. Commits that source-git has anyway (`brought`) are not checked.
 */
export async function readDistCommits(
  repository: Repository,
  shas: readonly Sha[],
  brought: ReadonlySet<Sha> = new Set(),
): Promise<readonly DistCommit[]> {
  const commits = await repository.readCommits(shas);
  const parents = await repository.readCommits([...new Set(commits.flatMap((commit) => commit.parents))]);
  const trees = new Map([...commits, ...parents].map(({ sha, tree }) => [sha, tree]));
  const known = new Map<Sha, FileMap>();
  const read = async (sha: Sha): Promise<FileMap> => {
    const tree = trees.get(sha) ?? sha;
    const files = known.get(tree) ?? toFileMap(await repository.readTree(tree));
    known.set(tree, files);
    return files;
  };
  const result: DistCommit[] = [];
  for (const commit of commits) {
    const before: FileMap[] = [];
    for (const parent of commit.parents) before.push(await read(parent));
    const entry: DistCommit = { commit, files: await read(commit.sha), parents: before };
    if (!brought.has(commit.sha)) checkEdits(commit, ownEdits(entry));
    result.push(entry);
  }
  return result;
}

/** The changes from one state of dist-git to another, without the files that are never carried over. */
export function editsBetween(before: FileMap, after: FileMap): readonly FileEdit[] {
  return compareFiles(before, after)
    .filter(({ path }) => !OWN_FILES.has(path))
    .map(({ path }) => ({ path, before: before.get(path), after: after.get(path) }));
}

/** What the commit itself changes; for a merge that is what it has from none of its parents. */
function ownEdits({ files, parents }: DistCommit): readonly FileEdit[] {
  const [first, ...others] = parents.map((parent) => editsBetween(parent, files));
  if (!first) return editsBetween(new Map(), files);
  return first.filter(({ path }) => others.every((edits) => edits.some((edit) => edit.path === path)));
}

/** Throws kind `user`: `sources-changed`, `patch-changed`. */
export function checkEdits(commit: Commit, edits: readonly FileEdit[]): void {
  for (const { path } of edits) {
    if (path === "sources") {
      throw userError("sources-changed", `The sources file was modified in commit ${describeCommit(commit)}.`, {
        fix: `Update source-git to the new upstream release by hand, in a commit that ends with '${DIST_TRAILER}: ${commit.sha}'.`,
      });
    }
    if (path.endsWith(".patch")) {
      throw userError("patch-changed", `A patch was modified in commit ${describeCommit(commit)}.`, {
        fix: `Make the change of the patch as a commit in source-git that ends with '${DIST_TRAILER}: ${commit.sha}'.`,
      });
    }
  }
}
