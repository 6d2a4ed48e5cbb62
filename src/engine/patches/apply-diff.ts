// Applies diffs to files in memory, to the byte. For a few files at a time: git does the rest.
import type { FileDiff, Hunk } from "./parse-diff.ts";

/** A file; bytes are Latin-1 characters. */
export interface MemoryFile {
  readonly mode: string;
  /** Undefined: not read, because it cannot be a text that a diff changes. */
  readonly content: string | undefined;
}

/** Comparisons of lines for one patch file; a text on which more are needed counts as one that does not fit. */
const MAX_COMPARISONS = 2_000_000;

/** The files behind the diffs, or undefined when one of them does not fit. Only files that are in the map can be changed. */
export function applyDiffs(
  files: ReadonlyMap<string, MemoryFile | undefined>,
  diffs: readonly FileDiff[],
): ReadonlyMap<string, MemoryFile | undefined> | undefined {
  const result = new Map(files);
  const budget = { left: MAX_COMPARISONS };
  for (const diff of diffs) if (!applyDiff(result, diff, budget)) return undefined;
  return result;
}

interface Budget {
  left: number;
}

function applyDiff(files: Map<string, MemoryFile | undefined>, diff: FileDiff, budget: Budget): boolean {
  const { from, to, isCopy, mode, hunks } = diff;
  const old = from === undefined ? { mode: "100644", content: "" } : files.get(from);
  if (!old || !isFree(files, diff)) return false;
  const content = hunks.length === 0 ? old.content : applyHunks(old.content, hunks, budget);
  if (content === undefined && hunks.length > 0) return false;
  if (to === undefined && content !== "") return false;
  if (from !== undefined && !isCopy) files.set(from, undefined);
  if (to !== undefined) files.set(to, { mode: mode ?? old.mode, content });
  return true;
}

/** Whether the target is a file that may change, and what is new does not replace what is there. */
function isFree(files: ReadonlyMap<string, MemoryFile | undefined>, { from, to }: FileDiff): boolean {
  return to === undefined || (files.has(to) && (to === from || !files.get(to)));
}

function applyHunks(content: string | undefined, hunks: readonly Hunk[], budget: Budget): string | undefined {
  if (content === undefined) return undefined;
  const lines = content === "" ? [] : content.split(/(?<=\n)/);
  const result: string[] = [];
  let done = 0;
  let moved = 0;
  for (const { line, before, after } of hunks) {
    const at = findLines(lines, before, { from: done, near: line + moved }, budget);
    if (at === undefined) return undefined;
    for (let index = done; index < at; index++) result.push(lines[index] ?? "");
    for (const text of after) result.push(text);
    done = at + before.length;
    moved = at - line;
  }
  return [...result, ...lines.slice(done)].join("");
}

/** The nearest place at which the lines stand. */
function findLines(
  lines: readonly string[],
  wanted: readonly string[],
  { from, near }: { readonly from: number; readonly near: number },
  budget: Budget,
): number | undefined {
  const last = lines.length - wanted.length;
  const farthest = Math.max(near - from, last - near);
  for (let distance = 0; distance <= farthest; distance++) {
    const found = [near - distance, near + distance].find(
      (at) => at >= from && at <= last && standsAt(lines, wanted, at, budget),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function standsAt(lines: readonly string[], wanted: readonly string[], at: number, budget: Budget): boolean {
  const differing = wanted.findIndex((line, index) => line !== lines[at + index]);
  budget.left -= differing < 0 ? wanted.length + 1 : differing + 1;
  return differing < 0 && budget.left >= 0;
}
