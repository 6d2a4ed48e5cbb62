// Housekeeping of the directory of caches: removes leftovers, bounds the disk use, joins packs. It never stands in the way
// of jobs: a cache in use is left alone, and joining packs drops no object, whether something refers to it or not.
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isLeased, lastUse, modifiedAt } from "./cache-lease.ts";
import { diskUse } from "./disk-use.ts";
import { removeLeftovers } from "./leftovers.ts";
import { evict } from "./remove-cache.ts";
import { type GitSettings, runGit } from "./run-git.ts";

/** How to tidy. Times in ms since the epoch. */
export interface TidyOptions {
  readonly directory: string;
  /** Disk use above which caches go, in bytes. */
  readonly maxBytes: number;
  /** What was written before has no owner any more. */
  readonly since: number;
  readonly settings: Omit<GitSettings, "directory">;
}

/** What was found and done. Names of directories. */
export interface Tidied {
  /** Of all caches together, behind it. */
  readonly bytes: number;
  readonly caches: number;
  readonly evicted: readonly string[];
  readonly joined: readonly string[];
  readonly leftovers: readonly string[];
}

/** Every fetch that brings something makes a pack; looking an object up tries each. */
const MAX_PACKS = 30;
const CACHE = /\.git$/;
/** Parts of names that `createRepository` and `remove-cache.ts` make. */
const REMAINS = /\.git\.(?:new|trash)-[0-9a-f-]+$/;

interface Cache {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly used: number;
}

/** Tidies once. Ends with the signal of the settings. */
export async function tidyCaches({ directory, maxBytes, since, settings }: TidyOptions): Promise<Tidied> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) await removeRemains(join(directory, name), since);
  const leftovers: string[] = [];
  const caches: Cache[] = [];
  for (const name of names.filter((each) => CACHE.test(each))) {
    settings.signal?.throwIfAborted();
    const path = join(directory, name);
    for (const left of await removeLeftovers(path, since)) leftovers.push(`${name}/${left}`);
    caches.push({ name, path, bytes: await diskUse(path), used: await lastUse(path) });
  }
  const { evicted, bytes } = await bound(caches, { maxBytes, since });
  const joined: string[] = [];
  for (const { name, path } of caches) {
    if (!evicted.includes(name) && (await joinPacks(path, since, settings))) joined.push(name);
  }
  return { bytes, caches: caches.length - evicted.length, evicted, joined, leftovers };
}

async function removeRemains(path: string, since: number): Promise<void> {
  if (!REMAINS.test(path)) return;
  const written = await modifiedAt(path);
  if (written !== undefined && written < since) await rm(path, { recursive: true, force: true });
}

/** The least recently used go first, until the rest fits. */
async function bound(
  caches: readonly Cache[],
  { maxBytes, since }: Pick<TidyOptions, "maxBytes" | "since">,
): Promise<Pick<Tidied, "evicted" | "bytes">> {
  let bytes = caches.reduce((sum, cache) => sum + cache.bytes, 0);
  const evicted: string[] = [];
  for (const cache of [...caches].sort((a, b) => a.used - b.used)) {
    if (bytes <= maxBytes) break;
    if (!(await evict(cache.path, since))) continue;
    evicted.push(cache.name);
    bytes -= cache.bytes;
  }
  return { evicted, bytes };
}

/** Joins the packs of a cache that nobody uses, and puts its refs into one file. False: nothing to do, or not now. */
async function joinPacks(directory: string, since: number, settings: Omit<GitSettings, "directory">): Promise<boolean> {
  const files = await readdir(join(directory, "objects", "pack")).catch(() => []);
  if (files.filter((name) => name.endsWith(".pack")).length <= MAX_PACKS) return false;
  if (await isLeased(directory, since)) return false;
  // One at a time, in whatever process; a lock that a killed one left goes with the leftovers.
  const lock = join(directory, "tandem-maintenance.lock");
  const handle = await open(lock, "wx").catch(() => undefined);
  if (!handle) return false;
  try {
    await handle.close();
    await runGit({ ...settings, directory }, ["repack", "-d", "-q", "--geometric=2"]);
    await runGit({ ...settings, directory }, ["pack-refs", "--all"]);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}
