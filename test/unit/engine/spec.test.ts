import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { addPatches } from "../../../src/engine/spec/add-patches.ts";
import { sanitise } from "../../../src/engine/spec/changelog-entry.ts";
import { editSpec, type SpecPatch } from "../../../src/engine/spec/edit-spec.ts";
import { keepChangelog } from "../../../src/engine/spec/keep-changelog.ts";
import { diffLines } from "../../../src/engine/spec/line-diff.ts";
import { parseSpec } from "../../../src/engine/spec/parse-spec.ts";

function patch(name: string, more: Partial<SpecPatch> = {}): SpecPatch {
  return { name, id: undefined, comment: [], where: "1234 (x)", explicitComment: false, ...more };
}

function edit(base: string, wanted: readonly SpecPatch[], more: { digits?: number; before?: string } = {}): string {
  const { digits = 1, before } = more;
  const input = {
    base: Buffer.from(base),
    before: before === undefined ? undefined : Buffer.from(before),
    wanted,
    digits,
  };
  return editSpec(input).content.toString();
}

describe("tag text", () => {
  it.each([
    ["aligned", "Source0:        x\n", 1, [undefined], "Patch1:         p0.patch\n"],
    ["no room", "Source0:a\n", 4, [undefined], "Patch0001:p0.patch\n"],
    ["blank eaten", "Source: a\n", 4, [undefined], "Patch0001:p0.patch\n"],
    ["same length", "Source: a\n", 1, [undefined], "Patch1: p0.patch\n"],
    ["shorter name", "Source10: c\n", 1, [undefined], "Patch1:   p0.patch\n"],
    ["digits 0", "Source0: a\n", 0, [undefined, undefined], "Patch:   p0.patch\nPatch:   p1.patch\n"],
    [
      "width of the reference",
      "Patch0001: old\nPatch0005: old5\n",
      1,
      [undefined, undefined],
      "Patch0006: p0.patch\nPatch0007: p1.patch\n",
    ],
    ["bare reference", "Patch: old\n", 4, [undefined], "Patch: p0.patch\n"],
    [
      "numbers asked for",
      "Source0: a\n",
      4,
      [1000, undefined, 12345],
      "Patch1000:p0.patch\nPatch1001:p1.patch\nPatch12345:p2.patch\n",
    ],
    ["no padding where the reference has none", "Patch9:  a\n", 4, [undefined], "Patch10: p0.patch\n"],
    ["lower case", "patch9:  a\n", 4, [undefined], "patch10: p0.patch\n"],
  ])("%s", (_name, base, digits, ids, added) => {
    const wanted = ids.map((id, index) => patch(`p${index}.patch`, { id }));
    expect(edit(base, wanted, { digits })).toBe(base + added);
  });

  it("a number that is not larger than the last one is refused", () => {
    expect(() => edit("Patch5: a\n", [patch("b", { id: 5 })])).toThrow(
      /Patch-id 5 is less than or equal to the last used patch ID 5/,
    );
  });

  it("a location that is listed already is left alone", () => {
    const base = "# old\nPatch5: a.patch\n";
    expect(edit(base, [patch("a.patch", { id: 3, comment: ["# new"] })])).toBe(base);
  });
});

