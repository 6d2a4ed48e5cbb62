import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  inlineCode,
  neutraliseMarkdown,
  neutraliseProse,
  neutraliseTitle,
} from "../../../../src/sync/marks/neutralise.ts";

const Z = "\u200b";

describe("neutraliseMarkdown", () => {
  it.each([
    ["/close", "\\/close"],
    ["text\n/merge\n  /approve now", "text\n\\/merge\n  \\/approve now"],
    ["text\r/close", "text\n\\/close"],
    ["/label ~x\n/Title y", "\\/label ~x\n\\/Title y"],
    ["> /close\n- /close\n1. > /close", "> \\/close\n- \\/close\n1. > \\/close"],
    ["```\n/close\n```", "```\n\\/close\n```"],
    ["/usr/bin/tandem\n//x", "/usr/bin/tandem\n//x"],
    ["thanks @alice and @group/sub", `thanks @${Z}alice and @${Z}group/sub`],
    ["@all", `@${Z}all`],
    ["<div>\n\\@all\n</div>", `<div>\n\\@${Z}all\n</div>`],
    ["&#64;all &#x40;all &commat;all", `&${Z}\\#64;all &${Z}#x40;all &${Z}commat;all`],
    ["_a_@all <p>&nbsp@all", `_a_@${Z}all <p>&${Z}nbsp@all`],
    ["@\\_x @&#97;ll", `@${Z}\\_x @${Z}&${Z}\\#97;ll`],
    ["mail a@example.com", "mail a@example.com"],
    ["in code: `@alice`", `in code: \`@${Z}alice\``],
    ["`code`@all and `@all", `\`code\`@${Z}all and \`@${Z}all`],
    ["see #5, !6 and &7", "see \\#5, \\!6 and \\&7"],
    ["\\#5 \\\\#5", "\\#5 \\\\\\#5"],
    ["Closes #5", "Closes (\\#5)"],
    ["Fixes g/p#5", "Fixes (g/p#5)"],
    ["Resolves: bz#5\nResolves: RHEL-1", "Resolves: bz#5\nResolves: RHEL-1"],
    ["# heading\n#x ![image](x) a && b", "# heading\n#x ![image](x) a && b"],
    ["https://x.test/a#5 https://x.test/?a=1&5 g/p!5", "https://x.test/a#5 https://x.test/?a=1&5 g/p!5"],
    ["<!-- tandem:pair {} -->", "&lt;!-- tandem:pair {} -->"],
    ["a/b and https://x.test/y", "a/b and https://x.test/y"],
    ["half \ud83d\0", "half \ufffd"],
  ])("%j becomes %j", (text, expected) => {
    expect(neutraliseMarkdown(text)).toBe(expected);
  });

  it("leaves no quick action, no mention, no reference and no HTML comment, whatever the text", () => {
    const unit = fc.constantFrom(..."/\n\r \ta<!-@\\>1.#5*&;_".split(""));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const safe = neutraliseMarkdown(text);
        expect(safe).not.toMatch(/^[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)*\/[a-z]+(?:\s|$)/m);
        expect(safe).not.toContain("<!--");
        expect(safe).not.toMatch(/(?<![a-z0-9])@\w/);
        const unescaped = safe.replace(/\\[\\#!&]/g, "\\");
        expect(unescaped).not.toMatch(/(?<![\w/=?&-])[#!&]\d/);
      }),
    );
  });

  it("takes time in proportion to the text", () => {
    const text = ["\\", "@", "> ", "1.", "\n- /", "<!--"].map((piece) => piece.repeat(30_000)).join("");
    const start = performance.now();
    neutraliseMarkdown(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("neutraliseTitle", () => {
  it.each([
    [" Fix\n/close for @all ", `Fix /close for @${Z}all`],
    ["Fix #5 and !6", `Fix (#${Z}5) and !${Z}6`],
    ["a@b.test, g/p!6, C# 5", "a@b.test, g/p!6, C# 5"],
    ["turned \u202eround", "turned round"],
  ])("%j becomes %j: one line that names nobody", (title, expected) => {
    expect(neutraliseTitle(title)).toBe(expected);
  });
});

describe("inlineCode", () => {
  it.each([
    ["plain", "`plain`"],
    ["with `ticks`", "`` with `ticks` ``"],
    ["```", "```` ``` ````"],
    ["", "` `"],
    ["two\nlines | @all", "`two lines | @all`"],
  ])("%j becomes %j", (text, expected) => {
    expect(inlineCode(text)).toBe(expected);
  });

  it("cuts what is longer than a comment may be", () => {
    expect(inlineCode("` ".repeat(1_000_000))).toBe(`\`\` ${"` ".repeat(1_000)}… \`\``);
  });
});

describe("neutraliseProse", () => {
  it.each([
    "Commit 1a2b3c4 'Fix foo': trailer `Patch-id: abc` is not a number.",
    "Couldn't find upstream branch 'origin/v1' and tag 'v1'.",
    "Check upstream_ref in .distro/source-git.yaml (it isn't there)!",
    "Use `@all`, `<b>` and `/close`.",
  ])("leaves %j as it is", (text) => {
    expect(neutraliseProse(text)).toBe(text);
  });

  it.each([
    ["/close", "\\/close"],
    ["- x", "\\- x"],
    ["12. x", "12\\. x"],
    ["# x", "\\# x"],
    ["a\n/close", "a /close"],
    ["thanks @alice, #5, !6, &7", `thanks @${Z}alice, #${Z}5, !${Z}6, &${Z}7`],
    ["*a* _b_ c_d ~~e~~ $f$", "\\*a\\* \\_b\\_ c_d \\~\\~e\\~\\~ \\$f\\$"],
    ["[x](y) <b> a|b", `\\[${Z}x\\](y) \\<b\\> a&#124;b`],
    ["see https://evil.test or www.evil.test", `see https:${Z}//evil.test or www${Z}.evil.test`],
    ["&lt; a & b", "&amp;lt; a & b"],
    [":tada: 12:30", `:${Z}tada: 12:30`],
    ["change %prep to use '%{x}[y]' first", "change %prep to use `%{x}[y]` first"],
    ["a ` b", "a \\` b"],
    ["``a`` b", "\\`\\`a\\`\\` b"],
    ["`a|b`", "\\`a&#124;b\\`"],
    ["<!-- tandem:status {} -->", "\\<!-- tandem:status {} --\\>"],
  ])("%j becomes %j", (text, expected) => {
    expect(neutraliseProse(text)).toBe(expected);
  });
});
