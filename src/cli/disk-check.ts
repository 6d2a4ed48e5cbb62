// What readiness knows of the disk: a worker that cannot write there fails every job that needs git.
import type { ReadyCheck } from "../api/health.ts";
import { readDiskRoom } from "../git/disk-room.ts";
import { TandemError } from "../model/errors.ts";

/** Less than any package takes. */
const LEAST_BYTES = 100 * 1024 * 1024;

/** The check that the git cache can grow. */
export function diskCheck(cacheDir: string, leastBytes = LEAST_BYTES): ReadyCheck {
  return {
    reason: "the disk of the git cache is full, or cannot be written",
    async check() {
      const { existing, isWritable, freeBytes } = await readDiskRoom(cacheDir);
      if (isWritable && freeBytes >= leastBytes) return;
      const why = isWritable ? `has ${freeBytes} bytes left` : "cannot be written";
      throw new TandemError("environment", `The disk of ${existing} ${why}`, {
        code: "disk-full",
        fix: "Make room on the disk that holds the git cache, and see that this account may write there.",
      });
    },
  };
}
