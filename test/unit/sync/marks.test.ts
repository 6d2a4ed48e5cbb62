import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parsePairMark, parseStatusMark, renderPairMark, renderStatusMark } from "../../../src/sync/marks/marker.ts";
import { inlineCode, neutraliseMarkdown, neutraliseTitle } from "../../../src/sync/marks/neutralise.ts";
import { sha } from "../../support/forge-values.ts";

const source = { forge: "gitlab", projectId: 12, iid: 5 } as const;

describe("marks", () => {
  it("come back as they were written", () => {
    expect(parsePairMark(`${renderPairMark({ source })}\ntext`)).toEqual({ source });
    expect(parsePairMark(renderPairMark({ source, closedWithSource: true }))).toEqual({
      source,
      closedWithSource: true,
    });
    const withoutEffect = { source, closedWithSource: true, withoutEffect: sha("a") } as const;
    expect(parsePairMark(renderPairMark(withoutEffect))).toEqual(withoutEffect);
    expect(parseStatusMark(renderStatusMark({}))).toEqual({});
  });

  it("hold any branch name on one line, inside one HTML comment", () => {
    fc.assert(
      fc.property(fc.string(), (branch) => {
        const mark = renderStatusMark({ branch });
        expect(mark.split("\n")).toHaveLength(1);
        expect(mark.indexOf("-->")).toBe(mark.length - 3);
        expect(parseStatusMark(mark)).toEqual({ branch });
      }),
    );
  });

  it.each([
    ["not on the first line", `hello\n${renderPairMark({ source })}`],
    ["behind other text", `x ${renderPairMark({ source })}`],
    ["of another kind", renderStatusMark({ branch: "b" })],
    ["no JSON", "<!-- tandem:pair {source -->"],
    ["another shape", '<!-- tandem:pair {"source":{"forge":"gitlab","projectId":"12","iid":5}} -->'],
    ["nothing", ""],
  ])("are not seen when they are %s", (_, text) => {
    expect(parsePairMark(text)).toBeUndefined();
  });
});

describe("neutraliseMarkdown", () => {
  it.each([
    ["/close", "\\/close"],
    ["text\n/merge\n  /approve now", "text\n\\/merge\n  \\/approve now"],
    ["text\r/close", "text\n\\/close"],
    ["/label ~x\n/Title y", "\\/label ~x\n\\/Title y"],
    ["/usr/bin/tandem\n//x", "/usr/bin/tandem\n//x"],
    ["thanks @alice and @group/sub", "thanks \\@alice and \\@group/sub"],
    ["@all", "\\@all"],
    ["mail a@example.com", "mail a@example.com"],
    ["in code: `@alice`", "in code: `\\@alice`"],
    ["`code`@all and `@all", "`code`\\@all and `\\@all"],
    ["\\@all stays, \\\\@all would not", "\\@all stays, \\\\\\@all would not"],
    ["a\\\\@all", "a\\\\\\@all"],
    ["<!-- tandem:pair {} -->", "&lt;!-- tandem:pair {} -->"],
    ["a/b and https://x.test/y", "a/b and https://x.test/y"],
  ])("%j becomes %j", (text, expected) => {
    expect(neutraliseMarkdown(text)).toBe(expected);
  });

  it("leaves no quick action and no HTML comment, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("/", "\n", "\r", " ", "\t", "a", "<", "!", "-", "@", "\\") }),
        (text) => {
          const safe = neutraliseMarkdown(text);
          expect(safe).not.toMatch(/^[ \t]*\/[a-z]+(?:\s|$)/m);
          expect(safe).not.toContain("<!--");
        },
      ),
    );
  });
});

describe("neutraliseTitle", () => {
  it("is one line and names nobody", () => {
    expect(neutraliseTitle(" Fix\n/close for @all ")).toBe("Fix /close for @\u200ball");
  });
});

describe("inlineCode", () => {
  it.each([
    ["plain", "`plain`"],
    ["with `ticks`", "`` with `ticks` ``"],
    ["```", "```` ``` ````"],
    ["two\nlines | @all", "`two lines | @all`"],
  ])("%j becomes %j", (text, expected) => {
    expect(inlineCode(text)).toBe(expected);
  });

  it("cuts what is longer than a comment may be", () => {
    expect(inlineCode("` ".repeat(1_000_000))).toBe(`\`\` ${"` ".repeat(1_000)}… \`\``);
  });
});
