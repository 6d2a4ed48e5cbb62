import { describe, expect, it } from "@jest/globals";
import type { Check } from "../../../../src/forge/forge.ts";
import { checksTable } from "../../../../src/sync/mirror/checks-table.ts";
import { pipeline } from "../../../support/forge-values.ts";

const check = (given: Partial<Check> = {}): Check => ({
  name: "rpm-lint",
  state: "success",
  stateName: "success",
  allowFailure: false,
  seconds: 12,
  webUrl: "https://gitlab.test/bot/pkg/-/jobs/7",
  ...given,
});
const rowOf = (given: Partial<Check>) => checksTable([{ pipeline: pipeline(), checks: [check(given)] }])[3];

describe("checksTable", () => {
  it("shows each pipeline with its checks: result, time, link", () => {
    const external = pipeline({ id: 32, kind: "external", state: "running", stateName: "running" });
    expect(
      checksTable([
        { pipeline: pipeline({ state: "failed", stateName: "failed" }), checks: [check()] },
        {
          pipeline: external,
          checks: [check({ name: "zuul/check", state: "running", stateName: "running", seconds: undefined })],
        },
      ]),
    ).toEqual([
      "| check | result | time | |",
      "| --- | --- | --- | --- |",
      "| **pipeline 31** for `dddddddd` | ✗ failed |  | [open](https://gitlab.test/bot/pkg/-/pipelines/31) |",
      "| rpm-lint | ✓ success | 12 s | [open](https://gitlab.test/bot/pkg/-/jobs/7) |",
      "| **external pipeline 32** for `dddddddd` | ▸ running |  | [open](https://gitlab.test/bot/pkg/-/pipelines/31) |",
      "| zuul/check | ▸ running |  | [open](https://gitlab.test/bot/pkg/-/jobs/7) |",
    ]);
    expect(checksTable([])).toEqual([]);
  });

  it.each<readonly [string, Partial<Check>, string]>([
    [
      "an allowed failure",
      { state: "failed", stateName: "failed", allowFailure: true },
      "✗ failed, which is allowed | 12 s",
    ],
    ["one that could fail, but did not", { allowFailure: true }, "✓ success | 12 s"],
    [
      "R11: an unknown state by its name",
      { state: "pending", stateName: "waiting_for_callback" },
      "· waiting for callback | 12 s",
    ],
    ["no name of the state", { stateName: "" }, "✓ success | 12 s"],
    ["minutes", { seconds: 61.4 }, "✓ success | 1 min 1 s"],
    ["hours", { seconds: 7_384 }, "✓ success | 2 h 3 min"],
    ["zero", { seconds: 0 }, "✓ success | 0 s"],
    ["no time", { seconds: -1 }, "✓ success | "],
    ["no number", { seconds: Number.NaN }, "✓ success | "],
  ])("shows %s", (_, given, cells) => {
    expect(rowOf(given)).toBe(`| rpm-lint | ${cells} | [open](https://gitlab.test/bot/pkg/-/jobs/7) |`);
  });

  it.each<readonly [string, Partial<Check>, string]>([
    ["no page", { webUrl: undefined }, "| rpm-lint | ✓ success | 12 s |  |"],
    ["an address that is none", { webUrl: "javascript:alert(1)" }, "| rpm-lint | ✓ success | 12 s |  |"],
    ["a name that is none", { name: " \n", webUrl: undefined }, "| (no name) | ✓ success | 12 s |  |"],
    ["a name with a cell's border", { name: "a\\|b", webUrl: undefined }, "| a\\\\&#124;b | ✓ success | 12 s |  |"],
  ])("shows %s", (_, given, expected) => {
    expect(rowOf(given)).toBe(expected);
  });

  it("shows 50 rows, and says how many more there are", () => {
    const lines = checksTable([{ pipeline: pipeline(), checks: Array.from({ length: 100 }, () => check()) }]);
    expect(lines).toHaveLength(2 + 50 + 2);
    expect(lines.slice(-2)).toEqual(["", "and 51 more: see the pipelines."]);
  });

  it("shows fewer rows when they are long", () => {
    const long = check({ name: "|".repeat(200), webUrl: `https://gitlab.test/${"a".repeat(450)}` });
    const lines = checksTable([{ pipeline: pipeline(), checks: Array.from({ length: 100 }, () => long) }]);
    expect(lines.join("\n").length).toBeLessThan(31_000);
    expect(lines.at(-1)).toMatch(/^and \d+ more/);
  });
});
