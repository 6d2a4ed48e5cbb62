// `files_to_sync` on trees: what `rsync --archive [--delete] [--filter]… [--mkpath] --ignore-missing-args SRC… DEST` does,
// one item after the other (engine.md 4.1, 4.2). Content decides, nothing touches a disk.

import { type BytePath, pathToText } from "../../git/byte-path.ts";
import { type TandemError, userError } from "../../model/errors.ts";
import { createEffort, type Effort } from "../effort.ts";
import { checkedPath } from "./checked-path.ts";
import { directoriesIn, directoriesOf, type FileEntry, type FileMap, joinPath } from "./file-map.ts";
import { type FilterRule, parseFilters } from "./filter-rule.ts";
import { expandGlob } from "./glob.ts";

/** One item of `files_to_sync`. */
export interface SyncItem {
  readonly src: readonly string[];
  readonly dest: string;
  readonly mkpath: boolean;
  readonly delete: boolean;
  readonly filters: readonly string[];
}

/** The result of all items. */
export interface SyncedFiles {
  readonly files: Map<BytePath, FileEntry>;
  /** The paths in dist-git that were copied from source-git, changed or not. */
  readonly written: ReadonlySet<BytePath>;
}

/** What else counts. */
export interface SyncOptions {
  /** Files of source-git that no item may send. */
  readonly skip?: (sourcePath: BytePath) => boolean;
  /** Counts the work. Default: as much as holds nobody up. */
  readonly effort?: Effort;
}

/**
 * Applies the items to dist-git's files. Throws kind `user`: `path-illegal`, `filter-invalid`, `submodule-refused`,
 * `sync-impossible` where rsync would fail, and `sync-too-complex`.
 */
export function syncFiles(
  source: FileMap,
  dist: FileMap,
  items: readonly SyncItem[],
  options: SyncOptions = {},
): SyncedFiles {
  const files = new Map(dist);
  const written = new Set<BytePath>();
  const directories = directoriesIn(source.keys());
  const effort = options.effort ?? createEffort(MAX_STEPS, syncTooComplex);
  for (const item of items) {
    const rules = parseFilters(item.filters, effort);
    const sent = sendFiles({ source, directories, effort }, item, rules, options);
    effort.spend(PLACING * files.size);
    const target = placeFiles(sent, files, item);
    if (item.delete) deleteFiles(target, files, rules);
    const inTheWay = directoriesIn(files.keys());
    for (const [path, { file }] of target.files) {
      if (inTheWay.has(path)) throw directoryInTheWay(path, item);
      for (const directory of directoriesOf(path)) files.delete(directory);
      files.set(path, file);
      written.add(path);
    }
  }
  return { files, written };
}

/** Characters and files that are looked at: some ten seconds. A kernel's tree with twenty filters needs a tenth. */
const MAX_STEPS = 100_000_000;
/** For each file of dist-git its directories are found several times. */
const PLACING = 10;

interface Source {
  readonly source: FileMap;
  readonly directories: ReadonlySet<BytePath>;
  readonly effort: Effort;
}

/** What is sent: names relative to the transfer's root. `""` is the directory whose contents were named. */
interface Transfer {
  readonly files: Map<BytePath, FileEntry>;
  readonly directories: Set<BytePath | "">;
}

function sendFiles(tree: Source, item: SyncItem, rules: readonly FilterRule[], options: SyncOptions): Transfer {
  const transfer: Transfer = { files: new Map(), directories: new Set() };
  const everything = () => [...tree.source.keys(), ...tree.directories];
  for (const src of item.src) {
    const { path, trailingSlash } = checkedPath(src, "src");
    const exists = (name: BytePath) => name === "" || tree.source.has(name) || tree.directories.has(name);
    for (const found of path === "" ? [path] : expandGlob(path, exists, everything, tree.effort)) {
      sendOne(tree, { path: found, contents: trailingSlash || found === "" }, { rules, options, transfer });
    }
  }
  // Of a file and a directory with one name, rsync sends the directory.
  for (const name of transfer.files.keys()) if (transfer.directories.has(name)) transfer.files.delete(name);
  return transfer;
}

interface Sending {
  readonly rules: readonly FilterRule[];
  readonly options: SyncOptions;
  readonly transfer: Transfer;
}

function sendOne(tree: Source, from: { path: BytePath; contents: boolean }, sending: Sending): void {
  const { rules, options, transfer } = sending;
  const base = from.path.slice(from.path.lastIndexOf("/") + 1) as BytePath;
  const file = from.contents ? undefined : tree.source.get(from.path);
  if (file?.mode === "160000") throw submodule(from.path);
  if (file) {
    if (isSent(base, rules) && !options.skip?.(from.path)) keepFirst(transfer.files, base, file);
    return;
  }
  if (from.path !== "" && !tree.directories.has(from.path)) return;
  const root = from.contents ? "" : base;
  if (root !== "" && excluded(root, true, rules, "sender")) return;
  transfer.directories.add(root);
  tree.effort.spend(tree.source.size);
  sendBelow(tree.source, { path: from.path, root }, sending);
}

