// The real clock.
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../model/clock.ts";

/** System time and real waiting. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // Node wraps the reason in an AbortError; the port promises the reason itself.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
