import { describe, expect, it } from "@jest/globals";
import { placeOf } from "../../../../src/model/place.ts";
import { chooseWindow, nextRecord, parseRecord, type SweepRecord } from "../../../../src/sync/sweep/window.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 20);
const every = { full: false, nowMs: NOW, everyMs: 15 * MINUTE };

/** The forges' clocks are wrong, each in its own way. */
const seen = { source: NOW - 100 * HOUR, dist: NOW + 100 * HOUR };
const last = (given: Partial<SweepRecord> = {}): SweepRecord => ({
  at: NOW - 15 * MINUTE,
  fullAt: NOW - 2 * HOUR,
  seen,
  ...given,
});

describe("what a sweep looks at", () => {
  it.each<[string, SweepRecord | undefined, boolean, boolean]>([
    ["nothing is known: everything", undefined, false, true],
    ["somebody asks for everything", last(), true, true],
    ["the last sweep was the one before", last(), false, false],
    ["one sweep was left out", last({ at: NOW - 30 * MINUTE }), false, false],
    ["hours of downtime: everything", last({ at: NOW - 3 * HOUR }), false, true],
    ["the last full one was yesterday: everything", last({ fullAt: NOW - 24 * HOUR }), false, true],
  ])("%s", (_, record, asked, full) => {
    const window = chooseWindow(record, { ...every, full: asked });
    expect(window.full).toBe(full);
    expect(window.since === undefined).toBe(full);
  });

  it("goes by each forge's own clock, with an overlap, and as long as pipelines run", () => {
    const { since } = chooseWindow(last(), every);
    expect(since?.source).toBe(seen.source - 2 * MINUTE);
    expect(since?.dist).toBe(seen.dist - 2 * MINUTE);
    expect(since?.pipelines).toBe(seen.dist - 2 * MINUTE - 6 * HOUR);
  });

  it("looks at dist-git projects in which something happened since the last full one, unless it is asked for everything", () => {
    const old = last({ fullAt: NOW - 25 * HOUR });
    expect(chooseWindow(old, every).activeSince).toBe(NOW - 27 * HOUR);
    expect(chooseWindow(old, { ...every, full: true }).activeSince).toBeUndefined();
    expect(chooseWindow(undefined, every).activeSince).toBeUndefined();
  });
});

describe("what a sweep leaves to the next one", () => {
  const course = { full: false, startedAt: NOW, endedAt: NOW + MINUTE };
  it("what changed while the lists were read is not taken for seen", () => {
    const newest = { source: NOW + 5 * HOUR, dist: NOW + 7 * HOUR };
    expect(nextRecord(last(), { ...course, newest })).toEqual({
      at: NOW,
      fullAt: NOW - 2 * HOUR,
      seen: { source: NOW + 5 * HOUR - MINUTE, dist: NOW + 7 * HOUR - MINUTE },
    });
  });
  it("where nothing changes, the time goes on", () => {
    const newest = { source: undefined, dist: NOW - 50 * HOUR };
    expect(nextRecord(undefined, { ...course, full: true, newest })).toEqual({
      at: NOW,
      fullAt: NOW,
      seen: { source: NOW - HOUR, dist: NOW - HOUR },
    });
  });
  it.each([undefined, null, {}, { at: 1 }, { at: "1", fullAt: 1, seen }])("%j is nothing that a sweep left", (kept) => {
    expect(parseRecord(kept)).toBeUndefined();
  });
});

describe("the place of a route's projects", () => {
  it.each([
    ["group/src/{package}", { kind: "group", path: "group/src" }],
    ["group/{path}/src", { kind: "group", path: "group" }],
    ["group/src/acl", { kind: "project", path: "group/src/acl" }],
    ["{path}/src", undefined],
  ])("%s", (pattern, place) => {
    expect(placeOf(pattern)).toEqual(place);
  });
});
