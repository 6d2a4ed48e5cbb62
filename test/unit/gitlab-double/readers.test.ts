import { describe, expect, it } from "@jest/globals";
import { parseUrlEncoded } from "../../gitlab-double/http/input.ts";
import { extractCommands } from "../../gitlab-double/merge-requests/quick-actions.ts";
import { isDraft, withDraft } from "../../gitlab-double/merge-requests/title.ts";
import { planFromCiFile } from "../../gitlab-double/pipelines/ci-file.ts";
import { evaluate } from "../../gitlab-double/pipelines/expression.ts";
import { interpretScript } from "../../gitlab-double/pipelines/interpret-script.ts";
import { protectionCovers } from "../../gitlab-double/state/access.ts";

describe("rules:if expressions", () => {
  const variables = { A: "one", EMPTY: "", BRANCH: "release/1.2" };
  it.each([
    ["$A", true],
    ["$EMPTY", false],
    ["$NONE", false],
    ["$NONE == null", true],
    ["$A != null", true],
    ["$A == 'one'", true],
    ['$A == "two" || $A == "one"', true],
    ["$A && $NONE", false],
    ["$NONE || $A && $EMPTY", false],
    ["($NONE || $A) && $BRANCH", true],
    ["$BRANCH =~ /^release\\//", true],
    ["$BRANCH =~ /^RELEASE/", false],
    ["$BRANCH =~ /^RELEASE/i", true],
    ["$BRANCH !~ /^release/", false],
    ["$NONE =~ /x/", false],
  ])("%s is %s", (expression, expected) => {
    expect(evaluate(expression, variables)).toBe(expected);
  });

  it.each(["$A ==", "== $A", "$A $A", "($A", "$A =~ one"])("%s cannot be read", (expression) => {
    expect(() => evaluate(expression, variables)).toThrow();
  });
});

describe("scripts", () => {
  it.each([
    [["make", "make install"], 1, false],
    [["sleep 3", "sleep 2"], 5, false],
    [["sleep 2; false", "sleep 9"], 2, true],
    [["exit 1"], 1, true],
    [["exit 0", "false"], 1, false],
    [["true && false"], 1, true],
    [["false || true"], 1, false],
    [["false || exit 2"], 1, true],
    [["echo one\nfalse\n"], 1, true],
    [[], 1, false],
  ])("%j takes %d steps, fails: %s", (lines, steps, fails) => {
    expect(interpretScript(lines)).toEqual({ steps, fails });
  });

  it("are never run", () => {
    const kind = { mergeRequest: false, tag: false, ref: "main", source: "push", variables: {} };
    const plan = planFromCiFile("a: {script: ['$(touch /tmp/never)', '`id`']}", kind);
    expect(plan.jobs).toMatchObject([{ name: "a", stage: "test", script: { steps: 1, fails: false } }]);
  });
});

it.each([
  ["/close", ["close"], ""],
  ["/CLOSE  ", ["close"], ""],
  ["text\n/title New words\r\nmore", ["title"], "text\nmore"],
  ["~~~\n/close\n~~~", [], "~~~\n/close\n~~~"],
  [" /close", [], " /close"],
  ["> /close", [], "> /close"],
  ["/closed", [], "/closed"],
  ["/usr/bin/env", [], "/usr/bin/env"],
  ["/assign @x\n/merge", ["assign", "merge"], ""],
])("commands in %j", (text, names, rest) => {
  const extracted = extractCommands(text);
  expect([extracted.commands.map((command) => command.name), extracted.rest]).toEqual([names, rest]);
});

it.each([
  ["Draft: x", true],
  ["draft: x", true],
  ["[Draft] x", true],
  ["(draft) x", true],
  ["WIP: x", false],
  ["Drafty: x", false],
])("%s is a draft: %s", (title, expected) => {
  expect(isDraft(title)).toBe(expected);
  expect(withDraft(withDraft(title, true), true)).toBe(`Draft: ${withDraft(title, false)}`);
});

it.each([
  ["main", "main", true],
  ["main", "mainly", false],
  ["rhel-*", "rhel-9.1", true],
  ["*-stable", "a.b-stable", true],
  ["a.b", "axb", false],
])("protection %s covers %s: %s", (protection, branch, expected) => {
  expect(protectionCovers(protection, branch)).toBe(expected);
});

it("reads arrays from urlencoded parameters", () => {
  expect(parseUrlEncoded("a=1&b[]=x&b[]=y&c%5B0%5D=z")).toEqual({ a: "1", b: ["x", "y"], c: ["z"] });
});
