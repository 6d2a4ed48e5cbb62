// docs/faults.md names a test for each fault; it cannot go stale.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const FAULTS = Array.from({ length: 24 }, (_, index) => `R${index + 1}`);

interface Row {
  readonly id: string;
  readonly fault: string;
  readonly does: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** The rows of the table: id, fault, what Tandem does, tests as `file`: title. */
function readRows(): readonly Row[] {
  const lines = readFileSync(join(root, "docs/faults.md"), "utf8").split("\n");
  return lines
    .filter((line) => /^\|\s*R\d/.test(line))
    .map((line) => {
      const [id = "", fault = "", does = "", tests = ""] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      const named = tests.split("<br>").map((text) => /^`([^`]+)`: (.+)$/.exec(text.trim()));
      return { id, fault, does, tests: named.map((match) => ({ file: match?.[1] ?? "", title: match?.[2] ?? "" })) };
    });
}

const rows = readRows();

describe("docs/faults.md", () => {
  it("has each fault once, in order", () => {
    expect(rows.map(({ id }) => id)).toEqual(FAULTS);
  });

  it.each(rows)("$id says what was wrong, what Tandem does, and names a test", ({ fault, does, tests }) => {
    for (const text of [fault, does]) expect(text).toMatch(/\w+ \w+/);
    expect(tests.length).toBeGreaterThan(0);
  });

  it.each(rows.flatMap(({ id, tests }) => tests.map((test) => ({ id, ...test }))))(
    "$id: $file has “$title”",
    (test) => {
      const { id, file, title } = test;
      expect(title.startsWith(`${id}: `)).toBe(true);
      expect(file).toMatch(/^test\/.*\.test\.ts$/);
      expect(existsSync(join(root, file))).toBe(true);
      const text = readFileSync(join(root, file), "utf8");
      // A title is a text in quotation marks behind `it(`, `describe(`, or the table of an `each`.
      const starts = [`("${title}"`, `(\n    "${title}"`, `(\n      "${title}"`, `(\n  "${title}"`];
      expect(starts.some((start) => text.includes(start))).toBe(true);
    },
  );
});
