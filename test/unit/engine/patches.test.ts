import { describe, expect, it } from "@jest/globals";
import { readLegacyMetadata } from "../../../src/engine/patches/legacy-metadata.ts";
import { makePatches } from "../../../src/engine/patches/make-patches.ts";
import { commentLines, messageText } from "../../../src/engine/patches/patch-comment.ts";
import { sameChanges } from "../../../src/engine/patches/patch-identity.ts";
import { readPatchTrailers } from "../../../src/engine/patches/patch-metadata.ts";
import type { Commit } from "../../../src/git/repository.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { FREE } from "../../support/free-effort.ts";

function trailers(...lines: string[]) {
  return readPatchTrailers(`Subject\n\n${lines.join("\n")}\n`, "1234 (Subject)");
}

describe("trailers", () => {
  it.each([
    ["Patch-name: clev:er.patch", { name: "clev:er.patch" }],
    ["Patch-name: 'quoted name.patch'", { name: "quoted name.patch" }],
    ["Patch-name: my patch.patch", { name: "my patch.patch" }],
    ["Patch-name: 123", { name: "123" }],
    ["Patch-name: yes", { name: "yes" }],
    ["Patch-name:x", { name: "x" }],
    ["Patch-name : x", { name: "x" }],
    ["Patch-name: a\nPatch-name: b", { name: "b" }],
    ["Patch-id: 0100", { id: 100 }],
    ["Patch-status: foo\n  2nd", { status: "foo 2nd" }],
    ["Patch-status: >\n  folded\n  text", { status: "folded text" }],
    ["Patch-status: |\n    a\n      b\n    c", { status: "a\n  b\nc" }],
    ["Patch-status: |-\n    # kept\n    b", { status: "# kept\nb" }],
    ["Patch-status: one # not", { status: "one" }],
    ['Patch-status: ""', { status: "" }],
    ['Patch-status: "quoted: value"', { status: "quoted: value" }],
    ["Patch-status: |\n    a\n\tdropped\n    b", { status: "a\nb" }],
    ["Ignore-patch: yes", { ignore: true }],
    ["Ignore-patch: TRUE", { ignore: true }],
    ["Ignore-patch: Off", { ignore: false }],
    ['Ignore-patch: "false"', { ignore: true }],
    ["Ignore-patch: y", { ignore: true }],
    ["Ignore-patch: n", { ignore: true }],
    ["Ignore-patch: 1", { ignore: true }],
    ["Ignore-patch: 0", { ignore: false }],
    ["No-prefix: on", { noPrefix: true }],
    ["Patch-present-in-specfile: true", { present: true }],
  ])("%j", (text, expected) => {
    expect(trailers(text)).toMatchObject(expected);
  });

  it.each([["Patch-name: ~"], ["Patch-name: # x"], ["Patch-status: # foo"], ["Patch-id: ~"]])(
    "%s says nothing",
    (text) => {
      expect(trailers(text)).toEqual({ present: false, ignore: false, noPrefix: false, squash: false });
    },
  );

  it.each([["patch-name: x"], ["Patch-foo: x"], ["Patch-status:"], ["Resolves: #1"]])("%s is unknown", (text) => {
    expect(trailers(text)).toBeUndefined();
  });

  it.each([
    ["Patch-name: foo: bar.patch"],
    ["Patch-name: [a]"],
    ["Patch-status: Fixes: foo"],
    ["Patch-status: %bar"],
    ["Patch-status: [1, 2]"],
    ["Patch-status: yes"],
    ["Patch-status: 12"],
    ["Patch-status: 2022-01-01"],
    ["Patch-name: 'open"],
    ["Patch-name: !!python/object:os.system x"],
    ["Patch-name: *alias"],
  ])("D17: %s is the user's error and names the commit", (text) => {
    expect(() => trailers(text)).toThrow(/^Commit 1234 \(Subject\): the value .* of Patch-/);
  });
});

