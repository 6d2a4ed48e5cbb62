// Trees, files and diffs of a repository, as the API and the pages show them.
import type { BareRepository } from "./bare-repository.ts";
import { readLooseFile } from "./loose-objects.ts";
import { runGit } from "./run-git.ts";

const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly id: string;
  readonly path: string;
}

/** One file's change. */
export interface FileChange {
  readonly oldPath: string;
  readonly newPath: string;
  readonly oldMode: string;
  readonly newMode: string;
  /** A (added), D (deleted), M (modified), R (renamed), T (type). */
  readonly letter: string;
  /** Hunks without git's header lines. */
  readonly diff: string;
}

/** Entries below a folder of a commit; undefined when there is no such folder. */
export async function readTree(
  repository: BareRepository,
  commit: string,
  options: { readonly path: string; readonly recursive: boolean },
): Promise<readonly TreeEntry[] | undefined> {
  const spec = `${commit}:${options.path}`;
  const args = ["ls-tree", "-z", ...(options.recursive ? ["-r", "-t"] : []), "--end-of-options", spec];
  const { code, stdout } = await runGit(repository.dir, args, { okCodes: [0, 1, 128] });
  if (code !== 0) return undefined;
  const lines = stdout.toString("utf8").split("\0").filter(Boolean);
  return lines.map((line) => {
    const [meta = "", path = ""] = line.split("\t");
    const [mode = "", type = "", id = ""] = meta.split(" ");
    const full = options.path === "" ? path : `${options.path}/${path}`;
    return { mode, type: type as TreeEntry["type"], id, path: full };
  });
}

/** Bytes and id of a file of a commit; undefined when there is no such file. */
export async function readFile(
  repository: BareRepository,
  commit: string,
  path: string,
): Promise<{ readonly id: string; readonly bytes: Buffer } | undefined> {
  const tree = (await repository.commit(commit))?.tree;
  const loose = tree === undefined ? undefined : await readLooseFile(repository.dir, tree, path);
  if (loose !== undefined) return loose;
  const { stdout } = await runGit(repository.dir, ["cat-file", "--batch"], { input: `${commit}:${path}\n` });
  const end = stdout.indexOf(10);
  const [id = "", type = "", size = ""] = stdout.subarray(0, end).toString("utf8").split(" ");
  if (type !== "blob") return undefined;
  return { id, bytes: stdout.subarray(end + 1, end + 1 + Number(size)) };
}

const diffs = new WeakMap<BareRepository, Map<string, Promise<readonly FileChange[]>>>();

/** Changes between two commits; without a base all of the head's tree is new. Remembered, since commits never change. */
export function readDiff(
  repository: BareRepository,
  base: string | undefined,
  head: string,
): Promise<readonly FileChange[]> {
  const known = diffs.get(repository) ?? new Map<string, Promise<readonly FileChange[]>>();
  diffs.set(repository, known);
  const key = `${base} ${head}`;
  const diff = known.get(key) ?? computeDiff(repository, base, head);
  known.set(key, diff);
  return diff;
}

async function computeDiff(
  repository: BareRepository,
  base: string | undefined,
  head: string,
): Promise<readonly FileChange[]> {
  const range = [base ?? EMPTY_TREE, head];
  // Entries that end with NUL, one NUL more, and the patch.
  const args = ["diff-tree", "-r", "-M", "--raw", "-z", "-p", "--no-color"];
  const { stdout } = await runGit(repository.dir, [...args, ...range]);
  const end = stdout.indexOf("\0\0");
  if (end === -1) return [];
  const patches = stdout
    .toString("utf8", end + 2)
    .split(/^(?=diff --git )/m)
    .filter(Boolean);
  return parseRaw(stdout.toString("utf8", 0, end + 1)).map((change, index) => ({
    ...change,
    diff: hunks(patches[index]),
  }));
}

function parseRaw(raw: string): readonly Omit<FileChange, "diff">[] {
  const fields = raw.split("\0");
  const changes: Omit<FileChange, "diff">[] = [];
  for (let index = 0; index + 1 < fields.length; ) {
    const [oldMode = "", newMode = "", , , status = ""] = (fields[index] ?? "").slice(1).split(" ");
    const letter = status.slice(0, 1);
    const paths = letter === "R" || letter === "C" ? 2 : 1;
    const oldPath = fields[index + 1] ?? "";
    changes.push({ oldPath, newPath: fields[index + paths] ?? "", oldMode, newMode, letter });
    index += 1 + paths;
  }
  return changes;
}

function hunks(patch = ""): string {
  const start = patch.search(/^@@ /m);
  return start === -1 ? "" : patch.slice(start);
}
