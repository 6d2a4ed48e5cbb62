// The line-wise three-way merge.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mergeContents, mergeLines } from "../../../src/engine/dist-to-source/merge-lines.ts";

const merge = (base: string, ours: string, theirs: string) =>
  mergeLines({ base: [...base], ours: [...ours], theirs: [...theirs] })?.join("");

describe("merging lines", () => {
  it.each([
    ["changes apart", "abcdef", "aXcdef", "abcdYf", "aXcdYf"],
    ["the same change", "abc", "aXc", "aXc", "aXc"],
    ["the same change, and another one", "abcdef", "aXcdef", "aXcdYf", "aXcdYf"],
    ["an insertion and a deletion apart", "abcdef", "Zabcdef", "abcde", "Zabcde"],
    ["different changes of one line", "abc", "aXc", "aYc", undefined],
    ["changes that touch", "abcd", "aXcd", "abYd", undefined],
    ["insertions at one place", "ab", "aXb", "aYb", undefined],
    ["a deletion of what was changed", "abc", "aXc", "ac", undefined],
    ["nothing in common", "abc", "xyz", "abc", "xyz"],
  ])("%s", (_name, base, ours, theirs, merged) => {
    expect(merge(base, ours, theirs)).toBe(merged);
    expect(merge(base, theirs, ours)).toBe(merged);
  });

  it("one side without changes takes the other's; both sides alike are what they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(mergeLines({ base, ours: base, theirs: other })).toEqual(other);
        expect(mergeLines({ base, ours: other, theirs: base })).toEqual(other);
        expect(mergeLines({ base, ours: other, theirs: other })).toEqual(other);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it("binary files are not merged", () => {
    const [base, ours, theirs] = ["a\n\nb\n", "x\n\nb\n", "a\n\nb\0\n"].map((text) => Buffer.from(text));
    expect(base && ours && theirs && mergeContents({ base, ours, theirs })).toBeUndefined();
  });
});
