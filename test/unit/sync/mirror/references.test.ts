import { describe, expect, it } from "@jest/globals";
import { collectReferences } from "../../../../src/sync/mirror/references.ts";

const collect = (...messages: string[]) => collectReferences(messages, "");

describe("collectReferences", () => {
  it.each([
    ["Resolves: RHEL-123", ["Resolves: RHEL-123"]],
    ["resolves: rhbz#123", ["Resolves: bz#123"]],
    ["RELATED : bz#123", ["Related: bz#123"]],
    ["Reverts: CVE-2024-12345", ["Reverts: CVE-2024-12345"]],
    ["Resolves: cve-2024-12345", ["Resolves: CVE-2024-12345"]],
    ["Resolves: https://issues.redhat.com/browse/RHEL-5?x=1", ["Resolves: RHEL-5"]],
    ["Resolves: https://redhat.atlassian.net/browse/RHEL-5", ["Resolves: RHEL-5"]],
    ["Resolves: https://bugzilla.redhat.com/show_bug.cgi?id=5#c3", ["Resolves: bz#5"]],
    ["Resolves: https://bugzilla.redhat.com/5", ["Resolves: bz#5"]],
    [
      "Resolves: RHEL-1, RHEL-2 bz#3,CVE-2024-0004 and RHEL-5.",
      ["Resolves: RHEL-1", "Resolves: RHEL-2", "Resolves: bz#3", "Resolves: CVE-2024-0004", "Resolves: RHEL-5"],
    ],
    ["Resolves: RHEL-1 (decode as UTF-8)", ["Resolves: RHEL-1"]],
    ["Resolves: [RHEL-1], <https://issues.redhat.com/browse/RHEL-2>", ["Resolves: RHEL-1", "Resolves: RHEL-2"]],
    ["Bugzilla: 456789 (why)", ["Resolves: bz#456789"]],
    ["Bugzilla: https://bugzilla.redhat.com/show_bug.cgi?id=8", ["Resolves: bz#8"]],
  ])("%j gives %j", (line, expected) => {
    expect(collect(`Subject\n\n${line}\n`)).toEqual(expected);
    expect(collect(`Subject\r\n\r\n${line}\r\n`)).toEqual(expected);
  });

  it.each([
    "Resolves: #123",
    "Resolves: 123",
    "Resolves: rhel-123",
    "Resolves: https://bugzilla.kernel.org/show_bug.cgi?id=5",
    "Resolves: https://evil.test/browse/RHEL-5",
    "Resolves: see RHEL-5",
    "Resolves RHEL-5",
    " Resolves: RHEL-5",
    "> Resolves: RHEL-5",
    "Resolves:",
    "Reverts: 1a2b3c4",
    "Fixes: RHEL-5",
  ])("%j names nothing that is known", (line) => {
    expect(collect(line)).toEqual([]);
  });

  it("names each once, in the order of first appearance, over all commits", () => {
    expect(collect("Resolves: RHEL-2\nRelated: RHEL-3", "Resolves: RHEL-1, RHEL-2", "Related: RHEL-3")).toEqual([
      "Resolves: RHEL-2",
      "Related: RHEL-3",
      "Resolves: RHEL-1",
    ]);
  });

  it("does not say of what is resolved that it is related, whichever comes first", () => {
    expect(collect("Related: RHEL-1\nReverts: RHEL-1", "Resolves: RHEL-1")).toEqual([
      "Reverts: RHEL-1",
      "Resolves: RHEL-1",
    ]);
    expect(collectReferences(["Related: RHEL-1"], "T\n\nResolves: RHEL-1")).toEqual([]);
  });

  it("leaves out what the text says already", () => {
    const present = "T\n\nResolves: RHEL-1\nRelated: RHEL-2";
    expect(collectReferences(["Resolves: RHEL-1, RHEL-2, RHEL-3"], present)).toEqual([
      "Resolves: RHEL-2",
      "Resolves: RHEL-3",
    ]);
  });

  it("is bounded in number and time", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `Resolves: RHEL-${index + 1}`).join("\n");
    const long = `Resolves: ${"RHEL-1,".repeat(200_000)}`;
    const start = performance.now();
    const found = collect(long, `${many}\n`.repeat(20), "Bugzilla: https://".repeat(50_000));
    expect(found).toHaveLength(100);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
