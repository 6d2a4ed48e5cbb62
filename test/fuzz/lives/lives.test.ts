// Random lives. `npm run fuzz` tries many (FUZZ_RUNS, FUZZ_SEED), `npm test` a few.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { checkLaw, checkLife } from "./check-life.ts";
import { type Life, lawfulLife, randomLife } from "./random-life.ts";

const root = temporaryDirectory();
const isLarge = process.env.FUZZ_RUNS !== undefined;
// A life takes as long as some hundred histories.
const numRuns = isLarge ? Math.ceil(Number(process.env.FUZZ_RUNS) / 20) : 4;
const maxSteps = isLarge ? 12 : 6;
const seed = Number(process.env.FUZZ_SEED ?? (isLarge ? Date.now() % 2 ** 31 : 5));
const timeout = isLarge ? 24 * 3600 * 1000 : 240_000;
const totals = new Map<string, number>();
let count = 0;

describe("random lives", () => {
  it(
    `end as the model says, and stay so (${numRuns} lives, seed ${seed})`,
    () => check(randomLife(maxSteps), numRuns, alone),
    timeout,
  );

  const pairs = Math.ceil(numRuns / 3);
  it(
    `end the same however deliveries came (${pairs} lives, seed ${seed})`,
    () => check(lawfulLife(maxSteps), pairs, checkLaw),
    timeout,
  );
});

async function alone(home: string, life: Life): Promise<void> {
  const { counts } = await checkLife(home, life);
  for (const [what, times] of counts) totals.set(what, (totals.get(what) ?? 0) + times);
  if (isLarge && count % 50 === 0) process.stdout.write(`${summary()}\n`);
}

async function check(
  lives: fc.Arbitrary<Life>,
  runs: number,
  property: (home: string, life: Life) => Promise<void>,
): Promise<void> {
  const home = () => join(root, String(count++));
  const result = await fc.check(
    fc.asyncProperty(lives, async (life) => {
      const directory = home();
      try {
        await property(directory, life);
      } finally {
        for (const suffix of ["", "-told", "-lived"])
          await rm(`${directory}${suffix}`, { recursive: true, force: true });
      }
    }),
    { numRuns: runs, seed, endOnFailure: !isLarge },
  );
  if (isLarge) process.stdout.write(`${summary()}\n`);
  if (result.failed) throw new Error(`${await fc.asyncDefaultReportMessage(result)}\n${String(result.errorInstance)}`);
  expect(result.numRuns).toBe(runs);
}

function summary(): string {
  const counts = [...totals].sort().map(([what, times]) => `${times} ${what}`);
  return `seed ${seed}, ${count} lives: ${counts.join(", ")}`;
}
