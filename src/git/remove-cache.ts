// Takes a cache away as a whole: it disappears at once, so that the next job makes a new one, and is deleted behind that.
import { randomUUID } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { isLeased } from "./cache-lease.ts";

/** What tells one cache from another one in the same place; undefined where there is none. */
export async function identityOf(cache: string): Promise<number | undefined> {
  return await stat(cache).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

/** Removes a cache whatever its users do: they fail and are tried again. False when somebody else was quicker. */
export async function throwAway(cache: string): Promise<boolean> {
  const trash = `${cache}.trash-${randomUUID()}`;
  if (!(await moved(cache, trash))) return false;
  await rm(trash, { recursive: true, force: true });
  return true;
}

/** Removes a cache that nobody uses; false when somebody does. `since`: see `isLeased`. */
export async function evict(cache: string, since: number): Promise<boolean> {
  if (await isLeased(cache, since)) return false;
  const trash = `${cache}.trash-${randomUUID()}`;
  if (!(await moved(cache, trash))) return false;
  // Somebody may have come between the look and the move.
  if ((await isLeased(trash, since)) && (await moved(trash, cache))) return false;
  await rm(trash, { recursive: true, force: true });
  return true;
}

async function moved(from: string, to: string): Promise<boolean> {
  return await rename(from, to).then(
    () => true,
    () => false,
  );
}
