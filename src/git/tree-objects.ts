// Trees between git's nested objects and the flat list of files that Tandem works with.
import { userError } from "../model/errors.ts";
import { parseSha } from "../model/ids.ts";
import { type BytePath, pathFromBytes, pathToText } from "./byte-path.ts";
import { type NewObject, objectId } from "./object-pack.ts";
import type { TreeFile, TreeMode } from "./repository.ts";

const MODES = new Set<string>(["100644", "100755", "120000", "160000"]);

/** Reads `git ls-tree -r -z --full-tree`. Old histories hold modes like 100664: these are plain files. */
export function parseTree(output: Buffer): TreeFile[] {
  const files: TreeFile[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    const tab = output.indexOf(9, start);
    const [mode = "", , id = ""] = output.toString("latin1", start, tab).split(" ");
    const sha = parseSha(id);
    if (sha) files.push({ mode: treeMode(mode), id: sha, path: pathFromBytes(output.subarray(tab + 1, end)) });
    start = end + 1;
  }
  return files;
}

function treeMode(text: string): TreeMode {
  if (MODES.has(text)) return text as TreeMode;
  return (Number.parseInt(text, 8) & 0o100) !== 0 ? "100755" : "100644";
}

interface Folder {
  readonly files: Map<string, TreeFile>;
  readonly folders: Map<string, Folder>;
}

/**
 * The tree objects that hold exactly these files, children before parents; the last one is the root.
 * Throws kind `user`, code `path-refused` for a path that git must not hold or that stands twice.
 */
export function treeObjects(files: readonly TreeFile[]): NewObject[] {
  const root: Folder = { files: new Map(), folders: new Map() };
  for (const file of files) addFile(root, file);
  const objects: NewObject[] = [];
  addFolder(root, objects);
  return objects;
}

function addFile(root: Folder, file: TreeFile): void {
  const parts = file.path.split("/");
  const name = parts.pop() ?? "";
  let folder = root;
  for (const part of parts) {
    checkName(part, file.path);
    if (folder.files.has(part)) throw refused(file.path, "is below a file");
    const next = folder.folders.get(part) ?? { files: new Map(), folders: new Map() };
    folder.folders.set(part, next);
    folder = next;
  }
  checkName(name, file.path);
  if (folder.files.has(name) || folder.folders.has(name)) throw refused(file.path, "stands twice in the tree");
  folder.files.set(name, file);
}

function addFolder(folder: Folder, objects: NewObject[]): Buffer {
  // Git sorts a directory as if its name ended with a slash.
  const entries: { key: string; mode: string; name: string; id: Buffer }[] = [];
  for (const [name, { mode, id }] of folder.files) entries.push({ key: name, mode, name, id: Buffer.from(id, "hex") });
  for (const [name, child] of folder.folders) {
    entries.push({ key: `${name}/`, mode: "40000", name, id: addFolder(child, objects) });
  }
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  const content = Buffer.concat(
    entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`, "latin1"), id]),
  );
  const object: NewObject = { type: "tree", content };
  objects.push(object);
  return Buffer.from(objectId(object), "hex");
}

// Names that would leave the directory or touch the repository itself when somebody checks the tree out.
function checkName(name: string, path: BytePath): void {
  if (name === "" || name === "." || name === ".." || name.includes("\0")) throw refused(path, "is no path");
  if (/^(?:\.git|git~1)$/i.test(name.replace(/[. ]+$/, "")))
    throw refused(path, "is a path inside of git's own directory");
}

function refused(path: BytePath, why: string) {
  return userError("path-refused", `The path '${pathToText(path)}' cannot be stored: it ${why}.`, {
    fix: "Rename or remove the file.",
  });
}
