// What a git that was killed leaves in a repository: locks, half-written objects, private indexes.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { modifiedAt } from "./cache-lease.ts";

/** Paths below the repository, with `/`. Leases are nobody's leftovers. */
const LEFTOVER = /(?:^|\/)(?:[^/]+\.lock|tmp_[^/]+|incoming-[^/]+|tandem-(?!leases$)[^/]+)$/;

/** Removes leftovers from before `since` (ms since the epoch): whoever is at work has newer ones. Returns their paths. */
export async function removeLeftovers(repository: string, since: number): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const path of await list(repository, "")) {
    if (!LEFTOVER.test(path)) continue;
    const written = await modifiedAt(join(repository, path));
    if (written === undefined || written >= since) continue;
    await rm(join(repository, path), { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function list(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() && !LEFTOVER.test(path) ? [path, ...(await list(root, path))] : [path];
    }),
  );
  return found.flat();
}
