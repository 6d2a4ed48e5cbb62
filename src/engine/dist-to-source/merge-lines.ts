// A line-wise three-way merge, on bytes: one Latin-1 character for each.
import { diffLines, type LineChange } from "../spec/line-diff.ts";
import { fitsIntoLines, fromLines, toLines } from "../spec/spec-lines.ts";

/** Three texts: `ours` gets what changed from `base` to `theirs`. */
export interface ThreeWay<T> {
  readonly base: T;
  readonly ours: T;
  readonly theirs: T;
}

/** Merges files; undefined for a conflict, for binary files, and for those that are too large to be compared. */
export function mergeContents({ base, ours, theirs }: ThreeWay<Buffer>): Buffer | undefined {
  if ([base, ours, theirs].some((content) => content.includes(0) || !fitsIntoLines(content))) return undefined;
  const merged = mergeLines({ base: toLines(base), ours: toLines(ours), theirs: toLines(theirs) });
  return merged && fromLines(merged);
}

/** Merges lines; undefined when both sides changed one place, or places that touch each other, in different ways. */
export function mergeLines({ base, ours, theirs }: ThreeWay<readonly string[]>): readonly string[] | undefined {
  const own = diffLines(base, ours);
  const other = diffLines(base, theirs);
  if (!own || !other) return undefined;
  const result: string[] = [];
  let from = 0;
  for (const place of joinPlaces(own, other)) {
    const kept = base.slice(place.start, place.end);
    const mine = linesAt(place, own, ours) ?? kept;
    const changed = linesAt(place, other, theirs) ?? kept;
    const chosen = choose(kept, mine, changed);
    if (!chosen) return undefined;
    result.push(...base.slice(from, place.start), ...chosen);
    from = place.end;
  }
  return [...result, ...base.slice(from)];
}

/** Lines `[start, end)` of the base. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** The places that either side changed; what overlaps or touches is one place. */
function joinPlaces(own: readonly LineChange[], other: readonly LineChange[]): Place[] {
  const places: Place[] = [];
  for (const { start, end } of [...own, ...other].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = places.at(-1);
    if (last && start <= last.end) places[places.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else places.push({ start, end });
  }
  return places;
}

/** What a side has in this place; undefined when it changed nothing there. */
function linesAt(place: Place, changes: readonly LineChange[], side: readonly string[]): readonly string[] | undefined {
  const inside = changes.filter(({ start, end }) => start >= place.start && end <= place.end);
  const [first] = inside;
  const last = inside.at(-1);
  if (!first || !last) return undefined;
  return side.slice(first.newStart - (first.start - place.start), last.newEnd + (place.end - last.end));
}

function choose(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] | undefined {
  if (sameLines(ours, theirs) || sameLines(base, theirs)) return ours;
  return sameLines(base, ours) ? theirs : undefined;
}

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
