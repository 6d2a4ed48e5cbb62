// Objects that lie in files of their own, read without starting git. Nearly all of the double's do; starting a process for each
// is what most of a test's time would go to.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";

const unpack = promisify(inflate);

/** An object. */
export interface GitObject {
  /** `blob`, `tree`, `commit` or `tag`. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads the object with this full id; undefined when there is no such object or it lies in a pack: then git knows. */
export async function readLooseObject(gitDir: string, id: string): Promise<GitObject | undefined> {
  const file = await readFile(join(gitDir, "objects", id.slice(0, 2), id.slice(2))).catch(() => undefined);
  if (file === undefined) return undefined;
  const content = await unpack(file);
  const end = content.indexOf(0);
  return { type: content.toString("latin1", 0, content.indexOf(32)), bytes: content.subarray(end + 1) };
}

/** An entry of a tree object. */
export interface LooseEntry {
  /** As git writes it in the object: octal, without leading zero. */
  readonly mode: string;
  readonly id: string;
}

/** The entries of a tree object, by name. */
export function parseTree(bytes: Buffer): ReadonlyMap<string, LooseEntry> {
  const entries = new Map<string, LooseEntry>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, blank);
    const id = bytes.toString("hex", end + 1, end + 21);
    entries.set(bytes.toString("utf8", blank + 1, end), { mode: bytes.toString("latin1", at, blank), id });
    at = end + 21;
  }
  return entries;
}

/** The file that a path names below a tree; undefined when git has to be asked, also when there is none. */
export async function readLooseFile(
  gitDir: string,
  tree: string,
  path: string,
): Promise<{ readonly id: string; readonly bytes: Buffer } | undefined> {
  let id = tree;
  for (const name of path.split("/")) {
    const folder = await readLooseObject(gitDir, id);
    const entry = folder?.type === "tree" ? parseTree(folder.bytes).get(name) : undefined;
    if (entry === undefined) return undefined;
    id = entry.id;
  }
  const file = await readLooseObject(gitDir, id);
  return file?.type === "blob" ? { id, bytes: file.bytes } : undefined;
}
