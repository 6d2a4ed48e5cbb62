// What the double saw and sent, for tests that count calls or look at deliveries.
import type { HookEvent } from "./hook-types.ts";

/** A request that the double answered. */
export interface RequestRecord {
  readonly method: string;
  /** Path as sent, still encoded, without the query. */
  readonly path: string;
  readonly query: string;
  /** Names of the parameters in query and body of an API request, without `[]`. */
  readonly parameters: readonly string[];
  /** Body of an API request as it was sent; empty for git. */
  readonly requestBody: string;
  /** HTTP status; 0 when the connection was cut. */
  readonly status: number;
  /** Name of the user that the token belongs to. */
  readonly username: string | undefined;
  readonly userAgent: string | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly durationMs: number;
  /** True when the double has no such route and answered 501. */
  readonly unknown: boolean;
}

export type DeliveryOutcome =
  | "delivered"
  | "failed"
  | "dropped"
  | "held"
  | "recursion-blocked"
  | "hook-disabled"
  | "pending";

/** A webhook delivery, also one that never left. */
export interface Delivery {
  readonly id: number;
  readonly hookId: number;
  readonly event: HookEvent;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly time: number;
  outcome: DeliveryOutcome;
  /** Undefined when there was no answer. */
  responseStatus: number | undefined;
  responseBody: string;
  responseHeaders: Record<string, string>;
  durationMs: number;
  error: string | undefined;
}

/** The two logs. Oldest first. */
export class Logs {
  readonly requests: RequestRecord[] = [];
  readonly deliveries: Delivery[] = [];

  /** Requests that the double did not know. A test asserts that there are none. */
  get unknownRequests(): readonly RequestRecord[] {
    return this.requests.filter((request) => request.unknown);
  }

  /** Forgets everything logged so far. */
  clear(): void {
    this.requests.length = 0;
    this.deliveries.length = 0;
  }
}
