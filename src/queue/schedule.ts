// Keeps the schedule of the sweeps: one BullMQ job scheduler for each route, however many workers there are.
import type { Queue } from "bullmq";
import type { Clock } from "../model/clock.ts";
import type { Job, SweepJob } from "../model/jobs.ts";
import type { Logger } from "../model/logger.ts";
import type { Backend } from "./backend.ts";
import { keepingOf } from "./job-options.ts";

/** What keeping the schedule needs. */
export interface ScheduleOptions {
  /** What is scheduled: one job for each route. */
  readonly jobs: readonly SweepJob[];
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Adds a job at once: done for a route that had no schedule, as nobody knows when it was looked at last. */
  readonly enqueue: (jobs: readonly Job[]) => Promise<void>;
}

/** A schedule that is kept. */
export interface Schedule {
  close(): Promise<void>;
}

/**
 * Sets the schedule up, and again whenever the queue has lost it, until it is closed. Routes that are configured no longer
 * lose theirs at the start.
 */
export function keepSchedule(backend: Backend, options: ScheduleOptions): Schedule {
  const queue = backend.openQueue("sweep");
  const ended = new AbortController();
  const keep = async () => {
    for (let isFirst = true; !ended.signal.aborted; isFirst = false) {
      const error = await setUp(queue, options, isFirst).then(() => undefined, String);
      if (error) options.logger.warn({ error }, "the schedule of the sweeps could not be set up");
      await options.clock.sleep(options.everyMs, ended.signal).catch(() => {});
    }
  };
  const kept = keep();
  return {
    async close() {
      ended.abort();
      await kept;
      await queue.close();
    },
  };
}

async function setUp(queue: Queue, options: ScheduleOptions, isFirst: boolean): Promise<void> {
  const { jobs, everyMs, clock, enqueue } = options;
  const there = new Map((await queue.getJobSchedulers(0, -1)).map((each) => [each.key, each]));
  const wanted = new Set(jobs.map(({ route }) => route));
  if (isFirst) for (const key of there.keys()) if (!wanted.has(key)) await queue.removeJobScheduler(key);
  for (const job of jobs) {
    const known = there.get(job.route);
    const runs = known?.next !== undefined && known.next > clock.now() - 2 * everyMs;
    if (runs && known.every === everyMs) continue;
    const template = { name: "sweep", data: job, opts: keepingOf(job) };
    await queue.upsertJobScheduler(job.route, { every: everyMs, offset: offsetOf(job.route, everyMs) }, template);
    if (!runs) await enqueue([{ ...job, origin: "first" }]);
  }
}

/** Spreads the routes over the interval, the same way in every process. At least 1: BullMQ takes 0 for no offset. */
export function offsetOf(route: string, everyMs: number): number {
  // FNV-1a
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(route)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return 1 + (hash % (everyMs - 1));
}
