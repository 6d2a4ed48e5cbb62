// Counts requests per user and minute for the RateLimit-* headers.

const WINDOW_MS = 60_000;

/** The count of one user in the running minute. */
export interface RateState {
  readonly headers: Readonly<Record<string, string>>;
  readonly exceeded: boolean;
  readonly retryAfterSeconds: number;
}

/** Counts requests. */
export class RateLimiter {
  readonly #counts = new Map<string, { window: number; count: number }>();

  /** Counts one request and tells how things stand. */
  count(who: string, limit: number): RateState {
    const window = Math.floor(Date.now() / WINDOW_MS);
    const last = this.#counts.get(who);
    const count = last?.window === window ? last.count + 1 : 1;
    this.#counts.set(who, { window, count });
    const reset = ((window + 1) * WINDOW_MS) / 1000;
    const headers = {
      "RateLimit-Limit": String(limit),
      "RateLimit-Name": "throttle_authenticated_api",
      "RateLimit-Observed": String(count),
      "RateLimit-Remaining": String(Math.max(0, limit - count)),
      "RateLimit-Reset": String(reset),
    };
    return { headers, exceeded: count > limit, retryAfterSeconds: Math.ceil(reset - Date.now() / 1000) };
  }
}