describe("legacy metadata", () => {
  it.each([
    ["S\n\npatch_name: a.patch\npatch_id: 5\ndescription: why", { name: "a.patch", id: 5, status: "why" }],
    ["S\n\nSentence.\nAnother one.\n\n\nignore: true", { ignore: true }],
    ["patch_name: x", { name: "x" }],
    ["S\n\nno_prefix: yes\nunknown: [a,b]", { noPrefix: true }],
    ["S\n\ndescription: |-\n  two\n  lines", { status: "two\nlines" }],
  ])("%j", (message, expected) => {
    expect(readLegacyMetadata(message, "x", FREE)).toMatchObject(expected);
  });

  it.each([
    ["S"],
    ["S\n\nSentence."],
    ["S\n\npatch_name: x\nsentence at the end"],
    ["S\n\nNote: a thing\nanother without colon"],
  ])("%j is none", (message) => {
    expect(readLegacyMetadata(message, "x", FREE)).toBeUndefined();
  });

  it("D8: patch_id is decimal, too", () => {
    expect(readLegacyMetadata("S\n\npatch_id: 010", "x", FREE)).toMatchObject({ id: 10 });
    expect(() => readLegacyMetadata("S\n\npatch_id: 0x10", "x", FREE)).toThrow(/patch_id/);
  });

  it("ends in time on a hostile message", () => {
    expect(readLegacyMetadata(`ignore: [${"a: b\n".repeat(10_000)}`, "x", FREE)).toBeUndefined();
  });
});

describe("comments", () => {
  it.each([
    ["text", ["# text"]],
    ["D4: # kept\n#too", ["# D4: # kept", "#too"]],
    ["a\n\nb", ["# a", "#", "# b"]],
    ["100% of %{x} and %%y %%%z", ["# 100%% of %%{x} and %%y %%%%z"]],
    ["a\rb\u2028c", ["# a", "# b", "# c"]],
    ["", []],
    ["  \n", []],
  ])("D4, D5, D6: %j", (text, expected) => {
    expect(commentLines(text)).toEqual(expected);
  });

  it.each([
    ["S\n\nbody\n\nPatch-name: x\nSigned-off-by: A\n", "S\n\nbody"],
    ["S\n\nPatch-name: x\n", "S"],
    ["one\ntwo\n\nbody\n", "one two\n\nbody"],
    ["S\n\nabove\n---\nbelow\n", "S\n\nabove"],
    ["S\n\n---\nbelow\n", "S\n\nbelow"],
    ["S\n\nb\n\nPatch-name:x\n", "S\n\nb\n\nPatch-name:x"],
  ])("the default text of %j", (message, expected) => {
    expect(messageText(message)).toBe(expected);
  });
});

