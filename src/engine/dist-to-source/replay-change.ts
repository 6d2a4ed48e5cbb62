// Reproduces one change of dist-git's files on other files (engine.md 6.4, D21).
import { type BytePath, pathToText } from "../../git/byte-path.ts";
import type { Repository } from "../../git/repository.ts";
import { type FileEntry, joinPath } from "../files/file-map.ts";
import { mergeContents, type ThreeWay } from "./merge-lines.ts";
import { isSameSpec, mergeSpec, type SpecRules } from "./merge-spec.ts";

/** What happened to one file in dist-git; undefined: it did not exist. */
export interface FileEdit {
  readonly path: BytePath;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

/** Where a change is reproduced. */
export interface ReplayTarget {
  readonly repository: Repository;
  /** The files; they are changed in place. */
  readonly files: Map<BytePath, FileEntry>;
  /** Directory that stands for dist-git's root; `""` is the root. */
  readonly directory: string;
  /** Dist-git's spec, if its Patch lines do not belong to the files. */
  readonly specPath: BytePath | undefined;
  readonly specRules: SpecRules;
  readonly maxReadBytes: number;
}

/** What could not be reproduced as it is. */
export interface ReplayResult {
  /** Sentences without a full stop, one for each file that both sides changed. */
  readonly conflicts: readonly string[];
  /** Files that were left alone on purpose. */
  readonly left: readonly string[];
}

/** Reproduces the edits. After a conflict the files are in no state to use. */
export async function replayChange(target: ReplayTarget, edits: readonly FileEdit[]): Promise<ReplayResult> {
  const conflicts: string[] = [];
  const left: string[] = [];
  for (const edit of followRenames(target, edits)) {
    const path = joinPath(target.directory, edit.path);
    const outcome = await replayFile(target, edit, target.files.get(path));
    if (outcome === "left") left.push(pathToText(path));
    else if ("conflict" in outcome) conflicts.push(`'${pathToText(path)}' ${outcome.conflict}`);
    else if (outcome.entry) target.files.set(path, outcome.entry);
    else target.files.delete(path);
  }
  return { conflicts, left };
}

type Outcome = { readonly entry: FileEntry | undefined } | { readonly conflict: string } | "left";

async function replayFile(target: ReplayTarget, edit: FileEdit, ours: FileEntry | undefined): Promise<Outcome> {
  const { before, after, path } = edit;
  if (same(ours, after) || same(before, after)) return { entry: ours };
  if (same(ours, before)) return { entry: after };
  if (!ours) return isGitFile(path) ? "left" : { conflict: "was changed in dist-git, but source-git does not have it" };
  if (!before) return { conflict: "is new in dist-git, but source-git has another file of this name" };
  if (!after) return await replayDeletion(target, path, { before, ours });
  const mode = after.mode === before.mode ? ours.mode : ours.mode === before.mode ? after.mode : undefined;
  if (mode === undefined && ours.mode !== after.mode) return { conflict: "has another mode on both sides" };
  const id = await mergeIds(target, path, { base: before, ours, theirs: after });
  return id ? { entry: { mode: mode ?? ours.mode, id } } : { conflict: "was changed on both sides" };
}

async function replayDeletion(
  target: ReplayTarget,
  path: BytePath,
  { before, ours }: { readonly before: FileEntry; readonly ours: FileEntry },
): Promise<Outcome> {
  const conflict = { conflict: "was deleted in dist-git, but source-git has changed it" };
  if (path !== target.specPath) return conflict;
  const [old, own] = await target.repository.readBlobs([before.id, ours.id], { maxBytes: target.maxReadBytes });
  return old && own && isSameSpec(own, old) ? { entry: undefined } : conflict;
}

async function mergeIds(target: ReplayTarget, path: BytePath, { base, ours, theirs }: ThreeWay<FileEntry>) {
  if (theirs.id === base.id || theirs.id === ours.id) return ours.id;
  if (ours.id === base.id) return theirs.id;
  if ([base, ours, theirs].some(({ mode }) => mode !== "100644" && mode !== "100755")) return undefined;
  const contents = await target.repository.readBlobs([base.id, ours.id, theirs.id], { maxBytes: target.maxReadBytes });
  const [before = Buffer.alloc(0), own = Buffer.alloc(0), after = Buffer.alloc(0)] = contents;
  const sides = { base: before, ours: own, theirs: after };
  const merged = path === target.specPath ? mergeSpec(sides, target.specRules) : mergeContents(sides);
  return merged && (await target.repository.writeBlobs([merged]))[0];
}

/** A file that only moved takes along what source-git has made of it. */
function followRenames({ files, directory }: ReplayTarget, edits: readonly FileEdit[]): readonly FileEdit[] {
  const result = [...edits];
  for (const [index, edit] of edits.entries()) {
    const ours = files.get(joinPath(directory, edit.path));
    if (edit.after || !edit.before || !ours || same(ours, edit.before)) continue;
    const { id } = edit.before;
    const to = result.findIndex(({ before, after }) => !before && after?.id === id);
    const target = result[to];
    if (!target?.after || files.has(joinPath(directory, target.path))) continue;
    result[index] = { ...edit, before: ours };
    result[to] = { ...target, after: { mode: target.after.mode, id: ours.id } };
  }
  return result;
}

/** Git's own files, which `init` leaves in dist-git. */
function isGitFile(path: BytePath): boolean {
  return path.split("/").some((name) => name.startsWith(".git"));
}

function same(one: FileEntry | undefined, other: FileEntry | undefined): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}
