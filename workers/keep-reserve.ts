// Keeps the last requests that a forge allows for what people wait for: sweeps wait until there are more.
import type { RateBudget } from "../src/forge/http/rate-budget.ts";
import type { Clock } from "../src/model/clock.ts";
import type { Logger } from "../src/model/logger.ts";

/** What it needs. */
export interface ReserveDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets no sweep begin for so many milliseconds. */
  readonly holdSweeps: (ms: number) => Promise<void>;
}

/** The part of the budget that sweeps leave alone. */
const RESERVE = 0.05;
/** Where the forge does not say when its period ends, or says something strange. */
const SHORTEST_MS = 1_000;
const USUAL_MS = 60_000;
const LONGEST_MS = 15 * 60_000;

/** Makes the function that is told of each budget that a forge's answer names. */
export function createReserve({ clock, logger, holdSweeps }: ReserveDeps): (budget: RateBudget) => void {
  let heldUntil = Number.NEGATIVE_INFINITY;
  return ({ limit, remaining, resetAt }) => {
    const now = clock.now();
    if (remaining >= limit * RESERVE || now < heldUntil) return;
    const ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (resetAt ?? now + USUAL_MS) - now));
    heldUntil = now + ms;
    logger.info({ limit, remaining, seconds: ms / 1_000 }, "sweeps wait: the forge allows few requests more");
    holdSweeps(ms).catch((error: unknown) => {
      logger.warn({ error }, "the sweeps could not be held back");
    });
  };
}
