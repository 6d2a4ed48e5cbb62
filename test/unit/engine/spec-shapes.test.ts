// The spec editor on the shapes of real spec files: the exact lines.
import { describe, expect, it } from "@jest/globals";
import { editSpec, type SpecPatch } from "../../../src/engine/spec/edit-spec.ts";
import { SPEC_SHAPES, type SpecShape } from "../../support/spec-shapes.ts";

function toPatch(name: string): SpecPatch {
  return { name, id: undefined, comment: [], where: "1234 (x)", explicitComment: false };
}

/** Latin-1, so that every character of a shape is one byte. */
function edit({ base, before, wanted, digits }: Pick<SpecShape, "base" | "before" | "wanted" | "digits">): string {
  const bytes = (text: string) => Buffer.from(text, "latin1");
  const input = { base: bytes(base), before: before === undefined ? undefined : bytes(before), digits };
  return editSpec({ ...input, wanted: wanted.map(toPatch) }).content.toString("latin1");
}

const shapes = SPEC_SHAPES.map((shape) => [shape.name, shape] as const);

describe("shapes of real specs", () => {
  it.each(shapes)("%s", (_name, shape) => {
    expect(edit(shape)).toBe(shape.expected);
  });

  it.each(shapes)("with CRLF: %s", (_name, shape) => {
    const crlf = (text: string) => text.replaceAll("\n", "\r\n");
    const before = shape.before === undefined ? undefined : crlf(shape.before);
    expect(edit({ ...shape, base: crlf(shape.base), before })).toBe(crlf(shape.expected));
  });

  it.each(shapes)("without a final newline: %s", (_name, shape) => {
    const cut = (text: string) => text.replace(/\n$/, "");
    const before = shape.before === undefined ? undefined : cut(shape.before);
    expect(edit({ ...shape, base: cut(shape.base), before })).toBe(cut(shape.expected));
  });

  it.each(shapes)("a second edit changes nothing: %s", (_name, shape) => {
    expect(edit({ ...shape, before: shape.expected })).toBe(shape.expected);
  });

  it.each(shapes)("without the patches it is source-git's again: %s", (_name, shape) => {
    expect(edit({ ...shape, before: shape.expected, wanted: [] })).toBe(shape.base);
  });
});

describe("9.2: a note where %prep leaves patches out", () => {
  const notes = (prep: readonly string[], wanted: readonly string[] = ["a.patch", "b.patch"]) => {
    const base = Buffer.from(["Name: n", "Source0: a", "", "%prep", ...prep, "", "%build", "make", ""].join("\n"));
    return editSpec({ base, before: undefined, wanted: wanted.map(toPatch), digits: 1 }).notes;
  };

  it.each([
    ["%autosetup", ["%autosetup -p1"]],
    ["%autosetup with git", ["%autosetup -p1 -S git_am -n %{name}"]],
    ["%setup and %autopatch", ["%setup -q", "%autopatch -p1"]],
    ["%autosetup -N and %autopatch", ["%autosetup -N", "%autopatch -p1 -m 1"]],
    ["all at once by git", ["%setup -q", "git am %{patches}"]],
    ["%patch -P", ["%setup -q", "%patch -P 1 -p1", "%patch -P2 -p1 -b .b"]],
    ["%patch with several numbers", ["%setup -q", "%patch -p1 -P1 -P 2"]],
    ["%patch with plain numbers", ["%setup -q", "%patch 1 2 -p1"]],
    ["%patchN", ["%setup -q", "%patch1 -p1", "%{patch2} -p1"]],
    ["by hand", ["%setup -q", "patch -p1 < %{PATCH1}", "git apply %{P:2}"]],
    ["by name", ["%setup -q", "patch -p1 < %{_sourcedir}/a.patch", "patch < %{_sourcedir}/b.patch"]],
    ["no %setup", ["tar xf %{SOURCE0}"]],
    ["nothing", []],
  ])("none: %s", (_name, prep) => {
    expect(notes(prep)).toEqual([]);
  });

  it.each([
    ["no line at all", ["%setup -q"], ["a.patch (1)", "b.patch (2)"]],
    ["one line", ["%setup -q", "%patch -P 1 -p1"], ["b.patch (2)"]],
    ["another level than number", ["%setup -q", "%patch -P2 -p1"], ["a.patch (1)"]],
    ["%patch alone means the first one", ["%setup -q", "%patch -p1"], ["a.patch (1)", "b.patch (2)"]],
    ["a line that was taken out", ["%setup -q", "#%patch -P 1", "%dnl %patch -P 1", "%patch2 -p1"], ["a.patch (1)"]],
    ["a longer number", ["%setup -q", "%patch12 -p1", "%patch1"], ["b.patch (2)"]],
  ])("%s", (_name, prep, left) => {
    expect(notes(prep)).toEqual([expect.stringContaining(`applies ${left.join(", ")}:`)]);
  });

  it("names ten of many", () => {
    const many = Array.from({ length: 12 }, (_, index) => `${index}.patch`);
    expect(notes(["%setup -q"], many)).toEqual([expect.stringMatching(/9\.patch \(10\) and 2 more:/)]);
  });
});
