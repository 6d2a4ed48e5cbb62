import { describe, expect, it } from "@jest/globals";
import { readTrailer } from "../../../../src/model/trailers.ts";
import { renderPairMark } from "../../../../src/sync/marks/marker.ts";
import {
  commitMessage,
  commitText,
  mergeRequestDescription,
  mergeRequestTitle,
  textDigest,
} from "../../../../src/sync/mirror/dist-git-text.ts";
import { mergeRequest, sha } from "../../../support/forge-values.ts";

const mark = { source: { forge: "gitlab", projectId: 1, iid: 5 } } as const;
const describeRequest = (given: Parameters<typeof mergeRequest>[0] = {}) =>
  mergeRequestDescription(mergeRequest(given), mark);
const FENCED =
  "For reviewers here only.\n\n```dist-git\nDraft: Other title\n\nOther body.\nBugzilla: 5\n```\n\nBugzilla: 6";

describe("commitText", () => {
  it.each([
    ["title and body", { description: "One.\r\n\r\nTwo.\0\n" }, "Fix foo\n\nOne.\n\nTwo."],
    ["a draft's prefix is gone", { title: "Draft:  [Draft] (draft) Fix foo " }, "Fix foo\n\nIt was broken."],
    ["also where it is no draft", { title: "draft: Fix foo", draft: false }, "Fix foo\n\nIt was broken."],
    ["a title of nothing else", { title: "Draft: ", description: "" }, "Update from merge request !5"],
    ["the same on GitHub", { title: "", description: "", forge: "github" }, "Update from pull request #5"],
    ["a title is one line", { title: "Fix\n\nfoo\u202e", description: "" }, "Fix foo"],
    [
      "Bugzilla lines",
      { description: "Bugzilla: 5 (x)\nno Bugzilla: 6" },
      "Fix foo\n\nResolves: bz#5 (x)\nno Bugzilla: 6",
    ],
    [
      "row 4 of 10.2: a fenced block replaces both",
      { description: FENCED },
      "Other title\n\nOther body.\nResolves: bz#5",
    ],
    ["a fenced title alone", { description: "x\n~~~dist-git\nOther\n~~~" }, "Other"],
    ["nothing is closed", { title: "Fix #5", description: "Closes g/p#6" }, "Fix (#5)\n\nCloses (g/p#6)"],
    [
      "checks are not skipped",
      { title: "Fix foo [Skip CI]", description: "[ci-skip]" },
      "Fix foo (Skip CI)\n\n(ci-skip)",
    ],
    ["mentions and slashes are text", { description: "@all\n/close" }, "Fix foo\n\n@all\n/close"],
  ] as const)("R14: %s", (_, given, expected) => {
    expect(commitText(mergeRequest(given))).toBe(expected);
  });

  it.each(["From-source-git-commit: ", "from-source-git-commit : ", " From-source-git-commit:"])(
    "leaves out a line that poses as the bot's trailer: %j",
    (start) => {
      const posing = `${start}${sha("b")}`;
      expect(commitText(mergeRequest({ description: `One.\n${posing}\nTwo.` }))).toBe("Fix foo\n\nOne.\nTwo.");
      expect(commitText(mergeRequest({ title: posing, description: "" }))).toBe("Update from merge request !5");
    },
  );
});

describe("commitMessage", () => {
  const trailers = [{ token: "A", value: "1" }];

  it.each([
    ["T", [], "T\n\nA: 1\n"],
    ["T\n\nbody", [], "T\n\nbody\n\nA: 1\n"],
    ["T\n\nbody", ["Resolves: RHEL-1", "Related: bz#2"], "T\n\nbody\n\nResolves: RHEL-1\nRelated: bz#2\nA: 1\n"],
    ["T\n\nResolves: bz#2", ["Resolves: RHEL-1"], "T\n\nResolves: bz#2\nResolves: RHEL-1\nA: 1\n"],
    ["T\n\nbody\n\nSigned-off-by: x <x@y>", [], "T\n\nbody\n\nSigned-off-by: x <x@y>\nA: 1\n"],
    ["T\n\nbody\n\n---\nmore", [], "T\n\nbody\n\n---\nmore\n\nA: 1\n"],
    ["T\n\n# heading", [], "T\n\n# heading\n\nA: 1\n"],
    ["T\n\nB: 1\n\n# heading", [], "T\n\nB: 1\n\n# heading\n\nA: 1\n"],
  ])("puts references and trailers at the very end: %j, %j", (text, references, expected) => {
    const message = commitMessage(text, { references, trailers });
    expect(message).toBe(expected);
    expect(readTrailer(message, "A")).toBe("1");
  });

  it("below the text, too, nothing closes an issue or skips the pipeline", () => {
    const coAuthor = { token: "Co-authored-by", value: "[skip ci] Closes #5 <x@y>" };
    const message = commitMessage("T", { references: ["Resolves: GL-7"], trailers: [coAuthor] });
    expect(message).toBe("T\n\nResolves: (GL-7)\nCo-authored-by: (skip ci) Closes (#5) <x@y>\n");
  });

  it("R14: title, converted description, references, trailer, and nothing else", () => {
    const text = commitText(mergeRequest({ description: "It was broken.\n\nBugzilla: 5" }));
    const message = commitMessage(text, {
      references: ["Resolves: RHEL-1"],
      trailers: [{ token: "From-source-git-commit", value: sha("a") }],
    });
    expect(message).toBe(
      `Fix foo\n\nIt was broken.\n\nResolves: bz#5\nResolves: RHEL-1\nFrom-source-git-commit: ${sha("a")}\n`,
    );
  });
});

