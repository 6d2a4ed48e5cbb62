// One change of a work tree, all or nothing: lock, check, files, objects, index, branch, and back again when a step fails.
import { copyFileSync, existsSync, lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TandemError, userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { pathToBytes } from "./byte-path.ts";
import type { JoinedStore } from "./joined-store.ts";
import { requireClean } from "./local-changes.ts";
import type { TreeFile } from "./repository.ts";
import { type GitSettings, runGit } from "./run-git.ts";
import { checkSwaps, type FileSwap, swapFiles } from "./swap-files.ts";
import { checkBranch } from "./validate.ts";
import type { Head, Move, WorkTree } from "./work-tree.ts";

interface Target {
  readonly path: string;
  readonly shown: string;
  /** Absolute path of the index file. */
  readonly index: string;
  readonly settings: GitSettings;
  readonly withoutFilters: readonly string[];
  readonly tree: WorkTree;
}

interface Change {
  readonly store: JoinedStore;
  readonly tree: Sha;
  readonly expected: Head;
  /** Undefined: the files change, and nothing else. */
  readonly move: Move | undefined;
}

/** A file that changes, as index and work tree need it. */
type Difference = Omit<FileSwap, "content"> & { readonly file: TreeFile | undefined };

/** Files of a merge or pick that the user has not finished. */
const UNFINISHED = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];

/** Performs the change. Errors as `WorkTree.move` and `leave`. */
export async function changeWorkTree(target: Target, change: Change): Promise<void> {
  target.settings.signal?.throwIfAborted();
  // From here on nobody interrupts: what has begun is finished or taken back.
  const settled: Target = { ...target, settings: { ...target.settings, signal: undefined } };
  const lock = `${target.index}.lock`;
  takeLock(lock, target.shown);
  let aside: string | undefined;
  try {
    await checkState(settled, change.expected);
    const differences = await findDifferences(change);
    const swaps = await withContents(differences, change.store);
    checkSwaps(target.path, target.shown, swaps);
    if (change.move) await bring(settled, change.move);
    aside = makeAside(target);
    const undo = swap(target, aside, swaps);
    try {
      if (change.move) await commitMove(settled, { differences, aside, lock, move: change.move });
    } catch (error) {
      undo();
      throw error;
    }
  } finally {
    if (aside !== undefined) rmSync(aside, { recursive: true, force: true });
    rmSync(lock, { force: true });
  }
}

function swap({ path, shown }: Target, aside: string, swaps: readonly FileSwap[]): () => void {
  try {
    return swapFiles(path, aside, swaps);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TandemError("environment", `The files of '${shown}' cannot be changed: ${reason}`, {
      code: "work-tree-unwritable",
      fix: "Check permissions, free space and the names of the files. Nothing was changed.",
      cause,
    });
  }
}

/** The lock that git itself takes: no git command changes the index meanwhile. */
function takeLock(lock: string, shown: string): void {
  try {
    writeFileSync(lock, "", { flag: "wx" });
  } catch (cause) {
    throw userError("work-tree-locked", `'${shown}' cannot be changed: ${lock} exists or cannot be made.`, {
      fix: "Wait for the other git command. If there is none, remove the file.",
      cause,
    });
  }
}

async function checkState({ tree, shown, settings }: Target, expected: Head): Promise<void> {
  const unfinished = UNFINISHED.find((name) => existsSync(join(settings.directory, name)));
  if (unfinished) {
    throw userError("merge-unfinished", `'${shown}' has an unfinished merge, cherry-pick or revert (${unfinished}).`, {
      fix: "Finish or abort it.",
    });
  }
  const head = await tree.head();
  if (head.commit !== expected.commit || head.branch !== expected.branch) {
    throw userError("head-moved", `'${shown}' was changed by somebody else meanwhile.`, { fix: "Try again." });
  }
  requireClean(await tree.changes(), shown);
}

async function findDifferences({ store, expected, ...change }: Change): Promise<Difference[]> {
  // The store sees the commit too, and has read it already.
  const [before, after] = await Promise.all([
    store.repository.readTree(expected.commit),
    store.repository.readTree(change.tree),
  ]);
  const old = new Map(before.map((file) => [file.path, file]));
  const differences: Difference[] = [];
  for (const file of after) {
    const was = old.get(file.path);
    old.delete(file.path);
    if (was?.id !== file.id || was.mode !== file.mode)
      differences.push({ path: file.path, tracked: was !== undefined, file });
  }
  // What goes stands first: a file may make room for a directory of its name.
  const gone: Difference[] = [...old.keys()].map((path) => ({ path, tracked: true, file: undefined }));
  return [...gone, ...differences];
}

