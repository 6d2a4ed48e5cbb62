// What ended jobs have left for the next job of their subject. It is as old as the jobs are: a queue that was wiped has
// lost both, and whoever asks learns that nothing is known.
import type { Backend } from "./backend.ts";
import { KEPT } from "./job-options.ts";

/** Reads records. */
export interface Records {
  /** The record of the last sweep job of a route that ended well; undefined when there is none. */
  last(route: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the queue of the sweep on a backend that belongs to the caller. */
export function openRecords(backend: Backend): Records {
  const queue = backend.openQueue("sweep");
  return {
    async last(route) {
      for (const job of await queue.getCompleted(0, KEPT.sweep.completed - 1)) {
        const { route: of } = Object(job?.data) as { route?: unknown };
        const { record } = Object(job?.returnvalue) as { record?: unknown };
        if (of === route && record !== undefined) return record;
      }
      return undefined;
    },
    close: () => queue.close(),
  };
}
