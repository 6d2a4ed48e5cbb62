// Applies patches one after the other on a tree in a private index and compares the outcome with another tree. No work
// tree, and no object of it stays: what git writes goes into a temporary directory.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { pathspecs } from "./patch-command.ts";
import { makePrivateDirectory } from "./private-directory.ts";
import type { PatchSeries } from "./repository.ts";
import { type GitCall, type GitSettings, runGit } from "./run-git.ts";

/** Patches in one command line: their names have to fit into it. */
const MAX_AT_ONCE = 5000;

// Whatever a repository configures, context has to match to the byte, and the temporary objects need no flush.
const CONFIG = ["apply.whitespace=nowarn", "apply.ignoreWhitespace=no", "core.fsync=none"];

/** See `Repository.givesTree`. */
export async function givesTree(settings: GitSettings, series: PatchSeries): Promise<boolean> {
  const directory = await makePrivateDirectory(settings);
  try {
    const objects = join(directory, "objects");
    await mkdir(objects);
    const environment = {
      GIT_INDEX_FILE: join(directory, "index"),
      GIT_OBJECT_DIRECTORY: objects,
      // Quoted, or a colon in it would part two paths.
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(settings.directory, "objects")),
    };
    const git = (args: readonly string[], call: GitCall = {}) =>
      runGit(settings, args, { environment, config: CONFIG, ...call });
    await git(["read-tree", series.from]);
    const names = await writePatches(directory, series.patches);
    for (let at = 0; at < names.length; at += MAX_AT_ONCE) {
      const files = names.slice(at, at + MAX_AT_ONCE);
      if (!(await applies(git(["apply", "--cached", "-p1", "--whitespace=nowarn", "--", ...files])))) return false;
    }
    const scope = pathspecs(series);
    const differing = await git([
      "diff-index",
      "--cached",
      "--name-only",
      "-z",
      "--no-renames",
      series.to,
      "--",
      ...scope,
    ]);
    return differing.length === 0;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writePatches(directory: string, patches: readonly Buffer[]): Promise<readonly string[]> {
  const names = patches.map((_patch, index) => join(directory, String(index)));
  for (const [index, patch] of patches.entries()) await writeFile(names[index] ?? "", patch);
  return names;
}

/** Git says in many ways that a patch does not fit; what is no fault of the machine is one of them. */
async function applies(run: Promise<Buffer>): Promise<boolean> {
  try {
    await run;
    return true;
  } catch (error) {
    if (error instanceof TandemError && error.code === "git-failed") return false;
    throw error;
  }
}