describe("place", () => {
  it.each([
    ["below the %endif that follows", "%if x\nSource0: a\n%endif\n>\nName: b\n"],
    ["below an unrelated block before the next tag", "Source0: a\n\n%if x\n%global y 1\n%endif\n>\nName: b\n"],
    ["D10: below the conditional around another tag", "%if x\nSource0: a\nBuildRequires: b\n%endif\n>\nName: b\n"],
    ["D10: below the outermost conditional", "%if x\n%if y\nSource0: a\n%endif\n%endif\n>\nName: b\n"],
    ["D10: with %else", "%if x\nSource0: a\n%else\nSource1: b\n%endif\n>\nName: b\n"],
    ["before the blank line and the next comment", "Source0: a\n>\n\n# c\nName: b\n"],
    ["without a Source, behind the last tag", "Name: a\n>\n\n%description\nSource0: no\n"],
    ["not by tags of a macro's body", "Source0: a\n>\n%global b %{expand:\nSource9: x\n}\n\n%description\n"],
    ["not by sections in a macro's body", "%global b %{expand:\n%description\n}\nSource0: a\n>\n%prep\n"],
    ["behind a tag in a conditional macro", "%{?x:Source1: a}\n>\n\n%prep\n"],
    ["an open conditional without end", "%if x\nSource0: a\n>\n\n%prep\n"],
  ])("%s", (_name, marked) => {
    const base = marked.replace(">\n", "");
    const added = edit(base, [patch("p")]).split("\n");
    const at = marked.split("\n").indexOf(">");
    expect(added[at]).toMatch(/^Patch1:\s*p$/);
    expect(added.toSpliced(at, 1).join("\n")).toBe(base);
  });

  it("D11: new patches are appended to %patchlist", () => {
    const base = "Source0: a\n\n%description\nx\n\n%patchlist\n# c\nold.patch\n\n%prep\n";
    const wanted = [patch("a.patch", { comment: ["# A"], id: 7 }), patch("b.patch")];
    expect(edit(base, wanted)).toBe(base.replace("old.patch\n", "old.patch\n# A\na.patch\nb.patch\n"));
    expect(editSpec({ base: Buffer.from(base), before: undefined, wanted, digits: 1 }).notes).toHaveLength(1);
  });

  it("D11: an empty %patchlist at the end of the file", () => {
    expect(edit("Source0: a\n%patchlist\n", [patch("p")])).toBe("Source0: a\n%patchlist\np\n");
  });

  it.each([
    ["CRLF", "Source0: a\r\n\r\n%prep\r\n", "Source0: a\r\n# c\r\nPatch1:  p\r\n\r\n%prep\r\n"],
    ["no final newline", "Source0: a", "Source0: a\n# c\nPatch1:  p"],
    ["nothing at all", "", "# c\nPatch1: p\n"],
  ])("%s", (_name, base, expected) => {
    expect(edit(base, [patch("p", { comment: ["# c"] })])).toBe(expected);
  });
});

describe("D29: quiet edits", () => {
  const source = "Source0: x\n\nName: n\n\n%prep\n";
  it.each([
    ["blank lines between patches", "Source0: x\n\n# one\nPatch1: a\n\n# two\nPatch2: b\n\nName: n\n\n%prep\n"],
    ["no blank lines at all", "Source0: x\nPatch1: a\nPatch2: b\n\nName: n\n\n%prep\n"],
    ["patches below other tags", "Source0: x\n\nName: n\nPatch3: a\nPatch7: b\n\n%prep\n"],
    ["patches in two places", "Source0: x\nPatch3: a\n\nName: n\nPatch7: b\n\n%prep\n"],
    ["patches in a section of conditionals", "Source0: x\nPatch3: a\n\nName: n\n\nPatch7: b\n\n%prep\n"],
  ])("nothing to do: %s", (_name, before) => {
    expect(edit(source, [patch("a"), patch("b")], { before })).toBe(before);
  });

  it("takes every other change from source-git", () => {
    const before = "Source0: x\n# c\nPatch1: a\n\nName: n\n\n%prep\nold\n";
    expect(edit("Source0: x\n\nName: n\nEpoch: 1\n\n%prep\nnew\n", [patch("a")], { before })).toBe(
      "Source0: x\n# c\nPatch1: a\n\nName: n\nEpoch: 1\n\n%prep\nnew\n",
    );
  });

  it("makes the lines anew where source-git changed the lines around", () => {
    const before = "Source0: x\n# c\nPatch7: a\n\nName: n\n\n%prep\n";
    expect(edit("Source0: y\n\nName: n\n\n%prep\n", [patch("a")], { before })).toBe(
      "Source0: y\nPatch1:  a\n\nName: n\n\n%prep\n",
    );
  });

  it("leaves lines that source-git has itself to source-git", () => {
    const before = "Source0: x\nPatch1: own\nPatch2: a\n\n%prep\n";
    expect(edit("Source0: x\nPatch1: own\n\n%prep\n", [patch("a")], { before })).toBe(before);
    expect(edit("Source0: x\nPatch5: own\n\n%prep\n", [patch("a")], { before })).toContain("Patch6: a");
  });

  it("an explicit comment that says the same is no change", () => {
    const before = "Source0: x\n# 100% of it\nPatch1: a\n\nName: n\n\n%prep\n";
    const same = patch("a", { comment: ["# 100%% of it"], explicitComment: true });
    expect(edit(source, [same], { before })).toBe(before);
  });

  it("D11: in %patchlist", () => {
    const spec = (entries: string) => `Source0: x\n\n%patchlist\n${entries}\n%prep\n`;
    expect(edit(spec("own\n"), [patch("a"), patch("b"), patch("c")], { before: spec("own\n# kept\na\nc\n") })).toBe(
      spec("own\n# kept\na\nb\nc\n"),
    );
  });
});