describe("the list", () => {
  let count = 0;
  function commit(message: string): Commit {
    const sha = parseSha((++count).toString(16).padStart(40, "a")) as Sha;
    const person = { name: "Ada", email: "ada@example.com", date: "1 +0000" };
    return { sha, tree: sha, parents: [], author: person, committer: person, message };
  }
  const list = (...messages: string[]) =>
    makePatches(
      messages.map((message) => ({ commit: commit(message), isEmpty: message.startsWith("Empty") })),
      "full",
    ).map(({ name, commits, comment }) => [name, commits.length, comment.split("\n")[0]]);

  it("one commit with a packaging trailer switches the comments of all", () => {
    const comments = (...messages: string[]) =>
      makePatches(
        messages.map((message) => ({ commit: commit(message), isEmpty: false })),
        "full",
      ).map(({ comment }) => comment);
    expect(comments("One\n\nBody")).toEqual(["One\nAuthor: Ada <ada@example.com>"]);
    expect(comments("One\n\nBody", "Two\n\nPatch-id: 5")[0]).toBe("One\n\nBody");
  });

  it("D2: an ignored commit uses its number and leaves no patch, also between two of one name", () => {
    const same = "S\n\nPatch-name: s.patch";
    expect(list(same, "I\n\nIgnore-patch: true", same, "Last")).toEqual([
      ["s.patch", 2, "S"],
      ["0004-Last.patch", 1, "Last"],
    ]);
  });

  it.each<[string, string[], [string, number, string][]]>([
    [
      "plain commits go into the next one with metadata, the newest into the last one",
      [
        "Hops",
        "Citra\n\npatch_name: citra.patch\nsquash_commits: true",
        "Malt one",
        "m04r malt\n\nsquash_commits: true\nno_prefix: false",
        "Malt two\n\npatch_name: malt.patch\nsquash_commits: true",
        "Newest",
      ],
      [
        ["citra.patch", 2, "Citra"],
        ["0004-m04r-malt.patch", 2, "m04r malt"],
        ["malt.patch", 2, "Malt two"],
      ],
    ],
    [
      "unknown keys and present_in_specfile open a file, too",
      ["One", "fix: x", "Two", "T\n\npresent_in_specfile: true", "Three", "S\n\nsquash_commits: yes", "Four"],
      [
        ["0002-fix-x.patch", 2, "fix: x"],
        ["0004-T.patch", 2, "T"],
        ["0006-S.patch", 3, "S"],
      ],
    ],
    [
      "an ignored one is left out first",
      ["One", "I\n\nignore: true", "S\n\nsquash_commits: true"],
      [["0003-S.patch", 2, "S"]],
    ],
  ])("2.11, squash_commits: %s", (_name, messages, expected) => {
    expect(list(...messages)).toEqual(expected);
  });

  it("2.13: an empty commit is left out, unless present_in_specfile asks for a file", () => {
    const present = "Empty\n\npatch_name: saaz.patch\npresent_in_specfile: true";
    expect(list("One", present, "Empty two", "Two")).toEqual([
      ["0001-One.patch", 1, "One"],
      ["saaz.patch", 1, "Empty"],
      ["0002-Two.patch", 1, "Two"],
    ]);
    expect(() => list("Empty\n\npresent_in_specfile: true")).toThrow(/not which file/);
    expect(list("One\n\nPatch-id: 3", present)).toEqual([["0001-One.patch", 1, "One"]]);
  });

  it("2.10: a patch without prefixes was made alone, and so bears the number one", () => {
    expect(list("One", "Two\n\nno_prefix: true")[1]?.[0]).toBe("0001-Two.patch");
  });

  it("equal names that do not follow each other are refused, both commits named", () => {
    const same = "S\n\nPatch-name: s.patch";
    expect(() => list(same, "Other", same)).toThrow(
      /Non-adjacent patches cannot have the same name: s\.patch.*\(S\).*\(S\)/,
    );
  });
});

describe("identity", () => {
  const diff = (body: string) => Buffer.from(body);
  const mail = (text: string) =>
    `From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: ${text}\n\n---\n x | 1 +\n\n`;
  const change = "diff --git a/x b/x\nindex 12..34 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ fn\n-a\n+b\n c\n";
  it.each([
    ["message and hashes", mail("one") + change, mail("two") + change.replace("12..34", "5..6"), true],
    ["line numbers", change, change.replace("-1,2 +1,2", "-9,2 +9,2"), true],
    ["signature", mail("one") + change, `${mail("one")}${change}-- \n2.39\n\n`, true],
    [
      "a plain diff with times",
      change,
      change.replace(/diff.*\nindex.*\n/, "diff -Nrup a/x b/x\n").replace("--- a/x", "--- a/x\t2020-01-01"),
      true,
    ],
    ["without a diff line", change, change.replace(/diff.*\nindex.*\n/, ""), true],
    ["function name", change, change.replace("@@ fn", "@@ other"), false],
    ["white space", change, change.replace("+b", "+ b"), false],
    ["context", change, change.replace(" c", " d"), false],
    ["mode", change, change.replace("index", "old mode 100644\nnew mode 100755\nindex"), false],
    [
      "name of an empty file",
      "diff --git a/x b/x\nnew file mode 100644\n",
      "diff --git a/y b/y\nnew file mode 100644\n",
      false,
    ],
    ["lines that look like headers", change.replace("-a", "--- a"), change.replace("-a", "--- b"), false],
    ["one mail more", mail("1") + change, mail("1") + change + mail("2") + change, false],
    ["joined mails", mail("1") + change + mail("2") + change, mail("3") + change + mail("4") + change, true],
  ])("D23: %s", (_name, one, other, expected) => {
    expect(sameChanges(diff(one), diff(other))).toBe(expected);
  });
});
