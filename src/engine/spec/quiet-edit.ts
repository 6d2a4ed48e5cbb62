// Keeps the Patch lines of dist-git's spec where they are (engine.md, D29): source-git's spec takes them over by a line-wise
// three-way merge, whose base is dist-git's spec without them.

import { diffLines } from "./line-diff.ts";
import type { PatchEntry, Spec } from "./parse-spec.ts";
import { asBytes, isBlankLine } from "./spec-lines.ts";

/** The lines of generated patches in dist-git's spec that stay. */
export interface KeptPatch {
  /** Location as the spec has it. */
  readonly location: string;
  /** The comment that replaces the one above; undefined: it stays. */
  readonly comment: readonly string[] | undefined;
}

/**
 * The source-git spec with the kept patches in the places that they have in dist-git's. `generated` are the entries of
 * `dist` that do not come from the source-git spec. Undefined when the places cannot be told: the two differ around them.
 */
export function keepPatches(
  source: readonly string[],
  dist: Spec,
  generated: readonly PatchEntry[],
  kept: readonly KeptPatch[],
): readonly string[] | undefined {
  // Where the blank lines around the patches belong is not known: to them (init drops those), or to the spec.
  return (
    place(source, dist, regions(dist, generated, true), kept) ??
    place(source, dist, regions(dist, generated, false), kept)
  );
}

/** Lines `[start, end)` of dist-git's spec that hold generated patches only, and blank lines. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly PatchEntry[];
  /** Blank lines that the base has in its place. */
  readonly blanks: number;
}

function regions(spec: Spec, generated: readonly PatchEntry[], withBlanks: boolean): Region[] {
  const result: Region[] = [];
  for (const entry of [...generated].sort((a, b) => a.line - b.line)) {
    const last = result.at(-1);
    if (last && spec.lines.slice(last.end, entry.commentStart).every(isBlankLine)) {
      result[result.length - 1] = { ...last, end: entry.line + 1, entries: [...last.entries, entry] };
    } else result.push({ start: entry.commentStart, end: entry.line + 1, entries: [entry], blanks: 0 });
  }
  return withBlanks ? result.map((region) => widened(spec, region)) : result;
}

function widened(spec: Spec, region: Region): Region {
  let { start, end } = region;
  while (start > 0 && isBlankLine(spec.lines[start - 1] ?? "x")) start--;
  while (end < spec.lines.length - 1 && isBlankLine(spec.lines[end] ?? "x")) end++;
  const blanks = end - start > region.end - region.start ? 1 : 0;
  return { ...region, start, end, blanks };
}

function place(
  source: readonly string[],
  dist: Spec,
  found: readonly Region[],
  kept: readonly KeptPatch[],
): readonly string[] | undefined {
  const { base, marks } = withoutRegions(dist, found);
  const changes = diffLines(base, source);
  if (!changes) return undefined;
  const result: string[] = [];
  let taken = 0;
  for (const { region, at } of marks) {
    const touched = changes.some(({ start, end }) => start <= at + region.blanks && end >= at);
    if (touched) return undefined;
    const shift = changes.filter(({ end }) => end < at).at(-1);
    const target = shift ? at + shift.newEnd - shift.end : at;
    result.push(...source.slice(taken, target), ...regionLines(dist, region, kept));
    taken = target + region.blanks;
  }
  return [...result, ...source.slice(taken)];
}

/**
 * The spec without these patches and their comments. `joinBlanks`: of the blank lines around them one stays; otherwise
 * all do.
 */
export function withoutPatches(spec: Spec, entries: readonly PatchEntry[], joinBlanks: boolean): readonly string[] {
  return withoutRegions(spec, regions(spec, entries, joinBlanks)).base;
}

interface Mark {
  readonly region: Region;
  /** Line of the base at which it stood. */
  readonly at: number;
}

function withoutRegions(spec: Spec, found: readonly Region[]): { base: readonly string[]; marks: readonly Mark[] } {
  const base: string[] = [];
  const marks: Mark[] = [];
  let from = 0;
  for (const region of found) {
    base.push(...spec.lines.slice(from, region.start));
    marks.push({ region, at: base.length });
    base.push(...(region.blanks > 0 ? blankOf(spec, region) : []));
    from = region.end;
  }
  return { base: [...base, ...spec.lines.slice(from)], marks };
}

function blankOf(dist: Spec, { start, end }: Region): string[] {
  return dist.lines.slice(start, end).filter(isBlankLine).slice(0, 1);
}

/** The region without the patches that vanished; two blank lines that meet become one, and one stays if the base has one. */
function regionLines(dist: Spec, region: Region, kept: readonly KeptPatch[]): string[] {
  const result: string[] = [];
  let from = region.start;
  let met = false;
  const copy = (to: number) => {
    for (const line of dist.lines.slice(from, to)) {
      if (!(met && isBlankLine(line) && isBlankLine(result.at(-1) ?? "x"))) result.push(line);
      met = false;
    }
  };
  for (const entry of region.entries) {
    copy(entry.commentStart);
    const patch = kept.find(({ location }) => location === entry.location);
    if (patch) {
      const ending = (dist.lines[entry.line] ?? "").endsWith("\r") ? "\r" : "";
      const comment = patch.comment?.map((line) => asBytes(line) + ending);
      result.push(...(comment ?? dist.lines.slice(entry.commentStart, entry.line)), dist.lines[entry.line] ?? "");
    } else met = true;
    from = entry.line + 1;
  }
  copy(region.end);
  if (region.entries.every(({ location }) => !kept.some((patch) => patch.location === location))) {
    return result.filter(isBlankLine).slice(0, region.blanks);
  }
  return region.blanks > 0 && !result.some(isBlankLine) ? [...result, ...blankOf(dist, region)] : result;
}

/** The entries of dist-git's spec whose lines do not come from source-git's. */
export function generatedEntries(dist: Spec, source: Spec): PatchEntry[] {
  const listed = new Set(source.patches.map(({ location }) => location));
  return dist.patches.filter(({ location }) => !listed.has(location));
}
