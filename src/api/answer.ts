// What a webhook's endpoint answers, whatever forge it is for.
import type { DeliveryResult } from "../telemetry/forge-metrics.ts";

/** What is answered. The body is JSON and holds nothing secret. */
export interface Answer {
  readonly status: 202 | 400 | 401 | 413 | 415 | 503;
  readonly result: DeliveryResult;
  /** Why, for the administrator who looks at the hook's log in the forge. */
  readonly reason?: string;
  readonly jobs?: number;
  /** For our log, not for the answer. */
  readonly cause?: unknown;
}

/** The answer to a delivery that leads to no work. */
export function ignoredAnswer(reason: string): Answer {
  return { status: 202, result: "ignored", reason };
}

/** The answer to a delivery that is not what the forge sends. */
export function malformedAnswer(reason: string): Answer {
  return { status: 400, result: "malformed", reason };
}

/** The answer to a delivery that does not come from a hook that we know. */
export function unauthenticated(reason: string): Answer {
  return { status: 401, result: "unauthenticated", reason };
}
