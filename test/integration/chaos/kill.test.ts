// A short form of `npm run chaos`: the worker is killed at moments of recorded runs, and the world ends as without that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import {
  differences,
  isTelling,
  killTrialsOf,
  type Place,
  play,
  playWell,
  sayTrial,
  tryKill,
} from "../../chaos/kill-trials.ts";
import { seeded, shuffled } from "../../chaos/random.ts";
import { STORIES } from "../../chaos/stories.ts";
import { startWorker } from "../../chaos/worker.ts";

// Many processes start, and the machine may have other work.
jest.setTimeout(240_000);

const SEED = Number(process.env.CHAOS_SEED ?? 5);
/** For each story. The rest, and the other stories, are for `npm run chaos`. */
const TRIALS = 2;

describe(`a worker that is killed (seed ${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), "tandem-chaos-"));
  const place: Place = { worker: startWorker(), root };
  afterAll(() => {
    place.worker.close();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(STORIES.filter(({ name }) => ["new", "recreate"].includes(name)))(
    "$name: ends as if it had lived",
    async (story) => {
      const random = seeded(SEED);
      const good = await playWell(place, story);
      const points = killTrialsOf(good, () => random() < 0.3);
      expect(new Set(points.map(({ of, when }) => `${of} ${when}`)).size).toBe(4);
      const telling = shuffled(points.filter(isTelling), random).slice(0, TRIALS - 1);
      const others = shuffled(
        points.filter((point) => !isTelling(point)),
        random,
      ).slice(0, 1);
      const results = [];
      for (const trial of [...telling, ...others])
        results.push({ trial: sayTrial(trial), wrong: await tryKill(place, good, trial) });
      expect(results.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    },
  );

  // What `npm run chaos` has found.
  it.each([
    ["close", "PUT projects/:id/merge_requests/:id"],
    ["D22, dist-git moved", "PUT projects/:id/merge_requests/:id/notes/:id"],
  ])("%s: killed after %s: what was left to tell or to ask for is not lost", async (name, deed) => {
    const story = STORIES.find((each) => each.name === name);
    if (!story) throw new Error("there is no such story");
    const good = await playWell(place, story);
    const trial = { story, job: 0, of: "forge", deed, at: 1, when: "after", losesDisk: false } as const;
    expect(await tryKill(place, good, trial)).toEqual([]);
  });

  it("a difference is seen: a world where nobody ran the job is not the same", async () => {
    const [story] = STORIES;
    if (!story) throw new Error("there is no story");
    const good = await playWell(place, story);
    const { state } = await play(
      place,
      { ...story, prepare: async (world) => [await story.prepare(world), []][1] ?? [] },
      () => ({}),
    );
    expect(differences(good.state, state).length).toBeGreaterThan(5);
  });
});
