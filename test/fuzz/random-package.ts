// Random dist-git packages (a spec of some layout, patches of all forms) and random commits on top of them.
import fc from "fast-check";
import type { TestFile } from "../support/git/test-repository.ts";

const PATCHES = 4;
const LINES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
/** Files of upstream: one for each patch. */
export const upstream = Object.fromEntries(
  Array.from({ length: PATCHES }, (_, index) => [`f${index}.txt`, `${LINES.join("\n")}\n`]),
);

/** How one patch is written, and how the spec lists it. */
interface PatchShape {
  readonly form: "mail" | "mail and mail" | "plain" | "little context";
  readonly comment: readonly string[];
  readonly gap: number;
  readonly blankAbove: boolean;
  readonly conditional: boolean;
  readonly macro: boolean;
}

const shape: fc.Arbitrary<PatchShape> = fc.record({
  form: fc.constantFrom("mail" as const, "mail and mail" as const, "plain" as const, "little context" as const),
  comment: fc.array(
    fc.constantFrom("# Say", "#tight", "#", "# 50% of %{name}", "## Ünïcode", "# trailing  ", "# %%x"),
    {
      maxLength: 3,
    },
  ),
  gap: fc.integer({ min: 0, max: 12 }),
  blankAbove: fc.boolean(),
  conditional: fc.boolean(),
  macro: fc.boolean(),
});

/** The layout of the whole spec. */
export interface SpecShape {
  readonly patches: readonly PatchShape[];
  readonly numbers: "plain" | "wide" | "none" | "list";
  readonly separator: string;
  readonly blankBelow: boolean;
  readonly ending: "\n" | "\r\n";
  readonly finalNewline: boolean;
}

/** Random specs. */
export const specShape: fc.Arbitrary<SpecShape> = fc.record({
  patches: fc.array(shape, { maxLength: PATCHES }),
  numbers: fc.constantFrom("plain" as const, "wide" as const, "none" as const, "list" as const),
  separator: fc.constantFrom(": ", ":", ":\t", ":         "),
  blankBelow: fc.boolean(),
  ending: fc.constantFrom("\n" as const, "\n" as const, "\r\n" as const),
  finalNewline: fc.boolean(),
});

/** File name of a patch. */
export const nameOf = (index: number) => `fix-${index}-1.0.patch`;

function hunk(index: number, from: string, to: string, context: number): string {
  const file = `f${index}.txt`;
  const at = LINES.indexOf(from);
  const above = LINES.slice(at - context, at).map((line) => ` ${line}\n`);
  const below = LINES.slice(at + 1, at + 1 + context).map((line) => ` ${line}\n`);
  const size = context * 2 + 1;
  const range = `${at + 1 - context},${size}`;
  const names = `--- a/${file}\n+++ b/${file}\n`;
  return `${names}@@ -${range} +${range} @@\n${above.join("")}-${from}\n+${to}\n${below.join("")}`;
}

function mail(subject: string, diff: string, index: number): string {
  const git = `diff --git a/f${index}.txt b/f${index}.txt\n`;
  return `From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Pat <pat@example.com>\nDate: Tue, 1 Feb 2022 08:00:00 +0000\nSubject: [PATCH] ${subject}\n\nBody\n---\n${git}${diff}-- \n2.39.5\n\n`;
}

/** Text of a patch's file. */
export function patchText({ form }: PatchShape, index: number): string {
  switch (form) {
    case "mail":
      return mail("One", hunk(index, "5", "five", 3), index);
    case "mail and mail":
      return mail("One", hunk(index, "4", "four", 2), index) + mail("Two", hunk(index, "8", "eight", 1), index);
    case "plain":
      return `Some words about it.\n\n${hunk(index, "5", "five", 3)}`;
    case "little context":
      return hunk(index, "5", "five", 1);
  }
}

/** Text of the spec. */
export function specText({ patches, numbers, separator, blankBelow, ending, finalNewline }: SpecShape): string {
  const inList = numbers === "list";
  let number = 0;
  const block = patches.flatMap((patch, index) => {
    number += 1 + patch.gap;
    const digits = numbers === "none" ? "" : String(number).padStart(numbers === "wide" ? 4 : 1, "0");
    const name = patch.macro ? `fix-${index}-%{version}.patch` : nameOf(index);
    const line = inList ? name : `Patch${digits}${separator}${name}`;
    const above = patch.blankAbove ? [""] : [];
    // rpm takes every line of %patchlist for a name, unless it is a comment.
    const isConditional = patch.conditional && !inList;
    const [open, close] = isConditional ? [["%if 0%{?rhel}"], ["%endif"]] : [[], []];
    return [...above, ...open, ...patch.comment, line, ...close];
  });
  const lines = [
    "Name:           hello",
    "Version:        1.0",
    "Release:        1%{?dist}",
    "Summary:        A friendly greeting",
    "License:        MIT",
    "Source0:        https://example.com/%{name}-%{version}.tar.gz",
    ...(inList ? [] : block),
    ...(blankBelow ? [""] : []),
    "BuildArch:      noarch",
    "",
    ...(inList ? ["%patchlist", ...block, ""] : []),
    "%description",
    "Prints a friendly greeting.",
    "",
    "%prep",
    "%autosetup -p1",
    "",
    "%changelog",
    "* Tue Mar 01 2022 Ada Dev <ada@example.com> - 1.0-1",
    "- Initial build",
  ];
  return lines.join(ending) + (finalNewline ? ending : "");
}

const NAMES = ["a.conf", "run.sh", "d/x", "d/e/y", "bin", "link", "ü n/ß.txt", "crlf.txt", "d2", "d2/z"];
const content = fc.constantFrom<TestFile | null>(
  null,
  null,
  "one\ntwo\nthree\n",
  "one\ntwo\n",
  "crlf\r\nlines\r\n",
  "no newline",
  "",
  Buffer.from([0, 1, 2, 250]),
  Buffer.from("caf\xe9\n", "latin1"),
  { mode: "100755", content: "one\ntwo\nthree\n" },
  { mode: "120000", content: "a.conf" },
);
/** Random commits of dist-git. */
export const change = fc.record({
  files: fc.dictionary(fc.constantFrom(...NAMES), content, { maxKeys: 4 }),
  release: fc.option(fc.integer({ min: 2, max: 5 })),
});

/** A commit of dist-git: what it writes or deletes, and the spec's new release. */
export interface Change {
  readonly files: Readonly<Record<string, TestFile | null>>;
  readonly release: number | null;
}
