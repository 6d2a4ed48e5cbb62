// How much room a directory takes.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below a directory. What disappears meanwhile is nothing. */
export async function diskUse(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    bytes += entry.isDirectory() ? await diskUse(path) : await sizeOf(path);
  }
  return bytes;
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
