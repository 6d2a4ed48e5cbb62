// The real clock.
import type { Clock } from "../model/clock.ts";

/** System time and real waiting. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not the promises of node:timers: each wait that is ended early would cost an error with its stack, and requests end many.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