async function withContents(differences: readonly Difference[], { repository }: JoinedStore): Promise<FileSwap[]> {
  const ids = differences.flatMap(({ file }) => (file && file.mode !== "160000" ? [file.id] : []));
  const contents = await repository.readBlobs(ids);
  const byId = new Map(ids.map((id, index) => [id, contents[index] ?? Buffer.alloc(0)]));
  return differences.map(({ path, tracked, file }) => ({
    path,
    tracked,
    content: file && { mode: file.mode, bytes: byId.get(file.id) ?? Buffer.alloc(0) },
  }));
}

/** Brings the new objects into the repository, as a pack or, when there are few, as files. */
async function bring({ settings }: Target, { store, commit, expected }: Move): Promise<void> {
  const pack = await store.pack(commit, [expected.commit]);
  const objects = pack.readUInt32BE(8);
  const args = objects > 50 ? ["index-pack", "--stdin", "--strict"] : ["unpack-objects", "-q", "--strict"];
  await runGit(settings, args, { input: pack });
}

/** A directory beside the files, on their file system, so that moving them is one step each. */
function makeAside({ path, settings }: Target): string {
  const sameDevice = lstatSync(path).dev === lstatSync(settings.directory).dev;
  return mkdtempSync(join(sameDevice ? settings.directory : path, ".tandem-"));
}

interface MoveStep {
  readonly differences: readonly Difference[];
  readonly aside: string;
  readonly lock: string;
  readonly move: Move;
}

/** Index, then refs, then the index into place: the last step is one rename. */
async function commitMove(target: Target, { differences, aside, lock, move }: MoveStep): Promise<void> {
  const index = join(aside, "index");
  await makeIndex(target, index, differences);
  copyFileSync(index, lock);
  const undo = await moveRefs(target, move);
  try {
    renameSync(lock, target.index);
  } catch (error) {
    await undo();
    throw error;
  }
}

async function makeIndex(
  { index, path, settings, withoutFilters }: Target,
  file: string,
  differences: readonly Difference[],
) {
  if (existsSync(index)) copyFileSync(index, file);
  const environment = { GIT_WORK_TREE: path, GIT_INDEX_FILE: file };
  const config = ["core.splitIndex=false", ...withoutFilters];
  const input = Buffer.concat(differences.map(indexLine));
  await runGit(settings, ["update-index", "-z", "--index-info"], { environment, config, input });
  // So that git need not look at the new files again.
  await runGit(settings, ["update-index", "-q", "--refresh"], { environment, config });
}

function indexLine({ path, file }: Difference): Buffer {
  const head = file ? `${file.mode} ${file.id} 0\t` : `0 ${"0".repeat(40)} 0\t`;
  return Buffer.concat([Buffer.from(head), pathToBytes(path), Buffer.of(0)]);
}

async function moveRefs({ settings }: Target, move: Move): Promise<() => Promise<void>> {
  const { commit, expected, reflog, committer } = move;
  const [seconds = "0", zone = "+0000"] = committer.date.split(" ");
  const environment = {
    GIT_COMMITTER_NAME: committer.name || "tandem",
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: `@${seconds} ${zone}`,
  };
  const git = (...args: string[]) => runGit(settings, args, { environment });
  const set = (ref: string, value: string, old: string) => git("update-ref", "-m", reflog, ref, value, old);
  if (move.branch === undefined) {
    await set("HEAD", commit, expected.commit);
    return async () => void (await set("HEAD", expected.commit, commit));
  }
  const ref = `refs/heads/${checkBranch(move.branch)}`;
  const zero = "0".repeat(40);
  const was = await runGit(settings, ["for-each-ref", "--format=%(objectname)", ref]);
  const old = was.toString("latin1").trim() || zero;
  await set(ref, commit, old);
  const undo = async () => void (await (old === zero ? git("update-ref", "-d", ref, commit) : set(ref, old, commit)));
  try {
    await git("symbolic-ref", "-m", reflog, "HEAD", ref);
  } catch (error) {
    await undo();
    throw error;
  }
  return async () => {
    if (expected.branch === undefined) await git("update-ref", "--no-deref", "HEAD", expected.commit);
    else await git("symbolic-ref", "HEAD", expected.branch);
    await undo();
  };
}
