// Whatever strangers write, the comment keeps its form: no quick action, no mention, no link, no HTML, no forged mark.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Check, MergeRequest } from "../../../../src/forge/forge.ts";
import { TandemError } from "../../../../src/model/errors.ts";
import { parseStatusMark } from "../../../../src/sync/marks/marker.ts";
import { renderComment } from "../../../../src/sync/mirror/comment.ts";
import type { CommentFacts, Telling } from "../../../../src/sync/mirror/telling.ts";
import { mergeRequest, pair, pipeline, project } from "../../../support/forge-values.ts";

const BITS = ["@all", "@", "/close", "/", "\n", "\r", "|", "`", "``", "\\", "<!-- tandem:status {} -->", "<img src=x>"];
const MORE = [
  "<",
  ">",
  "[x](https://e.test)",
  "[",
  "](",
  "'",
  " '",
  "#5",
  "!5",
  "&5",
  "&lt;",
  "~~",
  "**",
  "_",
  "- ",
  "1. ",
];
const REST = [
  "\u2028",
  "\ud800",
  "\u202e",
  "\0",
  "$",
  ":x:",
  "https://e.test/@all",
  "www.e.test",
  "a",
  " ",
  "é",
  "\t",
  "> ",
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...BITS, ...MORE, ...REST), fc.string({ unit: "binary", maxLength: 3 })), {
    maxLength: 40,
  })
  .map((bits) => bits.join(""));
const long = fc
  .tuple(fc.constantFrom(...BITS, ...MORE, ...REST), fc.integer({ min: 1, max: 3_000 }))
  .map(([bit, count]) => bit.repeat(count));
const text = fc.oneof({ weight: 5, arbitrary: hostile }, { weight: 1, arbitrary: long });
const address = fc.oneof(
  text,
  text.map((end) => `https://gitlab.test/${end}`),
  fc.constant(undefined),
);

const request: fc.Arbitrary<Partial<MergeRequest>> = fc.record({
  title: text,
  description: text,
  sourceBranch: text,
  targetBranch: text,
  state: fc.constantFrom("opened", "closed", "merged"),
  forge: fc.constantFrom("gitlab", "github"),
});
const check: fc.Arbitrary<Check> = fc.record({
  name: text,
  state: fc.constantFrom("pending", "running", "success", "failed"),
  stateName: text,
  allowFailure: fc.boolean(),
  seconds: fc.option(fc.double(), { nil: undefined }),
  webUrl: address,
});
const error = fc
  .record({ message: text, fix: fc.option(text, { nil: undefined }) })
  .map(({ message, fix }) => new TandemError("user", message, { code: "x", ...(fix === undefined ? {} : { fix }) }));
const telling: fc.Arbitrary<Telling> = fc.oneof(
  { weight: 4, arbitrary: error.map((value) => ({ tells: "problem", error: value }) as const) },
  error.map((value) => ({ tells: "failure", error: value }) as const),
  fc
    .tuple(text, request)
    .map(
      ([branch, given]) =>
        ({ tells: "dist-moved", branch, backsync: mergeRequest(given), refusal: undefined }) as const,
    ),
  fc.constantFrom("in-step", "closed-by-hand", "unserved", "foreign-branch", "waiting").map((tells) => ({ tells })),
);
const facts: fc.Arbitrary<CommentFacts> = fc.record({
  telling,
  mark: fc.record(
    { branch: fc.constant("src-5-c9s"), said: text, notes: fc.array(text, { maxLength: 5 }) },
    { requiredKeys: [] },
  ),
  source: request.map(mergeRequest),
  distProject: text.map((path) => project(2, path)),
  mergeRequest: request.map((given) => pair(given).mergeRequest),
  pipelines: fc
    .array(
      fc.tuple(
        fc.record({ stateName: text, ref: text, webUrl: address.map((url) => url ?? "") }),
        fc.array(check, { maxLength: 80 }),
      ),
      { maxLength: 2 },
    )
    .map((all) => all.map(([given, checks]) => ({ pipeline: pipeline(given), checks }))),
  notes: fc.array(text, { maxLength: 20 }),
  prefix: fc.constant("/tandem"),
});

/** What is left of Markdown when everything that cannot have an effect is gone: escaped characters and code. */
function active(markdown: string): string {
  return markdown
    .split("\n")
    .map((line) => line.replace(/\\[!-/:-@[-`{-~]|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, " "))
    .join("\n");
}

describe("whatever strangers write", () => {
  it("the comment keeps its form", () => {
    fc.assert(
      fc.property(facts, (given) => {
        const comment = renderComment(given);
        const [mark = "", ...lines] = comment.split("\n");
        expect(comment.length).toBeLessThan(60_000);
        expect(comment).not.toMatch(/\p{Surrogate}/u);
        expect(parseStatusMark(mark)?.branch).toBe(given.mark.branch);
        for (const line of lines) {
          expect(line).not.toMatch(/^[\s>]*(?:(?:[-*+]|\d+[.)])[\s>]*)*\//);
          expect(line).not.toMatch(/^[\s>]*<!--/);
        }
        const rest = active(lines.join("\n")).replace(/<\/?(?:details|summary)>/g, "");
        expect(rest).not.toMatch(/@(?!\u200b)[\w.]/);
        expect(rest).not.toContain("<");
        expect(rest).not.toContain("`");
        // Only links of the bot's own making: a short label of its own, and an address of the web.
        const unlinked = rest.replace(/\[[^[\]]*\]\(https?:\/\/[^\s()]+\)/g, "").replaceAll("&#124;", "");
        expect(unlinked).not.toMatch(/[[\]]|:\/\//);
        expect(unlinked).not.toMatch(/[#!&]\d/);
        for (const line of lines.filter((one) => one.startsWith("|"))) expect(line.match(/\|/g)).toHaveLength(5);
      }),
      { numRuns: 60 },
    );
  });
});
