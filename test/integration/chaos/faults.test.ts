// A short form of `npm run chaos`: calls of recorded runs meet a forge that misbehaves, and the world ends as without that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { batchesOf, faultTrialsOf, sayFault, tryFaults } from "../../chaos/fault-trials.ts";
import { type Place, play, playWell } from "../../chaos/kill-trials.ts";
import { seeded, shuffled } from "../../chaos/random.ts";
import { STORIES } from "../../chaos/stories.ts";
import { startWorker } from "../../chaos/worker.ts";

// Many processes start, and the machine may have other work.
jest.setTimeout(240_000);

const SEED = Number(process.env.CHAOS_SEED ?? 5);
const RUNS = 3;
const AT_ONCE = 5;

describe(`a forge that misbehaves (seed ${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), "tandem-chaos-"));
  const place: Place = { worker: startWorker(), root };
  afterAll(() => {
    place.worker.close();
    rmSync(root, { recursive: true, force: true });
  });

  const goodRun = async (name: string) => {
    const story = STORIES.find((each) => each.name === name);
    if (!story) throw new Error(`there is no story ${name}`);
    return playWell(place, story);
  };

  it("nothing is lost and nothing is there twice", async () => {
    const random = seeded(SEED);
    const trials = shuffled(faultTrialsOf([await goodRun("new")], random), random);
    // Every kind of call that a new merge request needs, and every fault.
    expect(new Set(trials.map(({ deed }) => deed)).size).toBeGreaterThan(12);
    expect(new Set(trials.map(({ fault }) => fault)).size).toBeGreaterThan(14);
    const writes = trials.filter(({ deed }) => !deed.startsWith("GET "));
    const batches = batchesOf([...writes, ...trials.filter((trial) => !writes.includes(trial))], AT_ONCE);
    const results = [];
    for (const batch of batches.slice(0, RUNS)) {
      const { tried, wrong } = await tryFaults(place, batch);
      expect(tried.length).toBeGreaterThan(0);
      results.push({ tried: tried.map(sayFault), wrong });
    }
    expect(results.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  });

  it.each([-1, 1])("a clock that is wrong by %s days changes nothing", async (days) => {
    const good = await goodRun("retitle");
    const { state } = await play(place, good.story, () => ({ order: { clockAheadMs: days * 86_400_000 } }));
    expect(state).toEqual(good.state);
  });
});
