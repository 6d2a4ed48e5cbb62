// How a branch stands, as a terminal shows it.
import { expect, it } from "@jest/globals";
import { branchText } from "../../../../src/admin/packages/standing-text.ts";

const NAMES = { source: "c9s", dist: "c9s" };

it("names the branch once where both sides call it the same", () => {
  expect(branchText({ names: NAMES, standing: "in-step", problem: undefined })).toBe("c9s in step");
  expect(branchText({ names: { ...NAMES, dist: "rhel-9" }, standing: "ahead", problem: undefined })).toBe(
    "c9s → rhel-9 ahead",
  );
});

it("keeps what a repository says on one line, without what moves the cursor, and short", () => {
  const problem = `bad: \u001b[2J\nsecond line ${"x".repeat(500)}`;
  const text = branchText({ names: NAMES, standing: "unknown", problem });
  expect(text).toMatch(/^c9s unknown \(bad: \[2J second line x+…\)$/);
  expect(text.length).toBeLessThan(250);
});
