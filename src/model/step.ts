// The parts of a job, whose times are measured.
import type { Clock } from "./clock.ts";

/** A part of a job. */
export type StepName = "observe" | "plan" | "apply" | "report";

/** Runs one part of a job and tells how long it took, also when it fails. */
export type TimeStep = <T>(step: StepName, work: () => Promise<T>) => Promise<T>;

/** Runs a part without measuring it. */
export const untimed: TimeStep = (_step, work) => work();

/** How long a part took. */
export interface StepTime {
  readonly name: StepName;
  readonly seconds: number;
}

/** A stopwatch that remembers. */
export interface Stopwatch {
  readonly time: TimeStep;
  /** The parts that have ended, in this order. */
  readonly taken: readonly StepTime[];
}

/** Makes a stopwatch, which tells another one as well. */
export function createStopwatch(clock: Clock, other: TimeStep): Stopwatch {
  const taken: StepTime[] = [];
  return {
    taken,
    time: async (name, work) => {
      const started = clock.now();
      try {
        return await other(name, work);
      } finally {
        taken.push({ name, seconds: (clock.now() - started) / 1_000 });
      }
    },
  };
}
