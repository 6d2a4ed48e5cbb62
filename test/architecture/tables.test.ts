// docs/faults.md names a test for each fault, docs/security.md one for each threat; they cannot go stale.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = join(import.meta.dirname, "../..");

/** Each table: its rows' ids, and whether a test's title begins with the id. */
const TABLES = [
  { file: "docs/faults.md", letter: "R", rows: 24, isTitled: true },
  { file: "docs/security.md", letter: "T", rows: 14, isTitled: false },
] as const;

interface Row {
  readonly id: string;
  readonly fault: string;
  readonly does: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** The rows of a table: id, fault or threat, what Tandem does, tests as `file`: title. */
function readRows(name: string, letter: string): readonly Row[] {
  const lines = readFileSync(join(root, name), "utf8").split("\n");
  return lines
    .filter((line) => new RegExp(`^\\|\\s*${letter}\\d`).test(line))
    .map((line) => {
      const [id = "", fault = "", does = "", tests = ""] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      const named = tests.split("<br>").map((text) => /^`([^`]+)`: (.+)$/.exec(text.trim()));
      return { id, fault, does, tests: named.map((match) => ({ file: match?.[1] ?? "", title: match?.[2] ?? "" })) };
    });
}

describe.each(TABLES)("$file", ({ file: table, letter, rows: count, isTitled }) => {
  const rows = readRows(table, letter);

  it("has each row once, in order", () => {
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
  });

  it.each(rows)("$id says what it is, what Tandem does, and names a test", ({ fault, does, tests }) => {
    for (const text of [fault, does]) expect(text).toMatch(/\w+ \w+/);
    expect(tests.length).toBeGreaterThan(0);
  });

  it.each(rows.flatMap(({ id, tests }) => tests.map((test) => ({ id, ...test }))))(
    "$id: $file has “$title”",
    (test) => {
      const { id, file, title } = test;
      if (isTitled) expect(title.startsWith(`${id}: `)).toBe(true);
      expect(file).toMatch(/^test\/.*\.ts$/);
      expect(existsSync(join(root, file))).toBe(true);
      const text = readFileSync(join(root, file), "utf8");
      // A title is a text in quotation marks behind `it(`, `describe(`, or the table of an `each`.
      const starts = [`("${title}"`, `(\n    "${title}"`, `(\n      "${title}"`, `(\n  "${title}"`];
      expect(starts.some((start) => text.includes(start))).toBe(true);
    },
  );
});
