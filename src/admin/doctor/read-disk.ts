// Looks at the disk below a directory that the service writes to. Writes nothing.
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { diskUse } from "../../git/disk-use.ts";

/** A directory, and the disk that it is on. */
export interface DiskFacts {
  readonly directory: string;
  /** The directory itself, or the one below which it would be made. */
  readonly existing: string;
  /** Whether this account may make files there. */
  readonly isWritable: boolean;
  /** What the directory holds already. */
  readonly usedBytes: number;
  /** What this account may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Reads the facts.
 * @param directory an absolute path; it need not exist
 */
export async function readDisk(directory: string): Promise<DiskFacts> {
  const existing = await findExisting(directory);
  const { bavail, blocks, bsize } = await statfs(existing);
  const isWritable = await stat(existing).then(
    async (found) => found.isDirectory() && (await mayWrite(existing)),
    () => false,
  );
  const disk = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  return { directory, existing, isWritable, usedBytes: await diskUse(directory), ...disk };
}

async function findExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  const parent = dirname(path);
  return isThere || parent === path ? path : await findExisting(parent);
}

function mayWrite(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
