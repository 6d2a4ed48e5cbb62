// The commands that talk to a remote repository.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";
import { withCredentials } from "./credentials.ts";
import { removeLeftovers } from "./leftovers.ts";
import type { PushResult, Remote, RemoteRef } from "./repository.ts";
import { type GitSettings, runGit } from "./run-git.ts";
import { checkBranch, checkRefPattern, checkRefspec, checkUrl, isRefName } from "./validate.ts";

/** Another job may fetch the same refs at the same time; then the second try finds them up to date. */
const FETCH_TRIES = 3;

/** A branch of a remote, the commit that it is to hold, and the one that it should hold now. */
export interface BranchUpdate {
  readonly commit: Sha;
  readonly branch: string;
  readonly expected: Sha | undefined;
}

/** See `Repository.fetch`. */
export async function fetchRefs(settings: GitSettings, remote: Remote, refspecs: readonly string[]): Promise<void> {
  const args = ["fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-show-forced-updates"];
  const targets = refspecs.map(checkRefspec);
  for (let tries = 1; ; tries++) {
    try {
      await talk(settings, remote, (url) => [...args, "--", url, ...targets]);
      return;
    } catch (error) {
      if (error instanceof TandemError && error.code === "fetch-too-large") await removeFull(settings);
      const locked = error instanceof TandemError && error.code === "ref-locked";
      if (!locked || tries === FETCH_TRIES) throw error;
      if (settings.maxLockAgeMs !== undefined)
        await removeLeftovers(settings.directory, Date.now() - settings.maxLockAgeMs);
    }
  }
}

/** Removes what fetches left that were too large. A file of that size has no writer: whoever reached it was ended. */
async function removeFull({ directory, fetchBytes = Number.POSITIVE_INFINITY }: GitSettings): Promise<void> {
  const packs = join(directory, "objects", "pack");
  for (const name of await readdir(packs).catch(() => [])) {
    if (!name.startsWith("tmp_pack_")) continue;
    const file = join(packs, name);
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size >= fetchBytes) await rm(file, { force: true });
  }
}

/** See `Repository.listRemote`. */
export async function listRefs(
  settings: GitSettings,
  remote: Remote,
  patterns: readonly string[],
): Promise<readonly RemoteRef[]> {
  const wanted = patterns.map(checkRefPattern);
  const output = await talk(settings, remote, (url) => ["ls-remote", "--", url, ...wanted]);
  return output
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [id = "", name = ""] = line.split("\t");
      const sha = parseSha(id);
      return sha && name ? [{ name, sha }] : [];
    });
}

/** See `Repository.push`. */
export async function pushBranch(
  settings: GitSettings,
  remote: Remote,
  { commit, branch, expected }: BranchUpdate,
): Promise<PushResult> {
  const ref = `refs/heads/${checkBranch(branch)}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const update = `${commit}:${ref}`;
  const output = await talk(settings, remote, (url) => [
    "push",
    "--porcelain",
    "--no-verify",
    lease,
    "--",
    url,
    update,
  ]);
  return /^=\t/m.test(output.toString("utf8")) ? "up-to-date" : "pushed";
}

/** So many names are a command line of at most half a megabyte. */
const TAGS_AT_ONCE = 1_000;

/** See `Repository.pushTags`. */
export async function pushMissingTags(settings: GitSettings, remote: Remote): Promise<number> {
  const there = new Set((await listRefs(settings, remote, ["refs/tags/*"])).map(({ name }) => name));
  const own = await runGit(settings, ["for-each-ref", "--format=%(refname)", "refs/tags/"]);
  const missing = own
    .toString("utf8")
    .split("\n")
    .filter((name) => isRefName(name) && !there.has(name));
  for (let at = 0; at < missing.length; at += TAGS_AT_ONCE) {
    const refspecs = missing.slice(at, at + TAGS_AT_ONCE).map((name) => `${name}:${name}`);
    await talk(settings, remote, (url) => ["push", "--porcelain", "--no-verify", "--", url, ...refspecs]);
  }
  return missing.length;
}

async function talk(settings: GitSettings, remote: Remote, args: (url: string) => readonly string[]): Promise<Buffer> {
  const url = checkUrl(remote.url, settings);
  return withCredentials({ ...remote, url }, settings.environment, (credentials) =>
    runGit(settings, args(url), { network: true, ...credentials, secret: remote.token }),
  );
}
