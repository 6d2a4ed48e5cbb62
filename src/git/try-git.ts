// Tries git as the service runs it: which one is it, and does it do its work with the pinned environment and configuration?
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_PATH, repositoryAt } from "./bare-repository.ts";
import { createRepository } from "./create-repository.ts";
import { type GitSettings, runGit } from "./run-git.ts";

const TRIAL_MS = 8_000;

/**
 * Makes a repository in a temporary directory, writes an object and reads it back.
 * @param environment as the service gives it to git
 * @returns what `git version` prints, e.g. `git version 2.39.5`
 * @throws TandemError kind `environment` when git is missing or cannot be used
 */
export async function tryGit(
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "tandem-git-"));
  try {
    const settings: GitSettings = {
      directory: join(home, "trial.git"),
      environment: { PATH: DEFAULT_PATH, ...environment },
      allowFileRemotes: false,
      localTimeoutMs: TRIAL_MS,
      networkTimeoutMs: TRIAL_MS,
      signal,
    };
    await createRepository(settings);
    const repository = repositoryAt(settings);
    await repository.readBlobs(await repository.writeBlobs([Buffer.from("tandem\n")]));
    return (await runGit(settings, ["version"])).toString("utf8").trim();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
