// Which dist-git work trees a command is about: one, or those of a directory that source-git has packages for.
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DEFAULT_LIMITS } from "../../engine/limits.ts";
import { readFiles, readSourceConfig } from "../../engine/read-source.ts";
import { isRepository } from "../../git/open-work-tree.ts";
import { TandemError, userError } from "../../model/errors.ts";
import type { OpenedTree, Session } from "./session.ts";

/** The dist-git work trees. Throws kind `user`, code `no-package-matches`, and as `Session.open`. */
export async function findDistGits(session: Session, source: OpenedTree, path: string): Promise<readonly OpenedTree[]> {
  const full = resolve(session.context.cwd, path);
  if (isRepository(full) || !existsSync(full)) return [await session.open(path)];
  const names = repositoriesIn(full);
  // Nothing below it either: the error of the directory itself says what is wrong.
  if (names.length === 0) return [await session.open(path)];
  const matching = await namesOfPackages(source, names);
  if (matching.length > 0) return await Promise.all(matching.map((name) => session.open(join(full, name))));
  throw userError(
    "no-package-matches",
    `No match found: '${path}' has no repository of a package in '${source.shown}'.`,
    {
      fix: "Name the dist-git repository, or a directory that holds it under the package's name.",
    },
  );
}

function repositoriesIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isRepository(join(directory, entry.name)))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** Those of the names for which source-git has a package. */
async function namesOfPackages({ tree, head }: OpenedTree, names: readonly string[]): Promise<string[]> {
  const files = await readFiles(tree.repository, head.commit, DEFAULT_LIMITS);
  const matching: string[] = [];
  for (const name of names) {
    try {
      const config = await readSourceConfig(tree.repository, files, { distGitName: name });
      if (config.packageName === name) matching.push(name);
    } catch (error) {
      if (!(error instanceof TandemError && error.code === "package-ambiguous")) throw error;
    }
  }
  return matching;
}
