// A queue that is away makes several clients fail several times a second. That is said once, and once a minute after.
import type { Logger } from "../model/logger.ts";

const QUIET_MS = 60_000;

/** Logs a failure of the queue; the same text again is only counted until a minute has passed. */
export type Complain = (error: Error) => void;

/**
 * Makes the one complaint box of a backend.
 * @param nowMs a monotonic clock, in milliseconds
 */
export function createComplaints(logger: Logger, nowMs: () => number = () => performance.now()): Complain {
  const said = new Map<string, { at: number; since: number }>();
  return ({ message }) => {
    const last = said.get(message);
    if (last && nowMs() - last.at < QUIET_MS) {
      last.since++;
      return;
    }
    said.set(message, { at: nowMs(), since: 0 });
    logger.warn({ error: message, ...(last ? { repeated: last.since } : {}) }, "the queue cannot be reached");
  };
}
