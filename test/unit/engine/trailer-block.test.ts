import { describe, expect, it } from "@jest/globals";
import { addTrailer, findTrailers, formatTrailer, readTrailers } from "../../../src/engine/trailer-block.ts";

function trailersOf(message: string): string[] {
  return readTrailers(message).map(formatTrailer);
}

describe("readTrailers", () => {
  it.each([
    ["last paragraph only", "S\n\nA: 1\n\nB: 2\n", ["B: 2"]],
    ["not in the subject's paragraph", "S\nA: 1\n", []],
    ["text among trailers", "S\n\ntext\nA: 1\n", []],
    ["a quarter is enough with a sign-off", "S\n\none\ntwo\nthree\nSigned-off-by: A\n", ["Signed-off-by: A"]],
    ["less than a quarter is not", "S\n\n1\n2\n3\n4\nSigned-off-by: A\n", []],
    ["normalised", "S\n\nPatch-name:x\nPatch-id : 3\n", ["Patch-name: x", "Patch-id: 3"]],
    ["a leading blank disables", "S\n\nA: 1\n B: 2\n", ["A: 1\n B: 2"]],
    ["cut at the divider", "S\n\nA: 1\n---\nB: 2\n", ["A: 1"]],
    ["comments are skipped", "S\n\nA: 1\n# note\nB: 2\n", ["A: 1", "B: 2"]],
    ["cherry-pick line", "S\n\n(cherry picked from commit 1)\nResolves: x\n", ["Resolves: x"]],
  ])("%s", (_name, message, expected) => {
    expect(trailersOf(message)).toEqual(expected);
  });
});

describe("addTrailer", () => {
  it.each([
    ["behind the title", "T\n", "T\n\nK: v\n"],
    ["below the last trailer", "T\n\nA: 1\n", "T\n\nA: 1\nK: v\n"],
    ["replaces an older one", "T\n\nK: old\nA: 1\n", "T\n\nA: 1\nK: v\n"],
    ["above a divider", "T\n\nbody\n\n---\nfooter\n", "T\n\nbody\n\nK: v\n\n---\nfooter\n"],
    ["without a final newline", "T", "T\n\nK: v\n"],
    ["keeps lines that begin with #", "T\n\n#1 fixed\nbody\n", "T\n\n#1 fixed\nbody\n\nK: v\n"],
  ])("%s", (_name, message, expected) => {
    expect(addTrailer(message, "K", "v")).toBe(expected);
  });

  it("is found again", () => {
    const message = addTrailer("T\n\ntext: with colon\nand without\n", "From-source-git-commit", "abc");
    expect(trailersOf(message)).toEqual(["From-source-git-commit: abc"]);
    expect(findTrailers(message).start).toBe(message.indexOf("From-source"));
  });
});
