// One route, looked through for what no webhook told: observe → plan. What has to be looked at follows as jobs.
import type { Clock } from "../../model/clock.ts";
import type { SweepJob } from "../../model/jobs.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Route } from "../../model/routes.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type Candidate, makePlan } from "./plan.ts";
import { chooseWindow, nextRecord, parseRecord, type SweepRecord } from "./window.ts";

/** What looking needs. */
export interface LookDeps extends ObserveDeps {
  readonly clock: Clock;
  /** How often a route is swept. */
  readonly everyMs: number;
  /** What the last good sweep of a route left in the queue. */
  readonly lastRecord: (route: string) => Promise<unknown>;
}

/** What a sweep job needs from its surroundings. */
export interface SweepDeps extends LookDeps {
  readonly signal: AbortSignal;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Told of a good sweep: how many subjects it asks to be looked at, and when it began (ms since the epoch). */
  readonly observed: (sweep: { readonly route: string; readonly found: number; readonly atMs: number }) => void;
}

/** What a look found. */
export interface Look {
  readonly full: boolean;
  readonly candidates: readonly Candidate[];
  readonly record: SweepRecord;
}

/** The origin of jobs that nobody asked for but the clock. */
export const SCHEDULED = "schedule";

/** Longest wait before a scheduled sweep, in milliseconds. It holds a place of the queue. */
const LONGEST_WAIT = 60_000;

/** Looks and decides; changes nothing. Throws as `observe`. */
export async function lookThrough(deps: LookDeps, route: Route, job: SweepJob): Promise<Look> {
  const startedAt = deps.clock.now();
  const last = parseRecord(await deps.lastRecord(route.name));
  const window = chooseWindow(last, { full: job.full === true, nowMs: startedAt, everyMs: deps.everyMs });
  const world = await observe(deps, route, window);
  const candidates = makePlan(world, window, `sweep-${route.name}`);
  const endedAt = deps.clock.now();
  const newest = { source: newestOf(world.sources), dist: newestOf(world.dists) };
  return { full: window.full, candidates, record: nextRecord(last, { full: window.full, startedAt, endedAt, newest }) };
}

/** Works on one sweep job. */
export async function runSweep(deps: SweepDeps, job: SweepJob): Promise<Outcome> {
  const route = deps.routes.find(({ name }) => name === job.route);
  if (!route) return { state: "noop", summary: `there is no route ${job.route}` };
  // Many services are started at the same hour, and a forge feels it.
  if (job.origin === SCHEDULED)
    await deps.clock.sleep(deps.random() * Math.min(deps.everyMs / 10, LONGEST_WAIT), deps.signal);
  const { full, candidates, record } = await lookThrough(deps, route, job);
  deps.observed({ route: route.name, found: candidates.length, atMs: record.at });
  return {
    state: candidates.length === 0 ? "noop" : "done",
    summary: `${full ? "looked at everything" : "looked at what changed"}: ${candidates.length} to look at closer`,
    follow: candidates.map(({ job }) => job),
    record: { ...record, found: candidates.length },
  };
}

function newestOf(listed: readonly { readonly updatedAt: number }[]): number | undefined {
  return listed.reduce<number | undefined>(
    (newest, { updatedAt }) => Math.max(newest ?? updatedAt, updatedAt),
    undefined,
  );
}
