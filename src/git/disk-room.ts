// Looks at the disk below a directory: may this account write there, and how much. Writes nothing.
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** What the disk of a directory takes. */
export interface DiskRoom {
  /** The directory itself, or the one below which it would be made. */
  readonly existing: string;
  /** Whether this account may make files there. */
  readonly isWritable: boolean;
  /** What this account may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Reads it; quick, whatever the directory holds.
 * @param directory an absolute path; it need not exist
 */
export async function readDiskRoom(directory: string): Promise<DiskRoom> {
  const existing = await findExisting(directory);
  const { bavail, blocks, bsize } = await statfs(existing);
  const isWritable = await stat(existing).then(
    async (found) => found.isDirectory() && (await mayWrite(existing)),
    () => false,
  );
  return { existing, isWritable, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
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
