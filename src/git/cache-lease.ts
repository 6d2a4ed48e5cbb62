// Who uses a cache: each user puts a file into the cache's directory, which other processes see, too. A file of a process
// that died counts until no job can run any more.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const LEASES = "tandem-leases";

/** Marks a cache as used. Returns what ends that. Throws ENOENT when the cache is gone. */
export async function takeLease(cache: string): Promise<() => Promise<void>> {
  const directory = join(cache, LEASES);
  await mkdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const file = join(directory, `${process.pid}-${randomUUID()}`);
  await writeFile(file, "");
  return () => rm(file, { force: true });
}

/** Whether somebody uses a cache now. Removes what the dead left: leases from before `since`, in ms since the epoch. */
export async function isLeased(cache: string, since: number): Promise<boolean> {
  let leased = false;
  for (const name of await readdir(join(cache, LEASES)).catch(() => [])) {
    const file = join(cache, LEASES, name);
    const taken = await modifiedAt(file);
    if (taken === undefined) continue;
    if (taken >= since) leased = true;
    else await rm(file, { force: true });
  }
  return leased;
}

/** When a cache was last taken or left, in ms since the epoch; 0: never. */
export async function lastUse(cache: string): Promise<number> {
  return (await modifiedAt(join(cache, LEASES))) ?? 0;
}

/** When a file was last written, in ms since the epoch; undefined where there is none. */
export async function modifiedAt(file: string): Promise<number | undefined> {
  return await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
