// Looks at the disk below a directory that the service writes to. Writes nothing.
import { type DiskRoom, readDiskRoom } from "../../git/disk-room.ts";
import { diskUse } from "../../git/disk-use.ts";

/** A directory, and the disk that it is on. */
export interface DiskFacts extends DiskRoom {
  readonly directory: string;
  /** What the directory holds already. */
  readonly usedBytes: number;
}

/**
 * Reads the facts.
 * @param directory an absolute path; it need not exist
 */
export async function readDisk(directory: string): Promise<DiskFacts> {
  return { directory, ...(await readDiskRoom(directory)), usedBytes: await diskUse(directory) };
}
