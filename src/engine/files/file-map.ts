// A tree as a map of paths, with its directories.
import type { BytePath } from "../../git/byte-path.ts";
import type { TreeFile } from "../../git/repository.ts";

/** The content of a file: its mode and blob. */
export type FileEntry = Pick<TreeFile, "mode" | "id">;

/** Files by path. */
export type FileMap = ReadonlyMap<BytePath, FileEntry>;

/** The map of a tree's files. */
export function toFileMap(files: readonly TreeFile[]): Map<BytePath, FileEntry> {
  return new Map(files.map(({ path, mode, id }) => [path, { mode, id }]));
}

/** The files of a map, for `Repository.writeTree`. */
export function toTreeFiles(map: FileMap): TreeFile[] {
  return [...map].map(([path, { mode, id }]) => ({ path, mode, id }));
}

/** The directories above a path, outermost first, without the root. */
export function directoriesOf(path: BytePath): BytePath[] {
  const result: BytePath[] = [];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    result.push(path.slice(0, slash) as BytePath);
  }
  return result;
}

/** All directories that hold files, without the root. */
export function directoriesIn(map: Iterable<BytePath>): Set<BytePath> {
  const result = new Set<BytePath>();
  for (const path of map) for (const directory of directoriesOf(path)) result.add(directory);
  return result;
}

/** A path below a directory; `""` is the root. */
export function joinPath(directory: string, name: string): BytePath {
  return (directory === "" ? name : name === "" ? directory : `${directory}/${name}`) as BytePath;
}

/** What changes from one map to the other. */
export interface FileChange {
  readonly path: BytePath;
  readonly change: "added" | "modified" | "deleted";
}

/** The changes from `before` to `after`, sorted by path. */
export function compareFiles(before: FileMap, after: FileMap): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, { id, mode }] of after) {
    const old = before.get(path);
    if (!old) changes.push({ path, change: "added" });
    else if (old.id !== id || old.mode !== mode) changes.push({ path, change: "modified" });
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, change: "deleted" });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}