describe("D24: dist-git's changelog", () => {
  const spec = (release: string, log: string, version = "1.0") =>
    `Version: ${version}\nRelease: ${release}\n\n%changelog\n${log}`.split("\n");
  it.each([
    ["2", "3", "3"],
    ["2", "2", "2"],
    ["%autorelease", "%autorelease -b 3", "%autorelease -b 3"],
    ["2", "%autorelease", "1%{?dist}"],
    ["%autorelease", "1", "%autorelease"],
  ])("Release %s in dist-git, %s in source-git", (dist, source, expected) => {
    expect(keepChangelog(spec(source, "source\n"), spec(dist, "dist\n"))).toEqual(spec(expected, "dist\n"));
  });

  it("a new version with the old release begins anew", () => {
    expect(keepChangelog(spec("2", "s\n", "1.1"), spec("2", "d\n"))).toEqual(spec("1%{?dist}", "d\n", "1.1"));
  });

  it.each([
    ["%global", "%%global"],
    ["100% of", "100% of"],
    ["%{x}", "%%{x}"],
    ["%(x)", "%%(x)"],
    ["%[x]", "%%[x]"],
    ["%%global", "%%global"],
    ["%%%global", "%%%%global"],
    ["* x", " * x"],
  ])("an entry's line %s", (line, expected) => {
    expect(sanitise(line)).toBe(expected);
  });
});

const specLine = fc.oneof(
  fc.constantFrom(
    "",
    "# comment",
    "Name: n",
    "Source0: a",
    "Source1:b",
    "Patch1: one",
    "Patch0007:\tseven",
    "Patch: bare",
    "%if 0%{?rhel}",
    "%else",
    "%endif",
    "%description",
    "%patchlist",
    "%changelog",
    "listed.patch",
    "%global m %{expand:",
    "}",
    "%define x \\",
    "%{?c:Patch9: nine}",
    "Release: 1\r",
    "\r",
  ),
  fc.string({ unit: "binary", maxLength: 10 }).map((text) => text.replaceAll("\n", "")),
);
const specText = fc.array(specLine, { maxLength: 25 }).map((lines) => lines.join("\n"));
const names = fc.uniqueArray(fc.constantFrom("one", "seven", "new-1", "new-2", "new-3"), { maxLength: 5 });

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at++;
  return at === part.length;
}

describe("any text at all", () => {
  it("keeps every line of source-git, in order, and lists every patch once more at most", () => {
    fc.assert(
      fc.property(specText, specText, names, fc.nat(5), (base, before, wanted, digits) => {
        const patches = wanted.map((name) => patch(name, { comment: ["# about"] }));
        const lines = Buffer.from(edit(base, patches, { before, digits }))
          .toString("latin1")
          .split("\n");
        // The last element is what stands behind the final newline; at the end of the file it may move.
        const kept = Buffer.from(base).toString("latin1").replace(/\n$/, "").split("\n");
        expect(isSubsequence(base === "" ? [] : kept, lines)).toBe(true);
        const listed = parseSpec(lines).patches.map(({ location }) => location);
        const own = parseSpec(Buffer.from(base).toString("latin1").split("\n")).patches.map(({ location }) => location);
        if (!/global|define|%if/.test(base)) for (const name of wanted) expect([...listed, ...own]).toContain(name);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });

  it("a second edit changes nothing", () => {
    fc.assert(
      fc.property(specText, names, (base, wanted) => {
        const patches = wanted.map((name) => patch(name, { comment: ["# about"] }));
        const once = edit(base, patches);
        expect(edit(base, patches, { before: once })).toBe(once);
      }),
      { numRuns: 1500, seed: 12 },
    );
  });

  // A macro that never ends is the exception: what is behind it belongs to it, or not.
  const endedText = specText.filter((text) => !/%(?:global|define)/.test(text));

  it("the parsed spec is always that of its lines", () => {
    fc.assert(
      fc.property(endedText, names, fc.nat(3), (base, wanted, digits) => {
        const patches = wanted.map((name) => patch(name, { comment: ["# about"] }));
        const { spec } = addPatches(parseSpec(base.split("\n")), patches, digits);
        expect(spec).toEqual(parseSpec(spec.lines));
      }),
      { numRuns: 1500, seed: 14 },
    );
  });

  it("diffLines leads from one text to the other", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const result: string[] = [];
        let from = 0;
        for (const { start, end, newStart, newEnd } of diffLines(before, after) ?? []) {
          result.push(...before.slice(from, start), ...after.slice(newStart, newEnd));
          from = end;
        }
        expect([...result, ...before.slice(from)]).toEqual(after);
      }),
      { numRuns: 500, seed: 13 },
    );
  });
});
