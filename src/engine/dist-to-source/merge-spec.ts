// The spec file on its way from dist-git to source-git: its Patch lines live only in dist-git and stay there.
import { changelogOf } from "../spec/keep-changelog.ts";
import { parseSpec, type Spec } from "../spec/parse-spec.ts";
import { generatedEntries, withoutPatches } from "../spec/quiet-edit.ts";
import { fromLines, toLines } from "../spec/spec-lines.ts";
import { mergeLines, type ThreeWay } from "./merge-lines.ts";

/** What the two sides do not share. */
export interface SpecRules {
  /** Each side has its own %changelog; what cannot be merged there stays in dist-git. */
  readonly ownChangelogs: boolean;
}

/**
 * Source-git's spec (`ours`) with what changed in dist-git's, Patch lines and their comments apart. Undefined for a
 * conflict.
 */
export function mergeSpec({ base, ours, theirs }: ThreeWay<Buffer>, { ownChangelogs }: SpecRules): Buffer | undefined {
  const own = parseSpec(toLines(ours));
  const plain = (content: Buffer, joinBlanks: boolean) => {
    const spec = parseSpec(toLines(content));
    return withoutPatches(spec, generatedEntries(spec, own), joinBlanks);
  };
  const ways: readonly ((lines: readonly string[]) => readonly string[])[] = [
    (lines) => lines,
    ...(ownChangelogs ? [(lines: readonly string[]) => withChangelogOf(own, lines)] : []),
  ];
  for (const way of ways) {
    // How many blank lines source-git keeps where the Patch lines were is not known.
    for (const joinBlanks of [true, false]) {
      const [before, after] = [way(plain(base, joinBlanks)), way(plain(theirs, joinBlanks))];
      const merged = mergeLines({ base: before, ours: own.lines, theirs: after });
      if (merged) return fromLines(merged);
    }
  }
  return undefined;
}

/** The lines with another spec's %changelog in place of their own, where both have one. */
function withChangelogOf(spec: Spec, lines: readonly string[]): readonly string[] {
  const wanted = changelogOf(spec);
  const present = changelogOf(parseSpec(lines));
  if (!wanted || !present) return lines;
  const section = spec.lines.slice(wanted.header, wanted.end);
  return [...lines.slice(0, present.header), ...section, ...lines.slice(present.end)];
}

/** Whether source-git's spec says what dist-git's says, Patch lines and their comments apart. */
export function isSameSpec(ours: Buffer, dist: Buffer): boolean {
  const own = parseSpec(toLines(ours));
  const spec = parseSpec(toLines(dist));
  const entries = generatedEntries(spec, own);
  return [true, false].some((joinBlanks) => fromLines(withoutPatches(spec, entries, joinBlanks)).equals(ours));
}
