// The results of the spec editor, read by rpm itself: the same patches in the same order.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { commentLines } from "../../../src/engine/patches/patch-comment.ts";
import { editSpec, type SpecPatch } from "../../../src/engine/spec/edit-spec.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { SPEC_SHAPES } from "../../support/spec-shapes.ts";

const hasRpm = spawnSync("rpmspec", ["--version"], { stdio: "ignore" }).status === 0;
const describeRpm = hasRpm ? describe : describe.skip;
if (!hasRpm)
  it.skip("there is no rpmspec here: the results of the spec editor were not held against rpm", () => undefined);

const root = temporaryDirectory();

/** The file names of the patches that rpm finds, in their order. */
function readByRpm(spec: string): readonly string[] {
  const file = join(root, "n.spec");
  writeFileSync(file, spec, "latin1");
  const environment = { PATH: process.env.PATH ?? "", HOME: root, LC_ALL: "C.UTF-8" };
  const result = spawnSync("rpmspec", ["-q", "--srpm", "--qf", "[%{PATCH}\\n]", file], { env: environment });
  if (result.status !== 0) throw new Error(`rpm cannot read it: ${result.stderr.toString()}\n${spec}`);
  // The header holds them in reverse.
  return result.stdout
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "")
    .reverse();
}

function toPatch(name: string, comment: readonly string[] = []): SpecPatch {
  return { name, id: undefined, comment, where: "1234 (x)", explicitComment: false };
}

describeRpm("shapes of real specs", () => {
  it.each(SPEC_SHAPES.map((shape) => [shape.name, shape] as const))("%s", (_name, { base, expected, wanted }) => {
    const found = readByRpm(expected);
    expect(found.filter((name) => wanted.includes(name))).toEqual(wanted);
    expect(found.filter((name) => !wanted.includes(name))).toEqual(readByRpm(base));
  });
});

/** Parts of a preamble that rpm can read, whatever stands around them. */
const part = fc.oneof(
  fc.constantFrom(
    "",
    "# comment",
    "# 50%% of it",
    "BuildRequires: gcc",
    "BuildRequires:\tmake",
    "%dnl Patch1: no.patch",
  ),
  fc.constantFrom(
    "%global one %{expand:\nPatch77: no.patch\n}",
    "%define two \\\nPatch78: no.patch",
    "%{?none:\nURL: x\n}",
  ),
  fc.constantFrom("BuildRequires: %{shrink:\n gcc\n make\n}", "%{lua:\nlocal a = { 1 }\n}", "%bcond_without tests"),
  fc.constantFrom("SOURCE", "SOURCE", "PATCH", "PATCH"),
);
interface Conditional {
  readonly open: string;
  readonly parts: readonly string[];
  readonly close: string;
}
const conditional: fc.Arbitrary<Conditional> = fc.record({
  open: fc.constantFrom(
    "%if 0",
    "%if 1",
    "%ifarch no",
    "%{!?undefined_macro:",
    "%{?undefined_macro:",
    "%if 1\n%if 0\n%endif",
  ),
  parts: fc.array(part, { maxLength: 4 }),
  close: fc.constantFrom("%endif", "%else\nBuildRequires: bash\n%endif"),
});
const preamble = fc.array(fc.oneof({ weight: 3, arbitrary: part }, { weight: 2, arbitrary: conditional }), {
  maxLength: 8,
});
const tail = fc.constantFrom(
  "",
  "%package sub\nSummary: s\nPatch500: sub.patch\n%description sub\ny\n",
  "%if 0\n%package sub\nSummary: s\n%description sub\ny\n%endif\n",
  "%patchlist\nlisted.patch\n\n",
  "%patchlist\n# none\n%if 0\nno.patch\n%endif\n",
);

type Part = string | Conditional;

/** A spec; sources and patches get numbers of their own, and patches may have none. */
function makeText(parts: readonly Part[], end: string): string {
  const lines = parts.flatMap((each) => {
    if (typeof each === "string") return [each];
    const isCall = each.open.startsWith("%{");
    // In a macro call a brace of a program or definition would be read twice.
    const inner = isCall ? each.parts.filter((text) => !text.includes("%")) : each.parts;
    return [each.open, ...inner, isCall ? "}" : each.close];
  });
  let number = 0;
  const numbered = lines.join("\n").replace(/SOURCE|PATCH/g, (kind) => {
    number += 2;
    return kind === "SOURCE" ? `Source${number}: s${number}.tar` : `Patch${number}:   p${number}.patch`;
  });
  const head = ["Name: n", "Version: 1", "Release: 1", "Summary: s", "License: MIT"];
  return [...head, numbered, "", end, "%description", "x", "", "%prep", "%autosetup -p1", ""].join("\n");
}

const names = fc.shuffledSubarray(["new-1.patch", "new-2.patch", "new-3.patch", "new-4.patch"], { minLength: 1 });
const comment = fc.constantFrom(
  "",
  "Fix 50% of %{name}",
  "%configure and %(echo)",
  "ends with \\",
  "%{open",
  "# kept\n\ntext",
  "%if 0",
);

describeRpm("random specs", () => {
  it("rpm finds the wanted patches in their order, and the others as before; also when patches come and go", () => {
    fc.assert(
      fc.property(preamble, tail, names, names, comment, (parts, end, first, second, text) => {
        const base = Buffer.from(makeText(parts, end), "latin1");
        const others = readByRpm(base.toString("latin1"));
        let before: Buffer | undefined;
        for (const wanted of [first, second]) {
          const patches = wanted.map((name) => toPatch(name, commentLines(text)));
          const { content } = editSpec({ base, before, wanted: patches, digits: 1 });
          const found = readByRpm(content.toString("latin1"));
          expect(found.filter((name) => name.startsWith("new-"))).toEqual(wanted);
          expect(found.filter((name) => !name.startsWith("new-"))).toEqual(others);
          before = content;
        }
      }),
      { numRuns: 60, seed: 41 },
    );
  });
});
