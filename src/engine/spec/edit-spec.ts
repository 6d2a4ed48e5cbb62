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
import { type PatchEntry, parseSpec, type Spec } from "./parse-spec.ts";
import { generatedEntries, type KeptPatch, keepPatches } from "./quiet-edit.ts";
import { asBytes, fromLines, toLines, trimLine } from "./spec-lines.ts";

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
  return { content: fromLines(spec.lines), notes };
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
  const ours = wanted.filter(({ name }) => !source.patches.some(({ location }) => location === asBytes(name)));
  const { kept, anew } = choose(ours, generated, { dist, first: highestNumber(source), inList });
  const merged = kept.length > 0 ? keepPatches(source.lines, dist, generated, kept) : undefined;
  return merged && addAnew(merged, ours, { anew, digits, first: highestNumber(source) });
}

/**
 * Which lines stay as they are: as long as the order of the commits is the order of the lines, and the numbers ascend.
 * From the first patch on for which that does not hold, lines are made anew, with the comments that they have; so is a
 * line whose commit asks for another number.
 */
function choose(
  wanted: readonly SpecPatch[],
  generated: readonly PatchEntry[],
  { dist, first, inList }: { dist: Spec; first: number; inList: boolean },
): { kept: KeptPatch[]; anew: Map<string, SpecPatch> } {
  const kept: KeptPatch[] = [];
  const anew = new Map<string, SpecPatch>();
  const place: Place = { number: first, line: -1, inOrder: true };
  for (const patch of wanted) {
    const entry = generated.find(({ location }) => location === asBytes(patch.name));
    if (entry && stays(patch, entry, { place, inList })) {
      kept.push({ location: entry.location, comment: newComment(patch, entry, dist) });
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
  wanted: readonly SpecPatch[],
  { anew, digits, first }: { anew: ReadonlyMap<string, SpecPatch>; digits: number; first: number },
): SpecEdit {
  let spec = parseSpec(merged);
  const notes: string[] = [];
  let behind: PatchEntry | undefined;
  for (const { name } of wanted) {
    const patch = anew.get(name);
    if (patch && hasPatchlist(spec)) {
      if (patch.id !== undefined) notes.push(patchlistNote(patch));
      spec = insertIntoPatchlist(spec, patch, behind);
    } else if (patch) {
      spec = insertTag(spec, patch, { digits, reference: behind, after: behind?.number ?? first });
    }
    const location = asBytes(name);
    behind = spec.patches.find((entry) => entry.location === location) ?? behind;
  }
  return { spec, notes };
}
