// Mails as `git am` reads them: held against `git mailinfo`, and against the commits that `git format-patch` made mails of.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readMails } from "../../../src/engine/init/read-mail.ts";
import { createTestRepository, gitBytes, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let count = 0;
const DIFF = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+caf\xe9\n";
const FROM = `From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\n`;
const HEAD = "From: Pat <pat@example.com>\nDate: Tue, 1 Feb 2022 08:00:00 +0200\n";

/** What git makes of one mail: author, and the message without what `git am` cleans up. */
async function mailinfo(mail: Buffer): Promise<{ author: string; message: string }> {
  const directory = join(root, String(count++));
  mkdirSync(directory);
  const [log, patch] = [join(directory, "log"), join(directory, "patch")];
  const said = (await gitBytes(["mailinfo", log, patch], directory, mail)).toString("utf8");
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(said)?.[1] ?? "";
  const text = Buffer.from(`${field("Subject")}\n\n${readFileSync(log, "utf8")}`);
  const message = (await gitBytes(["stripspace"], directory, text)).toString("utf8");
  return { author: `${field("Author")} <${field("Email")}>`, message };
}

const MAILS: readonly (readonly [string, string])[] = [
  ["plain", `${FROM}${HEAD}Subject: [PATCH 1/2] One\n\nBody\n---\n a | 2 +-\n\n${DIFF}`],
  ["no From line", `${HEAD}Subject: One\n\nBody\n\n${DIFF}`],
  ["a folded subject", `${FROM}${HEAD}Subject: [PATCH] One that is\n folded twice\n\tat blanks\n\n---\n${DIFF}`],
  ["several brackets, Re:", `${FROM}${HEAD}Subject: Re: [pkg] [PATCH v2] Re: One [kept]\n\n---\n${DIFF}`],
  ["encoded words", `${FROM}${HEAD}Subject: =?UTF-8?q?Wei=C3=9Fbier_is?= =?utf-8?B?IGdvb2Q=?= here\n\n---\n${DIFF}`],
  ["a character in two words", `${FROM}${HEAD}Subject: =?UTF-8?q?Wei=C3?=\n =?UTF-8?q?=9F?=\n\n---\n${DIFF}`],
  [
    "quoted-printable in Latin-1",
    `${FROM}${HEAD}Subject: One\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9 is =\nlong\n---\n${DIFF.replace("\xe9", "=E9")}`,
  ],
  [
    "base64",
    `${FROM}${HEAD}Subject: One\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(`Body\n---\n${DIFF}`, "latin1").toString("base64")}\n`,
  ],
  [
    "headers in the body",
    `${FROM}${HEAD}Subject: One\n\nFrom: Other <other@example.com>\nSubject: Two\n\nBody\n---\n${DIFF}`,
  ],
  ["a quoted name", `${FROM}${HEAD.replace("Pat <", '"Pat, \\"P\\" Patcher" <')}Subject: One\n\n---\n${DIFF}`],
  [
    "an address alone",
    `${FROM}${HEAD.replace("Pat <pat@example.com>", "pat@example.com")}Subject: One\n\n---\n${DIFF}`,
  ],
  [
    "a name in parentheses",
    `${FROM}${HEAD.replace("Pat <pat@example.com>", "pat@example.com (Pat)")}Subject: One\n\n---\n${DIFF}`,
  ],
  ["many empty lines, blanks at ends", `${FROM}${HEAD}Subject:   One  \n\n\n\nBody  \n\n\n\nMore\n\n\n---\n${DIFF}`],
  ["no dashes", `${FROM}${HEAD}Subject: One\n\nBody\n\nIndex: a\n${DIFF.slice(DIFF.indexOf("---"))}`],
  ["further headers", `${FROM}${HEAD}X-Thing: y\nSubject: One\nCc: a@b,\n c@d\n\nBody\n---\n${DIFF}`],
];

describe("readMails", () => {
  it.each(MAILS)("reads as git does: %s", async (_name, text) => {
    const mail = Buffer.from(text, "latin1");
    const [read, ...more] = readMails(mail) ?? [];
    expect(more).toEqual([]);
    expect({ author: `${read?.author?.name} <${read?.author?.email}>`, message: read?.message }).toEqual(
      await mailinfo(mail),
    );
    expect(read?.date).toBe("1643695200 +0200");
    expect(read?.content.includes(Buffer.from("+caf\xe9\n", "latin1"))).toBe(true);
  });

  it.each([
    ["a bare diff", DIFF],
    ["words, then a diff", `Fix for the crash: see the tracker\n\n${DIFF}`],
    ["diff -u with its command", "diff -up a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n"],
    ["nothing", ""],
    ["a mail without a change", `${FROM}${HEAD}Subject: Cover letter\n\nWords\n`],
    ["several parts", `${FROM}${HEAD}Subject: One\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n${DIFF}--x--\n`],
  ])("takes for no mail: %s", (_name, text) => {
    expect(readMails(Buffer.from(text, "latin1"))).toBeUndefined();
  });

  it("gives back the commits that git format-patch wrote", async () => {
    const word = fc.constantFrom(
      "fix",
      "Weißbier",
      "50%",
      "=?x",
      "[tag]",
      "From",
      "a:b",
      "\u{1f37a}",
      "naïve,",
      "x".repeat(70),
      "#1",
    );
    const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
    const message = fc.tuple(line, fc.array(fc.oneof(line, fc.constant("")), { maxLength: 5 }));
    const name = fc.constantFrom("Ada Dev", "Jürgen Ö", 'Q "T" R', "O'Neil, P.", "a@b.c");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(message, name), { minLength: 1, maxLength: 4 }), async (commits) => {
        const repository = await createTestRepository(join(root, `${count++}.git`));
        await repository.commit({ message: "Base", files: { a: "0\n" } });
        await repository.tag("base");
        for (const [index, [[subject, body], author]] of commits.entries()) {
          // git strips brackets in front of a subject; they are not told from its own.
          const text = `S${subject}\n\n${body.map((one) => `b ${one}`.trim()).join("\n")}\n`;
          const stored = (await repository.git(["stripspace"], text)).toString();
          const files = { a: `${index + 1}\n` };
          await repository.commit({ message: stored, files, author: { name: author, email: "x@example.com" } });
        }
        const mails = readMails(await gitBytes(["format-patch", "--stdout", "base..main"], repository.directory)) ?? [];
        const log = await repository.git([
          "log",
          "--reverse",
          "-z",
          "--date=raw",
          "--format=%an|%ae|%ad|%B",
          "base..main",
        ]);
        const read = mails.map(({ author, date, message: text }) => `${author?.name}|${author?.email}|${date}|${text}`);
        const expected = log.split("\0").filter(Boolean);
        const sane = (entry: string) => entry.replace(/^a@b\.c\|x@/, "x@example.com|x@").trimEnd();
        expect(read.map(sane)).toEqual(expected.map(sane));
      }),
      { numRuns: 20, seed: 5, endOnFailure: true },
    );
  });

  it("never throws, whatever stands in the file", () => {
    const piece = fc.constantFrom(
      FROM,
      HEAD,
      "Subject: x\n",
      "\n",
      DIFF,
      "---\n",
      "=?utf-8?q?=?=",
      "\x00",
      "From: <",
      "\r\n",
      " y",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (parts) => {
        readMails(Buffer.from(parts.join(""), "latin1"));
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  it.each([
    ["a long From line", "From x 1:11 ".repeat(50_000)],
    ["a long header", `${FROM}From: ${"(".repeat(500_000)}\nSubject: ${"re:".repeat(200_000)}\n\n---\n${DIFF}`],
    ["blanks in a header", `${FROM}Subject: a${" ".repeat(500_000)}b\n\n---\n${DIFF}`],
    [
      "encoded words without an end",
      `${FROM}Subject: ${"=?u?q?".repeat(100_000)}\n\n${"=?".repeat(100_000)}\n---\n${DIFF}`,
    ],
  ])("takes no longer for hostile text: %s", (_name, text) => {
    const start = performance.now();
    readMails(Buffer.from(text, "latin1"));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
