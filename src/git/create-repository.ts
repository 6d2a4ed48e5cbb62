// Makes a bare repository so that whoever looks sees none or a whole one: jobs that are the first of a package may start
// at the same moment, also in different processes.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { type GitSettings, runGit } from "./run-git.ts";

/** Whether a directory holds a repository. */
export function isRepositoryThere(directory: string): boolean {
  return existsSync(join(directory, "HEAD"));
}

/**
 * Makes the repository that the settings name, unless somebody else has made it meanwhile.
 * Throws kind `environment` when the directory or git cannot be used.
 */
export async function createRepository(settings: GitSettings): Promise<void> {
  const { directory } = settings;
  const fresh = `${directory}.new-${randomUUID()}`;
  try {
    await makeDirectory(fresh);
    await initialise({ ...settings, directory: fresh });
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (isRepositoryThere(directory)) return;
    if (error instanceof TandemError) throw error;
    // Something else is in the way, such as what a killed git left: git makes a repository of it.
    await makeDirectory(directory);
    await initialise(settings);
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TandemError("environment", `The directory ${directory} cannot be created.`, {
      code: "git-cache-unusable",
      fix: "Check the path of the git cache and its permissions.",
      cause,
    });
  }
}

async function initialise(settings: GitSettings): Promise<void> {
  // HEAD names a branch that never exists: no command can fall back to it.
  await runGit(settings, ["init", "--bare", "--object-format=sha1", "--initial-branch=none"]);
}
