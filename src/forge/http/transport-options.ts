// What a transport is given, and what it tells of each call.
import type { Clock } from "../../model/clock.ts";
import type { Secret } from "../../model/secret.ts";
import type { RateBudget } from "./rate-budget.ts";

/** A finished call, for metrics and logs. */
export interface ForgeCall {
  readonly method: string;
  /** Endpoint with ids and paths replaced, e.g. `projects/:id/merge_requests/:id`. */
  readonly route: string;
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly seconds: number;
  /** What the forge still allows; undefined when its answer did not tell. */
  readonly budget?: RateBudget;
  /** When the forge answered, by its own clock in milliseconds since the epoch; undefined when it did not tell. */
  readonly forgeTime?: number;
}

/** What a transport needs. */
export interface TransportOptions {
  readonly token: Secret;
  readonly clock: Clock;
  /** A number from 0 up to 1, for the spread of quick retries. */
  readonly random: () => number;
  /** Limit for one call, its answer included. */
  readonly timeoutMs: number;
  /** Ends all calls of a job. */
  readonly signal?: AbortSignal;
  readonly userAgent: string;
  readonly observe: (call: ForgeCall) => void;
}
