import { describe, expect, it } from "@jest/globals";
import { rewriteBugzilla } from "../../../../src/sync/mirror/bugzilla.ts";

describe("rewriteBugzilla", () => {
  it.each([
    ["Bugzilla:   https://bugzilla.redhat.com/show_bug.cgi?id=809123", "Resolves: bz#809123"],
    ["Bugzilla: 456789", "Resolves: bz#456789"],
    ["Bugzilla: 23456 (Some explanation)", "Resolves: bz#23456 (Some explanation)"],
    ["Bugzilla:\t1\ntext\nBugzilla: 2", "Resolves: bz#1\ntext\nResolves: bz#2"],
    [" Bugzilla: 1", " Bugzilla: 1"],
    ["bugzilla: 1", "bugzilla: 1"],
    ["Bugzilla:1", "Bugzilla:1"],
    ["See Bugzilla: 1", "See Bugzilla: 1"],
    ["Bugzilla: \n1", "Bugzilla: \n1"],
    ["Bugzilla: none", "Bugzilla: none"],
  ])("%j becomes %j", (text, expected) => {
    expect(rewriteBugzilla(text)).toBe(expected);
  });
});
