// Whether two patch files make the same change (engine.md 2.12). Authors, messages, hashes and line numbers do not
// matter; context, hunk headers' function names, modes and names do.

/**
 * The changes of a patch file as text that is equal for equal changes: one entry for each mail that changes something,
 * in order. A file without mail headers counts as one mail. Bytes are Latin-1 characters.
 */
export function patchIdentity(content: Buffer): readonly string[] {
  const text = content.toString("latin1").replace(/\r\n/g, "\n");
  return splitMails(text)
    .map((mail) => diffLines(mail).join("\n"))
    .filter((diff) => diff !== "");
}

/** Larger files are compared byte by byte: as lines they would need too much memory. */
const MAX_COMPARED_BYTES = 16 * 1024 * 1024;

/** Whether both files make the same changes in the same order. Files without any change are equal. */
export function sameChanges(one: Buffer, other: Buffer): boolean {
  if (Math.max(one.length, other.length) > MAX_COMPARED_BYTES) return one.equals(other);
  const [a, b] = [patchIdentity(one), patchIdentity(other)];
  return a.length === b.length && a.every((diff, index) => diff === b[index]);
}

function splitMails(text: string): string[] {
  return text.split(/^(?=From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n)/m);
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@(.*)$/;

/** The lines of a mail's diffs, normalised. What stands outside of diffs is left out. */
function diffLines(mail: string): string[] {
  const result: string[] = [];
  let inDiff = false;
  const open = { removed: 0, added: 0 };
  for (const line of mail.split("\n")) {
    if (open.removed > 0 || open.added > 0) {
      count(line, open);
      result.push(line === "" ? " " : line);
      continue;
    }
    inDiff = line !== "-- " && (inDiff || /^(?:diff |--- )/.test(line));
    if (inDiff) result.push(...headerLine(line, open));
  }
  return withoutSpareNames(result);
}

function count(line: string, open: { removed: number; added: number }): void {
  if (line.startsWith("\\")) return;
  if (!line.startsWith("+")) open.removed--;
  if (!line.startsWith("-")) open.added--;
}

/** Lines between hunks. Older tools write other options, and times behind the names; hashes say nothing. */
function headerLine(line: string, open: { removed: number; added: number }): string[] {
  const hunk = HUNK.exec(line);
  if (hunk) {
    open.removed = Number(hunk[1] ?? 1);
    open.added = Number(hunk[2] ?? 1);
    return [`@@${hunk[3]}`];
  }
  if (line === "" || line.startsWith("index ")) return [];
  if (/^(?:---|\+\+\+) /.test(line)) return [line.replace(/\t.*$/, "").trimEnd()];
  return [line.replace(/^diff (?:-\S+ )*/, "diff ")];
}

/** The `diff` line is needed only where no `---` line says the names; plain diffs have none. */
function withoutSpareNames(lines: readonly string[]): string[] {
  let isNamed = false;
  // From the end, so that what follows is known.
  return lines
    .toReversed()
    .filter((line) => {
      if (line.startsWith("--- ")) isNamed = true;
      if (!line.startsWith("diff ")) return true;
      const isSpare = isNamed;
      isNamed = false;
      return !isSpare;
    })
    .toReversed();
}
