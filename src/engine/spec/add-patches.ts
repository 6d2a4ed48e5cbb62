// Adds Patch lines to a spec file (engine.md 3.2 to 3.4). Existing lines are never changed, moved or removed.
import { userError } from "../../model/errors.ts";
import { insertBlock } from "./insert-block.ts";
import { isEndif } from "./line-context.ts";
import { isPatchTag, isSourceTag, type PatchEntry, type Spec, type Tag } from "./parse-spec.ts";
import { asBytes, isBlankLine } from "./spec-lines.ts";

/** A patch that the spec has to list. */
export interface WantedPatch {
  readonly name: string;
  /** Number that was asked for. */
  readonly id: number | undefined;
  /** Lines of the comment above, each with its `#`. */
  readonly comment: readonly string[];
  /** Names the commit in errors. */
  readonly where: string;
}

/** A spec with the new lines, and what the reader should know. */
export interface SpecEdit {
  readonly spec: Spec;
  readonly notes: readonly string[];
}

/** Adds a line for each patch that the spec does not list yet. Throws kind `user`, code `patch-id-order`. */
export function addPatches(source: Spec, patches: readonly WantedPatch[], digits: number): SpecEdit {
  let spec = source;
  const notes: string[] = [];
  for (const patch of patches) {
    const name = asBytes(patch.name);
    if (spec.patches.some(({ location }) => location === name)) continue;
    if (hasPatchlist(spec)) {
      if (patch.id !== undefined) notes.push(patchlistNote(patch));
      spec = insertIntoPatchlist(spec, patch);
    } else {
      spec = insertTag(spec, patch, { digits, reference: undefined, after: highestNumber(spec) });
    }
  }
  return { spec, notes };
}

/** Whether new patches go to a `%patchlist` section. */
export function hasPatchlist(spec: Spec): boolean {
  return spec.sections.some(({ name }) => name === "patchlist");
}

/** The largest number of all patches, or -1. */
export function highestNumber(spec: Spec): number {
  return Math.max(-1, ...spec.patches.map(({ number }) => number));
}

/** What is said about a Patch-id that has no effect. */
export function patchlistNote(patch: WantedPatch): string {
  return `Patch-id of commit ${patch.where} has no effect: the spec lists its patches in %patchlist.`;
}

/** Appends an entry to the first `%patchlist`, or puts it behind a given entry. */
export function insertIntoPatchlist(spec: Spec, patch: WantedPatch, behind?: PatchEntry): Spec {
  const { header, end } = spec.sections.find(({ name }) => name === "patchlist") ?? { header: -1, end: 0 };
  const at = behind ? outOfConditionals(spec, behind.line + 1, end) : endOfList(spec, header, end);
  return insertBlock(spec, at, { comment: patch.comment.map(asBytes), location: asBytes(patch.name) });
}

/** Behind the list's last line, before blank lines and a conditional that belongs to the next section. */
function endOfList(spec: Spec, header: number, end: number): number {
  const outside = spec.depth[header] ?? 0;
  const isBehind = (line: number) => isBlankLine(spec.lines[line - 1] ?? "") || (spec.depth[line] ?? 0) > outside;
  let at = end;
  while (at - 1 > header && isBehind(at)) at--;
  return at;
}

/** How a new Patch tag is placed and numbered. */
export interface TagPlace {
  /** Digits of the first patch's number; 0: no number. */
  readonly digits: number;
  /** The patch that it follows; undefined: the one with the nearest number. */
  readonly reference: PatchEntry | undefined;
  /** The number has to be larger than this one. */
  readonly after: number;
}

/** Inserts a Patch tag with its comment. Throws kind `user`, code `patch-id-order`. */
export function insertTag(spec: Spec, patch: WantedPatch, place: TagPlace): Spec {
  const number = numberFor(patch, place.after, spec.taken);
  const reference = place.reference?.tag ?? nearestPatch(spec, number)?.tag;
  const neighbour = reference ?? lastSource(spec) ?? spec.tags.at(-1);
  const name = reference ? nameLike(spec, reference, number) : firstName(number, place.digits);
  const separator = neighbour && (reference || isSourceTag(neighbour.name)) ? separatorLike(neighbour, name) : ": ";
  const at = neighbour
    ? belowConditionals(spec, neighbour.line + 1, spec.preambleEnd)
    : outOfConditionals(spec, spec.preambleEnd, spec.preambleEnd);
  const block = { comment: patch.comment.map(asBytes), location: asBytes(patch.name), tag: { name, separator } };
  return insertBlock(spec, at, block);
}

function numberFor(patch: WantedPatch, after: number, taken: ReadonlySet<number>): number {
  if (patch.id === undefined) {
    let next = Math.max(after + 1, 1);
    while (taken.has(next)) next++;
    return next;
  }
  if (patch.id > after) return patch.id;
  throw userError(
    "patch-id-order",
    `Commit ${patch.where}: Patch-id ${patch.id} is less than or equal to the last used patch ID ${after}.`,
    { fix: "Re-ordering the commits so that their numbers ascend, or a larger Patch-id, mends it." },
  );
}

function nearestPatch(spec: Spec, number: number): PatchEntry | undefined {
  const tagged = spec.patches.filter(({ tag }) => tag !== undefined);
  const distance = (entry: PatchEntry) => Math.abs(entry.number - number);
  return tagged.reduce<PatchEntry | undefined>(
    (best, entry) => (best === undefined || distance(entry) < distance(best) ? entry : best),
    undefined,
  );
}

function lastSource(spec: Spec): Tag | undefined {
  return spec.tags.findLast(({ name }) => isSourceTag(name));
}

function firstName(number: number, digits: number): string {
  return digits === 0 ? "Patch" : `Patch${String(number).padStart(digits, "0")}`;
}

/** Number and width as the reference has them. */
function nameLike(spec: Spec, reference: Tag, number: number): string {
  const [, word = "Patch", digits = ""] = /^([a-z]+)(\d*)$/i.exec(reference.name) ?? [];
  const patches = spec.tags.filter(({ name }) => isPatchTag(name));
  const allBare = patches.length > 1 && patches.every(({ name }) => !/\d/.test(name));
  if (digits === "" || allBare) return word;
  return `${word}${String(number).padStart(digits.startsWith("0") ? digits.length : 0, "0")}`;
}

/** The reference's separator, so that the values stand in one column where there is room. */
function separatorLike(reference: Tag, name: string): string {
  const room = reference.name.length - name.length;
  const separator = room >= 0 ? reference.separator + " ".repeat(room) : reference.separator.slice(0, room);
  return separator.includes(":") ? separator : ":";
}

/**
 * The line at which to insert: below the first `%endif` before the next tag, and never inside of a conditional. `end` is
 * the end of the part of the file that may be used.
 */
function belowConditionals(spec: Spec, from: number, end: number): number {
  const next = spec.tags.find(({ line }) => line >= from)?.line ?? end;
  const until = Math.min(next, end);
  const endif = spec.lines.slice(from, until).findIndex((line, index) => isEndif(line) && !spec.inMacro[from + index]);
  const at = endif < 0 ? from : from + endif + 1;
  return outOfConditionals(spec, at, end);
}

/**
 * The next place below in which no conditional is open; above the conditional where it goes on beyond `end`. In a text
 * whose conditional never ends, `from`.
 */
function outOfConditionals(spec: Spec, from: number, end: number): number {
  for (let line = from; line <= end; line++) if (spec.depth[line] === 0) return line;
  const closes = spec.depth.indexOf(0, end) >= 0;
  return closes ? spec.depth.lastIndexOf(0, from) : from;
}
