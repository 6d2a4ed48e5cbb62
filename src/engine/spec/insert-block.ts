// Inserts the lines of one patch into a parsed spec. The result is what parsing the new text would give, without doing it:
// a spec with hundreds of patches is parsed once.
import { commentAbove, numberPatches, type PatchEntry, type Spec, type Tag, type Unnumbered } from "./parse-spec.ts";

/** The lines of a patch. */
export interface PatchBlock {
  readonly comment: readonly string[];
  readonly location: string;
  /** Undefined for an entry of `%patchlist`. */
  readonly tag?: Pick<Tag, "name" | "separator">;
}

/** Inserts the block at a line. New lines end as the line above does, and stand before the nothing behind a final newline. */
export function insertBlock(spec: Spec, line: number, block: PatchBlock): Spec {
  const at = line === spec.lines.length && spec.lines.at(-1) === "" ? line - 1 : line;
  const above = spec.lines[at - 1] ?? spec.lines[at] ?? "";
  const ending = above.endsWith("\r") ? "\r" : "";
  const head = block.tag ? `${block.tag.name}${block.tag.separator}` : "";
  const added = [...block.comment, `${head}${block.location}`].map((text) => text + ending);
  const shift = (index: number) => (index >= at ? index + added.length : index);
  const lines = spec.lines.toSpliced(at, 0, ...added);
  const own = at + added.length - 1;
  const tag = block.tag && { ...block.tag, line: own, value: block.location };
  const entry: Unnumbered = { line: own, commentStart: commentAbove(lines, own), location: block.location, tag };
  const patches = inOrder([...spec.patches.map((patch) => movedPatch(patch, at, added.length)), entry]);
  const tags = spec.tags.map((other) => moved(other, at, added.length));
  return {
    lines,
    preambleEnd: at <= spec.preambleEnd ? spec.preambleEnd + added.length : spec.preambleEnd,
    tags: tag ? byLine([...tags, tag]) : tags,
    sections: spec.sections.map(({ name, header, end }) => ({ name, header: shift(header), end: shift(end) })),
    patches: numberFrom(patches, patches.indexOf(entry)),
    taken: spec.taken,
    depth: spec.depth.toSpliced(at, 0, ...added.map(() => spec.depth[at] ?? 0)),
    inMacro: spec.inMacro.toSpliced(at, 0, ...added.map(() => false)),
  };
}

// What stands above keeps its object: a spec gets hundreds of patches, each behind the others.
function moved<T extends { readonly line: number }>(entry: T, at: number, by: number): T {
  return entry.line < at ? entry : { ...entry, line: entry.line + by };
}

function movedPatch(patch: PatchEntry, at: number, by: number): PatchEntry {
  if (patch.line < at) return patch;
  const commentStart = patch.commentStart < at ? patch.commentStart : patch.commentStart + by;
  return { ...moved(patch, at, by), commentStart, tag: patch.tag && moved(patch.tag, at, by) };
}

/** Numbers the entries from a place on; those before have their numbers. */
function numberFrom(entries: readonly (Unnumbered | PatchEntry)[], from: number): PatchEntry[] {
  const before = entries.slice(0, from).filter((entry): entry is PatchEntry => "number" in entry);
  return numberPatches(entries.slice(from), before);
}

function byLine<T extends { readonly line: number }>(entries: T[]): T[] {
  return entries.sort((a, b) => a.line - b.line);
}

/** Tags first, then the entries of `%patchlist`, as they count. */
function inOrder<T extends Unnumbered>(entries: readonly T[]): T[] {
  return [...byLine(entries.filter(({ tag }) => tag)), ...byLine(entries.filter(({ tag }) => !tag))];
}
