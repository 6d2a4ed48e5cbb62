// A clock that a test moves by hand. Sleepers wake when their time has come, never by themselves.
import type { Clock } from "../../src/model/clock.ts";

/** A clock whose time only `advance` changes. */
export interface ManualClock extends Clock {
  /** Moves the time on by `ms` milliseconds and wakes whoever has slept enough. */
  advance(ms: number): void;
}

/** Makes a clock that starts at `startMs` milliseconds since the epoch. */
export function manualClock(startMs = Date.UTC(2026, 10, 20)): ManualClock {
  let now = startMs;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        const stop = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        if (signal?.aborted) stop();
        else signal?.addEventListener("abort", stop, { once: true });
      }),
    advance: (ms) => {
      now += ms;
      for (const sleeper of [...sleepers]) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
