import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { breakClosings } from "../../../../src/sync/marks/break-closings.ts";

// What GitLab looks for, by its documentation: a keyword, blanks, and issues one behind the other.
const URL = String.raw`https?://\S+/-/(?:issues|work_items)/\d+`;
const ISSUE = String.raw`(?:${URL}|[\w./-]*#\d+|GL-\d+|\[issue:\d+\])`;
const CLOSES = new RegExp(
  String.raw`\b(?:[Cc]los(?:e[sd]?|ing)|[Ff]ix(?:e[sd]|ing)?|[Rr]esolv(?:e[sd]?|ing)|[Ii]mplement(?:s|ed|ing)?):? +` +
    String.raw`(?:(?:issues? +)?${ISSUE}(?:(?: *,? +and +| *,? *)?)|(?:[A-Z][A-Z0-9_]+-\d+))+`,
  "g",
);
const closed = (text: string) =>
  [...text.matchAll(CLOSES)].flatMap(([statement]) => statement.match(new RegExp(ISSUE, "g")) ?? []);
const isBugzilla = (issue: string) => /^(?:rh)?bz#\d+$/i.test(issue);

describe("breakClosings", () => {
  it.each([
    ["Closes #5", "Closes (#5)"],
    ["fix #5: crash", "fix (#5): crash"],
    ["Resolves: group/proj#5, #6 and #7", "Resolves: (group/proj#5), #6 and #7"],
    ["Implements issue #5", "Implements issue (#5)"],
    ["Fixed GL-5", "Fixed (GL-5)"],
    ["closing [issue:5]", "closing ([issue:5])"],
    ["Closes https://gitlab.test/g/p/-/issues/5", "Closes (https://gitlab.test/g/p/-/issues/5)"],
    ["Resolves: bz#12, #5", "Resolves: bz#12, (#5)"],
    ["Resolves: RHEL-1 #5", "Resolves: RHEL-1 (#5)"],
  ])("%j becomes %j", (text, expected) => {
    expect(breakClosings(text)).toBe(expected);
    expect(closed(expected).filter((issue) => !isBugzilla(issue))).toEqual([]);
  });

  it.each([
    "Resolves: RHEL-123",
    "Resolves: bz#123",
    "Resolves: rhbz#123, bz#4",
    "Resolves: https://issues.redhat.com/browse/RHEL-123",
    "see #5 and !6",
    "prefix #5",
    "Fix the 5th #",
  ])("leaves %j", (text) => {
    expect(breakClosings(text)).toBe(text);
  });

  it("leaves nothing that closes, however it is put together", () => {
    const words = ["Closes", "fix", "Resolves:", "issue", "#5", "g/p#6", "bz#7", "RHEL-8", "and", ",", "GL-9", "x"];
    const links = ["https://h.test/g/-/issues/5", "https://h.test/g/-/work_items/5"];
    const glue = fc.constantFrom(" ", "  ", "", "\n", ", ");
    const part = fc.tuple(fc.constantFrom(...words, ...links), glue).map((both) => both.join(""));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect(closed(breakClosings(parts.join(""))).filter((issue) => !isBugzilla(issue))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes time in proportion to the text", () => {
    const text = ["Closes ", "RHEL-1", " ", "fix: ", "a/".repeat(50)].map((piece) => piece.repeat(20_000)).join("");
    const start = performance.now();
    breakClosings(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
