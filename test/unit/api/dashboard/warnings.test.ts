// When somebody is told that something is silent or stuck, and when not.
import { expect, it } from "@jest/globals";
import { healthWarnings } from "../../../../src/api/dashboard/warnings.ts";
import type { HealthView } from "../../../../src/model/pair-view.ts";

const NOW = Date.UTC(2026, 10, 20);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const idle = { waiting: 0, delayed: 0, active: 0, failed: 0 };
const WELL: HealthView = {
  queues: [{ queue: "mirror", jobs: idle, oldestSeconds: 0 }],
  sweeps: [{ route: "stream", at: NOW - 10 * MINUTE, found: 0, isFull: false }],
  heard: [
    { route: "stream", side: "source", at: NOW - HOUR },
    { route: "stream", side: "dist", at: NOW - 11 * HOUR },
  ],
};
const warningsOf = (health: HealthView) => healthWarnings(health, { routes: ["stream"], sweepEverySeconds: 900 }, NOW);

it("says nothing when all is well", () => {
  expect(warningsOf(WELL)).toEqual([]);
  expect(
    warningsOf({ ...WELL, queues: [{ queue: "ci", jobs: { ...idle, waiting: 900 }, oldestSeconds: 600 }] }),
  ).toEqual([]);
});

it.each<[string, Partial<HealthView>, RegExp]>([
  [
    "a stuck queue",
    { queues: [{ queue: "ci", jobs: { ...idle, waiting: 1 }, oldestSeconds: 601 }] },
    /“ci” has waited 10 min: see whether a worker runs/,
  ],
  [
    "a slow queue",
    { queues: [{ queue: "ci", jobs: { ...idle, active: 2 }, oldestSeconds: 7_200 }] },
    /“ci” has waited 2 h: there are too few workers/,
  ],
  [
    "one failed job",
    { queues: [{ queue: "ci", jobs: { ...idle, failed: 1 }, oldestSeconds: 0 }] },
    /^1 job of the queue “ci” failed/,
  ],
  [
    "failed jobs",
    { queues: [{ queue: "ci", jobs: { ...idle, failed: 2 }, oldestSeconds: 0 }] },
    /^2 jobs of the queue “ci” failed/,
  ],
  [
    "a silent hook",
    { heard: [{ route: "stream", side: "dist", at: NOW - 13 * HOUR }] },
    /^Nothing came from the dist-git side of the route “stream” for 13 h/,
  ],
  [
    "a hook that never spoke",
    { heard: [{ route: "stream", side: "source", at: undefined }] },
    /^Nothing is remembered from the source-git side/,
  ],
  [
    "a late sweep",
    { sweeps: [{ route: "stream", at: NOW - 46 * MINUTE, found: 0, isFull: true }] },
    /swept 46 min ago, and should be every 15 min/,
  ],
  [
    "no sweep",
    { sweeps: [{ route: "other", at: NOW, found: 0, isFull: true }] },
    /^The route “stream” was never swept/,
  ],
])("tells of %s", (_, change, text) => {
  expect(warningsOf({ ...WELL, ...change })).toEqual([expect.stringMatching(text)]);
});
