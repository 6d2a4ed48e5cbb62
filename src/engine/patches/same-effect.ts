// Whether two patch files do the same although they are written differently: less context, a bare diff (D23).
import type { Repository } from "../../git/repository.ts";
import type { Sha } from "../../model/ids.ts";
import { patchIdentity } from "./patch-identity.ts";

/** Two patch files for one place in the series. */
export interface PatchPair {
  readonly before: Buffer;
  readonly fresh: Buffer;
  /** The commit on which the patch applies. */
  readonly base: Sha;
  /** Leading parts of the names to leave out, as of `patch -p`. */
  readonly strip: number;
}

/** Applies both on the base and compares the trees. No process is started for patches that cannot be equal. */
export async function sameEffect(repository: Repository, { before, fresh, base, strip }: PatchPair): Promise<boolean> {
  if (!sameNetChange(before, fresh)) return false;
  const trees: Sha[] = [];
  for (const content of [fresh, before]) {
    const { trees: made } = await repository.applyPatches(base, [{ content, strip }]);
    if (!made[0]) return false;
    trees.push(made[0]);
  }
  return trees[0] === trees[1];
}

/** How often each line comes and goes, taken together, depends on the files alone and not on how the diff was made. */
function sameNetChange(one: Buffer, other: Buffer): boolean {
  const net = netChange(one, 1);
  for (const [line, count] of netChange(other, -1)) net.set(line, (net.get(line) ?? 0) + count);
  return [...net.values()].every((count) => count === 0);
}

function netChange(content: Buffer, sign: number): Map<string, number> {
  const net = new Map<string, number>();
  for (const line of patchIdentity(content).flatMap(changedLines)) {
    const text = line.slice(1);
    net.set(text, (net.get(text) ?? 0) + (line.startsWith("+") ? sign : -sign));
  }
  return net;
}

function changedLines(diff: string): string[] {
  const lines = diff.split("\n");
  return lines.filter((line, index) => /^[+-]/.test(line) && !isName(lines, index) && !isName(lines, index - 1));
}

/** A line `--- name` above its `+++ name`. */
function isName(lines: readonly string[], index: number): boolean {
  return (lines[index] ?? "").startsWith("--- ") && (lines[index + 1] ?? "").startsWith("+++ ");
}
