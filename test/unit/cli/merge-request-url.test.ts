import { describe, expect, it } from "@jest/globals";
import { parseMergeRequestUrl } from "../../../src/cli/merge-request-url.ts";

const urls = { gitlab: "https://gitlab.test/git", github: "https://github.test" };

describe("the address of a merge request", () => {
  it.each([
    ["https://gitlab.test/git/g/s/p/-/merge_requests/5", "gitlab", "g/s/p", 5],
    ["https://gitlab.test/git/g/p/-/merge_requests/12/diffs?tab=1#note_3", "gitlab", "g/p", 12],
    ["https://github.test/o/n/pull/7", "github", "o/n", 7],
    ["https://github.test/o/n/pull/7/files", "github", "o/n", 7],
  ])("%s", (text, forge, projectPath, iid) => {
    expect(parseMergeRequestUrl(text, urls)).toEqual({ forge, projectPath, iid });
  });

  it.each([
    "5",
    "group/project!5",
    "https://gitlab.test/g/p/-/merge_requests/5",
    "https://elsewhere.test/git/g/p/-/merge_requests/5",
    "https://gitlab.test/git/g/p/-/issues/5",
    "https://gitlab.test/git/g/p/-/merge_requests/0",
    "https://gitlab.test/git/-p/q/-/merge_requests/1",
    "https://github.test/o/n/x/pull/7",
  ])("not %s", (text) => {
    expect(() => parseMergeRequestUrl(text, urls)).toThrow(/is not the address of a merge request/);
  });
});
