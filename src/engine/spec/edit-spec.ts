// The spec file of dist-git: the one of source-git with the lines of its patches (engine.md 3.2, D29).
import {
  addPatches,
  hasPatchlist,
  highestNumber,
  insertIntoPatchlist,
  insertTag,
  patchlistNote,
  type SpecEdit,
  type WantedPatch,
} from "./add-patches.ts";
import { macrosOf, patchFile } from "./expand-macros.ts";
import { type PatchEntry, parseSpec, type Spec } from "./parse-spec.ts";
import { generatedEntries, type KeptPatch, keepPatches } from "./quiet-edit.ts";
import { asBytes, fromLines, toLines, trimLine } from "./spec-lines.ts";
import { unappliedNote } from "./unapplied-patches.ts";

/** A patch that the spec has to list; an explicit comment replaces the one that stands there. */
export interface SpecPatch extends WantedPatch {
  readonly explicitComment: boolean;
}

/** What the spec is made from. */
export interface SpecInput {
  /** The spec without the generated patches: source-git's. */
  readonly base: Buffer;
  /** The spec that dist-git has; its Patch lines stay where they can. */
  readonly before: Buffer | undefined;
  /** The patches that it has to list, in order. */
  readonly wanted: readonly SpecPatch[];
  /** Digits of the first patch's number; 0: no number. */
  readonly digits: number;
}

/** Makes the spec. Throws kind `user`, code `patch-id-order`. */
export function editSpec({ base, before, wanted, digits }: SpecInput): { content: Buffer; notes: readonly string[] } {
  const source = parseSpec(toLines(base));
  const quiet = before && editQuietly({ source, dist: parseSpec(toLines(before)), wanted, digits });
  const { spec, notes } = quiet ?? addPatches(source, wanted, digits);
  const names = new Set(wanted.map(({ name }) => asBytes(name)));
  const listed = spec.patches.filter(({ location }) => names.has(location));
  return { content: fromLines(spec.lines), notes: [...notes, ...unappliedNote(spec, listed)] };
}

interface QuietInput {
  readonly source: Spec;
  readonly dist: Spec;
  readonly wanted: readonly SpecPatch[];
  readonly digits: number;
}

function editQuietly({ source, dist, wanted, digits }: QuietInput): SpecEdit | undefined {
  const generated = generatedEntries(dist, source);
  const inList = hasPatchlist(source);
  if (generated.length === 0 || generated.some(({ tag }) => (tag === undefined) !== inList)) return undefined;
  const ownLines = new Set(source.patches.map(({ location }) => location));
  const ours = wanted.filter(({ name }) => !ownLines.has(asBytes(name)));
  const { kept, anew } = choose(ours, byFile(generated, dist), { dist, first: highestNumber(source), inList });
  const merged = kept.length > 0 ? keepPatches(source.lines, dist, generated, kept) : undefined;
  // A line that stays may write the file's name in another way.
  const written = new Map(kept.map(({ name, location }) => [name, location]));
  const lines = ours.map((patch) => ({
    patch: anew.get(patch.name),
    location: written.get(patch.name) ?? asBytes(patch.name),
  }));
  const edited = merged && addAnew(merged, lines, { digits, first: highestNumber(source) });
  return edited &&
    isInOrder(
      edited.spec,
      lines.map(({ location }) => location),
    )
    ? edited
    : undefined;
}

/**
 * The entries by the name of the file that they mean, for `%{name}-x.patch` and URLs, and by what is written there, which
 * counts more. Of several the first counts.
 */
function byFile(entries: readonly PatchEntry[], spec: Spec): ReadonlyMap<string, PatchEntry> {
  const expand = macrosOf(spec);
  const backwards = entries.toReversed();
  const files = backwards.map((entry) => [patchFile(entry.location, expand), entry] as const);
  return new Map([...files, ...backwards.map((entry) => [entry.location, entry] as const)]);
}

