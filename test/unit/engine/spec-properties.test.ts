// The spec editor on any text at all, and on random specs.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { addPatches } from "../../../src/engine/spec/add-patches.ts";
import { editSpec, type SpecPatch } from "../../../src/engine/spec/edit-spec.ts";
import { lineContext } from "../../../src/engine/spec/line-context.ts";
import { parseSpec } from "../../../src/engine/spec/parse-spec.ts";

function patch(name: string, more: Partial<SpecPatch> = {}): SpecPatch {
  return { name, id: undefined, comment: ["# about"], where: "1234 (x)", explicitComment: false, ...more };
}

function edit(base: string, wanted: readonly SpecPatch[], more: { digits?: number; before?: string } = {}): string {
  const { digits = 1, before } = more;
  const [text, old] = [Buffer.from(base), before === undefined ? undefined : Buffer.from(before)];
  return editSpec({ base: text, before: old, wanted, digits }).content.toString();
}

const piece = fc.constantFrom(
  "",
  "# comment",
  "Name: n",
  "Source0: a",
  "Source1:\tb",
  "Patch1: one",
  "Patch0007:\tseven",
  "Patch: %{name}-x.patch",
  "Patch9: https://example.com/two",
  "%if 0%{?rhel}",
  "%else",
  "%endif",
  "%description",
  "%package sub",
  "%prep",
  "%setup -q",
  "%patchlist",
  "%changelog",
  "listed.patch",
  "%global m %{expand:",
  "%{?c:",
  "%{expand:",
  "%{lua:",
  "BuildRequires: %{shrink:",
  "}",
  "%define x \\",
  "Patch3: three}",
  "%{?c:Patch9: nine}",
  "Release: 1\r",
  "\r",
);
const anyLine = fc.oneof(
  { weight: 4, arbitrary: piece },
  fc.string({ unit: "binary", maxLength: 10 }).map((text) => text.replaceAll("\n", "")),
);
const anyText = fc.array(anyLine, { maxLength: 25 }).map((lines) => lines.join("\n"));
const names = fc.shuffledSubarray(["one", "two", "seven", "n-x.patch", "new-1", "new-2", "new-3"]);

describe("any text at all", () => {
  it("a second edit changes nothing, whatever dist-git had", () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText, { nil: undefined }), names, fc.nat(4), (base, before, wanted, digits) => {
        const patches = wanted.map((name) => patch(name));
        const once = edit(base, patches, before === undefined ? { digits } : { digits, before });
        expect(edit(base, patches, { digits, before: once })).toBe(once);
      }),
      { numRuns: 800, seed: 31 },
    );
  });

  it("a second edit changes nothing after patches came and went", () => {
    fc.assert(
      fc.property(anyText, names, names, (base, first, second) => {
        const before = edit(
          base,
          first.map((name) => patch(name)),
        );
        const once = edit(
          base,
          second.map((name) => patch(name)),
          { before },
        );
        expect(
          edit(
            base,
            second.map((name) => patch(name)),
            { before: once },
          ),
        ).toBe(once);
      }),
      { numRuns: 800, seed: 32 },
    );
  });

  it("the wanted patches come in their order, with ascending numbers", () => {
    fc.assert(
      fc.property(anyText, names, names, (base, first, second) => {
        const before = edit(
          base,
          first.map((name) => patch(name)),
        );
        const wanted = second.filter((name) => name.startsWith("new"));
        const after = parseSpec(
          edit(
            base,
            wanted.map((name) => patch(name)),
            { before },
          ).split("\n"),
        ).patches;
        const listed = after.filter(({ location }) => wanted.includes(location));
        // In a text that rpm cannot read, a line may come to stand in the middle of something.
        if (listed.length < wanted.length) return;
        expect(listed.map(({ location }) => location)).toEqual(wanted);
        const numbers = listed.map(({ number }) => number);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }),
      { numRuns: 800, seed: 33 },
    );
  });

  it("the parsed spec is always that of its lines", () => {
    fc.assert(
      fc.property(anyText, names, fc.nat(3), (base, wanted, digits) => {
        fc.pre(!/\\\r?$/.test(base)); // a last line that asks for another one gets it
        const source = parseSpec(base.split("\n"));
        const { spec } = addPatches(
          source,
          wanted.map((name) => patch(name)),
          digits,
        );
        expect(spec).toEqual(parseSpec(spec.lines));
      }),
      { numRuns: 800, seed: 34 },
    );
  });

  it("every line has a context, and some place is outside of conditionals", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = text.split("\n");
        const { depth, inMacro } = lineContext(lines);
        expect(depth).toHaveLength(lines.length + 1);
        expect(inMacro).toHaveLength(lines.length);
        expect(Math.min(...depth)).toBe(0);
      }),
      { numRuns: 500, seed: 35 },
    );
  });
});
