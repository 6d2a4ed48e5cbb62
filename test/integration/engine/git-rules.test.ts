// The rules that the engine takes over from git, held against git itself.

import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { firstLine, splitMessage } from "../../../src/engine/commit-text.ts";
import { patchFileName } from "../../../src/engine/patches/patch-file-name.ts";
import { addTrailer, formatTrailer, readTrailers } from "../../../src/engine/trailer-block.ts";
import { createTestRepository, gitBytes, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();

// No scissors line: git 2.39 itself never ends on some texts with one.
const line = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("", "", " ", "text", "A: 1", "Patch-name: x.patch", "Patch-id:3", "Key : v"),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      " continued",
      "\ttabbed",
      "Signed-off-by: A <a@b>",
      "(cherry picked from commit 1234)",
      "# comment",
      "---",
      "--- a/file",
      "---x",
      "Conflicts:",
      "\tpath",
      "From-source-git-commit: old",
      "From: somebody",
      ": empty token",
      "Empty:",
      "not a token: x",
      "Ünï: x",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary-ascii", maxLength: 12 }).map((text) => text.replace(/[\n\0\r]/g, "")),
  },
);
const message = fc.array(line, { minLength: 1, maxLength: 14 }).map((lines) => `Subject\n${lines.join("\n")}\n`);

async function interpret(text: string, ...args: string[]): Promise<string> {
  return (await gitBytes(["interpret-trailers", ...args], root, text)).toString("utf8");
}

describe("trailers", () => {
  it("are read as git interpret-trailers reads them", async () => {
    await fc.assert(
      fc.asyncProperty(message, async (text) => {
        const expected = await interpret(text, "--only-input", "--only-trailers");
        expect(
          readTrailers(text)
            .map((trailer) => `${formatTrailer(trailer)}\n`)
            .join(""),
        ).toBe(expected);
      }),
      { numRuns: 150, seed: 7, endOnFailure: true },
    );
  });

  it("are added as git interpret-trailers adds them", async () => {
    const token = "From-source-git-commit";
    await fc.assert(
      fc.asyncProperty(message, async (text) => {
        const expected = await interpret(text, "--if-exists", "replace", "--trailer", `${token}=abc`);
        expect(addTrailer(text, token, "abc")).toBe(expected);
      }),
      { numRuns: 150, seed: 8, endOnFailure: true },
    );
  });
});

describe("subjects", () => {
  it("are told, and file names made, as git does", async () => {
    const subjects = [
      "Weißbier! Summer is coming!",
      "a..b...c.",
      "-- x --",
      "日本語",
      "x".repeat(60),
      '[PATCH] fix: a/b \\ c "q" (50%)',
      "two\nlines ",
      "  leading",
      "ends with dash-.",
      "a_b.c",
      "tab\there",
      "..",
      "x ".repeat(40),
    ];
    const repository = await createTestRepository(join(root, "names.git"));
    for (const subject of subjects) await repository.commit({ message: `${subject}\n\nbody\n`, files: { f: subject } });
    const output = await repository.git(["log", "--reverse", "--format=%f%x00%s%x00", "main"]);
    const fields = output.split("\0").map((text) => text.replace(/^\n/, ""));
    for (const [index, subject] of subjects.entries()) {
      const text = `${subject}\n\nbody\n`;
      expect(patchFileName(1, firstLine(text))).toBe(`0001-${fields[2 * index]}`.slice(0, 57).concat(".patch"));
      expect(splitMessage(text).subject).toBe(fields[2 * index + 1]);
    }
  });
});
