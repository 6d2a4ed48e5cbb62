// How a failed job is tried again: decided by the kind of its error alone.
import type { TandemError } from "../model/errors.ts";

/** What the queue does with a failed attempt. */
export type Retry =
  | { readonly action: "give-up" }
  /** Counts as an attempt. */
  | { readonly action: "retry"; readonly delayMs: number }
  /** Does not count as an attempt. */
  | { readonly action: "wait"; readonly delayMs: number };

/** Attempts that one job gets before it stays visible as failed. With the delays below: about half an hour. */
export const ATTEMPTS = 12;

const FIRST_DELAY_MS = 2_000;
const MAX_DELAY_MS = 15 * 60_000;
const QUICK_RETRIES = 3;
const UNKNOWN_WAIT_MS = 60_000;
/** Wishes that come meanwhile are dropped, so no answer of a server may put a subject off for longer. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Decides on the next attempt.
 * @param attempt number of the attempt that failed, from 1
 * @param random a number in [0, 1) that spreads jobs which failed together
 * @param nowMs milliseconds since the epoch
 */
export function decideRetry(error: TandemError, attempt: number, random: number, nowMs: number): Retry {
  switch (error.kind) {
    case "user":
    case "auth":
    case "bug":
      return { action: "give-up" };
    case "rate-limit": {
      const asked = (error.retryAt ?? nowMs + UNKNOWN_WAIT_MS) - nowMs;
      const wait = Math.min(MAX_WAIT_MS, Math.max(1_000, asked));
      return { action: "wait", delayMs: Math.round(wait + random * 1_000) };
    }
    case "stale":
      // The world moved while we looked: look again at once. If that goes on, somebody else works on the same thing.
      if (attempt <= QUICK_RETRIES) return { action: "retry", delayMs: Math.round(random * 200) };
      return { action: "retry", delayMs: exponential(attempt - QUICK_RETRIES, random) };
    case "upstream":
    case "environment":
      return { action: "retry", delayMs: exponential(attempt, random) };
  }
}

/** Half of the delay is fixed and half is random, so that it grows and still spreads. */
function exponential(attempt: number, random: number): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (random * full) / 2);
}