describe("textDigest", () => {
  it("follows the commit's text and nothing else", () => {
    const digest = textDigest(mergeRequest());
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(textDigest(mergeRequest({ draft: true, title: "Draft: Fix foo", head: sha("b") }))).toBe(digest);
    expect(textDigest(mergeRequest({ title: "Fix bar" }))).not.toBe(digest);
    expect(textDigest(mergeRequest({ description: "" }))).not.toBe(digest);
  });
});

describe("mergeRequestTitle", () => {
  it.each([
    [{}, "Fix foo"],
    [{ draft: true, title: "Draft: Fix foo" }, "Draft: Fix foo"],
    [{ draft: true, title: "Fix foo", forge: "github" }, "Draft: Fix foo"],
    [{ draft: false, title: "Draft: Fix foo" }, "Fix foo"],
    [{ draft: false, title: "\u202eDraft: Fix foo" }, "Fix foo"],
    [{ draft: true, title: "x", description: FENCED }, "Draft: Other title"],
    [{ title: "Fix @all and #5" }, "Fix @\u200ball and #\u200b5"],
  ] as const)("%j gives %j", (given, expected) => {
    expect(mergeRequestTitle(mergeRequest(given))).toBe(expected);
  });

  it("is never longer than GitLab takes, and cuts no character into halves", () => {
    const title = mergeRequestTitle(mergeRequest({ draft: true, title: "😀".repeat(300) }));
    expect([...title]).toHaveLength(255);
    expect(title).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("mergeRequestDescription", () => {
  it("R13: mark, where it comes from, what the maintainer does, the converted description", () => {
    const lines = describeRequest({ description: "It was broken.\n\nBugzilla: 5" }).split("\n");
    expect(lines[0]).toBe(renderPairMark(mark));
    expect(lines[1]).toBe(
      "> Made by a bot from the [source-git merge request !5](https://gitlab.test/src/pkg/-/merge_requests/5), which it follows.",
    );
    expect(lines[3]).toMatch(/^> \*\*For the maintainer of this package:\*\* .*review.*Run pipeline.*Merge it.*do not/);
    expect(lines.slice(4)).toEqual(["", "It was broken.", "", "Resolves: bz#5"]);
  });

  it("R13: follows an edit, and takes a fenced block instead of the rest", () => {
    expect(describeRequest({ description: "" }).split("\n")).toHaveLength(4);
    const fenced = describeRequest({ description: FENCED });
    expect(fenced).toMatch(/\n\nOther body\.\nResolves: bz#5$/);
    expect(fenced).not.toContain("reviewers here");
  });

  it("gives a stranger's text no power", () => {
    const text = describeRequest({
      description: `/close\n@all Closes #5\n<!-- tandem:pair {} -->\n${renderPairMark({ ...mark, closedWithSource: true })}`,
    });
    expect(text).not.toMatch(/^\s*\//m);
    expect(text).toContain("@\u200ball Closes (\\#5)");
    expect(text.match(/<!--/g)).toHaveLength(1);
  });

  it("names a pull request as GitHub does", () => {
    expect(describeRequest({ forge: "github", webUrl: "https://github.test/o/r/pull/5" })).toContain(
      "the [source-git pull request #5](https://github.test/o/r/pull/5)",
    );
  });

  it("is never longer than GitLab takes", () => {
    for (const description of ["@a ".repeat(300_000), "<!--".repeat(300_000), "#5 ".repeat(300_000)])
      expect(describeRequest({ description }).length).toBeLessThan(1_000_000);
  });
});
