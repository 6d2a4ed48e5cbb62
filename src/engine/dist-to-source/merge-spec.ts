// The spec file on its way from dist-git to source-git: its Patch lines live only in dist-git and stay there.
import { parseSpec } from "../spec/parse-spec.ts";
import { generatedEntries, withoutPatches } from "../spec/quiet-edit.ts";
import { fromLines, toLines } from "../spec/spec-lines.ts";
import { mergeLines, type ThreeWay } from "./merge-lines.ts";

/**
 * Source-git's spec (`ours`) with what changed in dist-git's, Patch lines and their comments apart. Undefined for a
 * conflict.
 */
export function mergeSpec({ base, ours, theirs }: ThreeWay<Buffer>): Buffer | undefined {
  const own = parseSpec(toLines(ours));
  const plain = (content: Buffer, joinBlanks: boolean) => {
    const spec = parseSpec(toLines(content));
    return withoutPatches(spec, generatedEntries(spec, own), joinBlanks);
  };
  // How many blank lines source-git keeps where the Patch lines were is not known.
  for (const joinBlanks of [true, false]) {
    const merged = mergeLines({ base: plain(base, joinBlanks), ours: own.lines, theirs: plain(theirs, joinBlanks) });
    if (merged) return fromLines(merged);
  }
  return undefined;
}

/** Whether source-git's spec says what dist-git's says, Patch lines and their comments apart. */
export function isSameSpec(ours: Buffer, dist: Buffer): boolean {
  const own = parseSpec(toLines(ours));
  const spec = parseSpec(toLines(dist));
  const entries = generatedEntries(spec, own);
  return [true, false].some((joinBlanks) => fromLines(withoutPatches(spec, entries, joinBlanks)).equals(ours));
}
