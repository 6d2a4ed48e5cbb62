// The headers with which forges say how many requests are left.

/** Requests per period. */
export interface RateBudget {
  readonly limit: number;
  readonly remaining: number;
  /** When the period ends, in milliseconds since the epoch by the forge's clock; undefined when it does not tell. */
  readonly resetAt: number | undefined;
}

// docs.gitlab.com "Rate limits"; docs.github.com "Rate limits for the REST API"
const PREFIXES = ["ratelimit-", "x-ratelimit-"];

/** Reads the budget; undefined when the forge does not tell. */
export function readRateBudget(headers: Headers): RateBudget | undefined {
  for (const prefix of PREFIXES) {
    const limit = count(headers.get(`${prefix}limit`));
    const remaining = count(headers.get(`${prefix}remaining`));
    if (limit !== undefined && remaining !== undefined)
      return { limit, remaining, resetAt: seconds(headers.get(`${prefix}reset`)) };
  }
  return undefined;
}

function seconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : undefined;
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
