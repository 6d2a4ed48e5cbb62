import { describe, expect, it } from "@jest/globals";
import { readTrailer } from "../../../src/model/trailers.ts";

describe("readTrailer", () => {
  it.each([
    ["title\n\nA: 1\n", "1"],
    ["title\n\nbody\n\nSigned-off-by: x\nA: 1\n", "1"],
    ["title\n\nA: 1\nA: 2\n", "2"],
    ["title\n\nA: 1\n\nnot the last paragraph\n", undefined],
    ["title\n\nAA: 1\na: 2\n A: 3\n", undefined],
    ["", undefined],
  ])("%j gives %j", (message, expected) => {
    expect(readTrailer(message, "A")).toBe(expected);
  });
});
