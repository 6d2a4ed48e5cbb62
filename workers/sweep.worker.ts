// The worker of the queue `sweep`.
import type { SweepJob } from "../src/model/jobs.ts";
import { runSweep } from "../src/sync/sweep/run.ts";
import type { ToolHandler } from "./with-tools.ts";

/**
 * Makes the worker's handler.
 * @param lastRecord what the last good sweep of a route left in the queue
 */
export function sweepHandler(lastRecord: (route: string) => Promise<unknown>): ToolHandler<SweepJob> {
  return ({ context, tools, attempt }, job) => {
    const { config, clock, metrics } = context;
    return runSweep(
      {
        homes: tools.homes,
        routes: config.routes,
        clock,
        random: Math.random,
        signal: attempt.signal,
        everyMs: config.sweep.everySeconds * 1_000,
        lastRecord,
        observed: metrics.sweep,
      },
      job,
    );
  };
}