function sendBelow(
  source: FileMap,
  from: { path: BytePath; root: string },
  { rules, options, transfer }: Sending,
): void {
  const prefix = from.path === "" ? "" : `${from.path}/`;
  for (const [path, entry] of source) {
    if (!path.startsWith(prefix) || options.skip?.(path)) continue;
    if (entry.mode === "160000") {
      // One of upstream is an empty directory until somebody fills it; one among the packaging was meant to go there.
      if (path.startsWith(".distro/")) throw submodule(path);
      continue;
    }
    const name = joinPath(from.root, path.slice(prefix.length));
    if (!isSent(name, rules)) continue;
    keepFirst(transfer.files, name, entry);
    for (const directory of directoriesOf(name)) transfer.directories.add(directory);
  }
}

function keepFirst(files: Map<BytePath, FileEntry>, path: BytePath, entry: FileEntry): void {
  if (!files.has(path)) files.set(path, entry);
}

/** Neither the file nor a directory above it is hidden. */
function isSent(path: BytePath, rules: readonly FilterRule[]): boolean {
  if (rules.length === 0) return true;
  return (
    !excluded(path, false, rules, "sender") &&
    !directoriesOf(path).some((directory) => excluded(directory, true, rules, "sender"))
  );
}

function excluded(
  path: BytePath,
  isDirectory: boolean,
  rules: readonly FilterRule[],
  side: "sender" | "receiver",
): boolean {
  return rules.find((rule) => rule[side] && rule.matches(path, isDirectory))?.action === "exclude";
}

/** Where the sent files come to stand in dist-git. */
interface Placed {
  readonly files: Map<BytePath, { readonly file: FileEntry }>;
  /** Directory of dist-git in which the transfer's root is; undefined when a single file gets a new name. */
  readonly root: string | undefined;
  readonly directories: ReadonlySet<BytePath | "">;
}

function placeFiles(sent: Transfer, files: FileMap, item: SyncItem): Placed {
  const { path: dest, trailingSlash } = checkedPath(item.dest, "dest");
  const count = sent.files.size + sent.directories.size;
  const none: Placed = { files: new Map(), root: undefined, directories: new Set() };
  if (count === 0) return none;
  const existing = directoriesIn(files.keys());
  const isDirectory = dest === "" || existing.has(dest);
  if (!isDirectory && files.has(dest) && (count > 1 || sent.directories.size > 0)) {
    throw impossible(item, `'${pathToText(dest)}' is a file in dist-git, but a directory is needed`);
  }
  if (!isDirectory) checkParent(dest, existing, item);
  if (!isDirectory && count === 1 && sent.directories.size === 0 && !trailingSlash) {
    return { ...none, files: new Map([...sent.files.values()].map((file) => [dest, { file }])) };
  }
  const placed = [...sent.files].map(([name, file]) => [joinPath(dest, name), { file }] as const);
  return { files: new Map(placed), root: dest, directories: sent.directories };
}

function checkParent(dest: BytePath, existing: ReadonlySet<BytePath>, item: SyncItem): void {
  const parent = directoriesOf(dest).at(-1);
  if (item.mkpath || parent === undefined || existing.has(parent)) return;
  throw impossible(item, `the directory '${pathToText(parent)}' does not exist in dist-git`);
}

/** Deletes what the sent directories do not have, unless a rule protects it. */
function deleteFiles(
  { root, directories, files: placed }: Placed,
  files: Map<BytePath, FileEntry>,
  rules: readonly FilterRule[],
) {
  if (root === undefined) return;
  const prefix = root === "" ? "" : `${root}/`;
  for (const path of [...files.keys()]) {
    if (!path.startsWith(prefix) || placed.has(path)) continue;
    const name = path.slice(prefix.length) as BytePath;
    if (isDeletable(name, directories, rules)) files.delete(path);
  }
}

function isDeletable(name: BytePath, sent: ReadonlySet<BytePath | "">, rules: readonly FilterRule[]): boolean {
  const above = directoriesOf(name);
  // Only what lies in a directory that was sent is looked at; below it everything that is too much goes.
  const parent = above.at(-1) ?? "";
  if (!sent.has(parent) && ![...above, "" as const].some((directory) => sent.has(directory))) return false;
  if (excluded(name, false, rules, "receiver")) return false;
  // A protected directory is not entered, unless it was sent itself.
  return !above.some((directory) => !sent.has(directory) && excluded(directory, true, rules, "receiver"));
}

/** The error for work that would hold others up. */
export function syncTooComplex(): TandemError {
  return userError("sync-too-complex", "files_to_sync asks to compare too many files with too many patterns.", {
    fix: "Use fewer and simpler patterns in .distro/source-git.yaml, and name directories instead of single files.",
  });
}

function submodule(path: BytePath) {
  return userError("submodule-refused", `'${pathToText(path)}' is a submodule; dist-git gets files only.`, {
    fix: "Commit its files instead, or leave it out of files_to_sync in .distro/source-git.yaml.",
  });
}

function directoryInTheWay(path: BytePath, item: SyncItem) {
  return impossible(item, `'${pathToText(path)}' is a directory with files in dist-git that have to stay`);
}

function impossible(item: SyncItem, why: string) {
  return userError(
    "sync-impossible",
    `files_to_sync cannot copy '${item.src.join("', '")}' to '${item.dest}': ${why}.`,
    {
      fix: "Change 'dest', or set 'mkpath: true' or 'delete: true', in .distro/source-git.yaml.",
    },
  );
}
