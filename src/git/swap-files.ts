// Exchanges files of a work tree, all or none. New contents are written aside first; then old files are moved aside and
// new ones into place, and every step is written down so that it can be taken back. No link is ever followed.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { userError } from "../model/errors.ts";
import { type BytePath, pathToBytes, pathToText } from "./byte-path.ts";
import type { TreeMode } from "./repository.ts";

/** One file's change. `content` is undefined where the file goes. */
export interface FileSwap {
  readonly path: BytePath;
  /** Whether the commit that is checked out has a file there. */
  readonly tracked: boolean;
  readonly content: { readonly mode: TreeMode; readonly bytes: Buffer } | undefined;
}

/** Takes back what was done. Throws when that fails. */
export type Undo = () => void;

/**
 * Throws kind `user`, code `file-in-the-way`, if a new file would replace one that git does not have, or lie behind a
 * link. `shown` names the work tree.
 */
export function checkSwaps(root: string, shown: string, swaps: readonly FileSwap[]): void {
  const goes = new Set(swaps.filter(({ tracked }) => tracked).map(({ path }) => path));
  for (const { path, tracked, content } of swaps) {
    if (content === undefined) continue;
    const parent = parentsOf(path).find((one) => !goes.has(one) && statOf(root, one)?.isDirectory() === false);
    if (parent !== undefined) throw inTheWay(shown, parent);
    const stats = statOf(root, path);
    if (!stats || (tracked && !stats.isDirectory())) continue;
    if (!stats.isDirectory() || !holdsOnly(root, path, goes)) throw inTheWay(shown, path);
  }
}

/** Does it. `aside` is an empty directory on the same file system. After a throw all files are as before. */
export function swapFiles(root: string, aside: string, swaps: readonly FileSwap[]): Undo {
  const undo: Undo[] = [];
  const back: Undo = () => {
    for (let step = undo.pop(); step; step = undo.pop()) step();
  };
  const news = swaps.map(({ content }, index) => writeAside(join(aside, `new-${index}`), content));
  try {
    for (const [index, { path, tracked }] of swaps.entries()) {
      const stats = tracked ? statOf(root, path) : undefined;
      // A directory is a submodule's work tree: not ours.
      if (!stats || stats.isDirectory()) continue;
      moveFile(at(root, path), Buffer.from(join(aside, `old-${index}`)), undo);
      removeEmpty(root, path, undo);
    }
    for (const [index, { path }] of swaps.entries()) {
      const file = news[index];
      if (file === undefined) continue;
      makeParents(root, path, undo);
      // A directory that held only files which have gone.
      if (statOf(root, path)?.isDirectory()) removeDirectory(at(root, path), undo);
      moveFile(Buffer.from(file), at(root, path), undo);
    }
  } catch (error) {
    back();
    throw error;
  }
  return back;
}

function writeAside(file: string, content: FileSwap["content"]): string | undefined {
  if (content === undefined || content.mode === "160000") return undefined;
  if (content.mode === "120000") symlinkSync(content.bytes, file);
  else {
    writeFileSync(file, content.bytes, { flag: "wx" });
    if (content.mode === "100755") chmodSync(file, lstatSync(file).mode | executable(lstatSync(file).mode));
  }
  return file;
}

/** Who may read may execute, as git does it: the user's umask counts. */
function executable(mode: number): number {
  return (mode & 0o444) >> 2;
}

function moveFile(from: Buffer, to: Buffer, undo: Undo[]): void {
  renameSync(from, to);
  undo.push(() => renameSync(to, from));
}

function makeParents(root: string, path: BytePath, undo: Undo[]): void {
  for (const parent of parentsOf(path)) {
    if (statOf(root, parent)) continue;
    const directory = at(root, parent);
    mkdirSync(directory);
    undo.push(() => rmdirSync(directory));
  }
}

/** Removes the directories above a file that went as far as they are empty, as git does. */
function removeEmpty(root: string, path: BytePath, undo: Undo[]): void {
  for (const parent of parentsOf(path).reverse()) {
    const directory = at(root, parent);
    if (readdirSync(directory).length > 0) return;
    removeDirectory(directory, undo);
  }
}

function removeDirectory(directory: Buffer, undo: Undo[]): void {
  const { mode } = lstatSync(directory);
  rmdirSync(directory);
  undo.push(() => mkdirSync(directory, { mode: mode & 0o7777 }));
}

/** Whether all that a directory holds goes with this change. */
function holdsOnly(root: string, path: BytePath, goes: ReadonlySet<BytePath>): boolean {
  return readdirSync(at(root, path), { encoding: "latin1", withFileTypes: true }).every((entry) => {
    const inner = `${path}/${entry.name}` as BytePath;
    return entry.isDirectory() ? holdsOnly(root, inner, goes) : goes.has(inner);
  });
}

function inTheWay(shown: string, path: BytePath): Error {
  return userError(
    "file-in-the-way",
    `'${pathToText(path)}' in '${shown}' is not under git's control and would be overwritten.`,
    { fix: "Move it away or remove it, and try again." },
  );
}

function parentsOf(path: BytePath): BytePath[] {
  const parts = path.split("/");
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join("/") as BytePath);
}

function statOf(root: string, path: BytePath): Stats | undefined {
  try {
    return lstatSync(at(root, path));
  } catch {
    return undefined;
  }
}

function at(root: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), pathToBytes(path)]);
}