/** Whether the lines follow each other; a line that stayed in a conditional may stand above one that is before it. */
function isInOrder(spec: Spec, locations: readonly string[]): boolean {
  const indices = new Map(spec.patches.map(({ location }, index) => [location, index] as const).toReversed());
  const found = locations.map((location) => indices.get(location) ?? -1);
  const number = (index: number) => spec.patches[index]?.number ?? -1;
  return found.every((index, nth) => {
    const before = found[nth - 1] ?? -1;
    return index > before && number(index) > number(before);
  });
}

/** A line that stays, with the name of its patch. */
type NamedPatch = KeptPatch & { readonly name: string };

/**
 * Which lines stay as they are: as long as the order of the commits is the order of the lines, and the numbers ascend.
 * From the first patch on for which that does not hold, lines are made anew, with the comments that they have; so is a
 * line whose commit asks for another number.
 */
function choose(
  wanted: readonly SpecPatch[],
  generated: ReadonlyMap<string, PatchEntry>,
  { dist, first, inList }: { dist: Spec; first: number; inList: boolean },
): { kept: NamedPatch[]; anew: Map<string, SpecPatch> } {
  const kept: NamedPatch[] = [];
  const anew = new Map<string, SpecPatch>();
  const place: Place = { number: first, line: -1, inOrder: true };
  for (const patch of wanted) {
    const entry = generated.get(asBytes(patch.name));
    if (entry && stays(patch, entry, { place, inList })) {
      kept.push({ name: patch.name, location: entry.location, comment: newComment(patch, entry, dist) });
    } else {
      anew.set(patch.name, entry ? withOldComment(patch, entry, dist) : patch);
      place.number = Math.max(patch.id ?? place.number + 1, 1);
    }
  }
  return { kept, anew };
}

/** Where the last patch stands. */
interface Place {
  number: number;
  line: number;
  inOrder: boolean;
}

function stays(patch: SpecPatch, entry: PatchEntry, { place, inList }: { place: Place; inList: boolean }): boolean {
  const counts = !inList && /\d/.test(entry.tag?.name ?? "");
  const number = counts ? entry.number : place.number + 1;
  place.inOrder &&= number > place.number && entry.line > place.line;
  const isAsked = !counts || (patch.id ?? number) === number;
  if (!place.inOrder || !isAsked) return false;
  place.line = entry.line;
  place.number = number;
  return true;
}

/** The new comment where one was given that says something else; undefined: what stands there stays. */
function newComment(patch: SpecPatch, entry: PatchEntry, dist: Spec): readonly string[] | undefined {
  if (!patch.explicitComment) return undefined;
  const present = dist.lines.slice(entry.commentStart, entry.line).map(plain);
  const asked = patch.comment.map((line) => plain(asBytes(line)));
  return present.length === asked.length && present.every((line, index) => line === asked[index])
    ? undefined
    : patch.comment;
}

function plain(line: string): string {
  return trimLine(line).replaceAll("%%", "%");
}

function withOldComment(patch: SpecPatch, entry: PatchEntry, dist: Spec): SpecPatch {
  if (patch.explicitComment) return patch;
  const comment = dist.lines
    .slice(entry.commentStart, entry.line)
    .map((line) => Buffer.from(line.replace(/\r$/, ""), "latin1").toString("utf8"));
  return { ...patch, comment };
}

/** Adds the lines that are new, each behind its predecessor in the order of the commits. */
function addAnew(
  merged: readonly string[],
  wanted: readonly { readonly patch: SpecPatch | undefined; readonly location: string }[],
  { digits, first }: { digits: number; first: number },
): SpecEdit {
  let spec = parseSpec(merged);
  const notes: string[] = [];
  let behind: PatchEntry | undefined;
  for (const { patch, location } of wanted) {
    if (patch && hasPatchlist(spec)) {
      if (patch.id !== undefined) notes.push(patchlistNote(patch));
      spec = insertIntoPatchlist(spec, patch, behind);
    } else if (patch) {
      spec = insertTag(spec, patch, { digits, reference: behind, after: behind?.number ?? first });
    }
    behind = spec.patches.find((entry) => entry.location === location) ?? behind;
  }
  return { spec, notes };
}
