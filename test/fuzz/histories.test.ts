// Random histories. `npm run fuzz` tries many (FUZZ_RUNS, FUZZ_SEED), `npm test` a few.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { temporaryDirectory } from "../support/git/test-repository.ts";
import { checkHistory } from "./check-history.ts";
import { randomHistory } from "./random-history.ts";

const root = temporaryDirectory();
const isLarge = process.env.FUZZ_RUNS !== undefined;
const numRuns = Number(process.env.FUZZ_RUNS ?? 25);
const seed = Number(process.env.FUZZ_SEED ?? (isLarge ? Date.now() % 2 ** 31 : 5));
const outcomes = new Map<string, number>();
let count = 0;

describe("random histories", () => {
  it(
    `the patches give the source tree, a second run and a refused one change nothing (${numRuns} histories, seed ${seed})`,
    async () => {
      const property = fc.asyncProperty(randomHistory, async (history) => {
        const directory = join(root, `${count++}.git`);
        const outcome = await checkHistory(directory, history);
        await rm(directory, { recursive: true, force: true });
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (count % 250 === 0) process.stdout.write(`${summary(count)}\n`);
      });
      const result = await fc.check(property, { numRuns, seed, endOnFailure: !isLarge });
      if (isLarge || result.failed) process.stdout.write(`${summary(result.numRuns)}\n`);
      if (result.failed) {
        throw new Error(`${await fc.asyncDefaultReportMessage(result)}\n${String(result.errorInstance)}`);
      }
      expect(outcomes.get("applied") ?? 0).toBeGreaterThan(numRuns / 3);
    },
    isLarge ? 24 * 3600 * 1000 : 60_000,
  );
});

function summary(runs: number): string {
  const counts = [...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(", ");
  return `seed ${seed}, ${runs} histories: ${counts}`;
}
