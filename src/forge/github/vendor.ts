// What GitHub's API has of its own: what its refusals mean and say, and when to come back after too many requests.
// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
import { CONFLICT, NOT_FOUND, RATE_LIMIT, rowOf } from "../http/classify.ts";
import { readRetryAt } from "../http/retry-at.ts";
import type { ErrorRow, Refusal, Vendor } from "../http/vendor.ts";

const ROWS: Readonly<Record<number, ErrorRow>> = {
  401: {
    kind: "auth",
    code: "forge-unauthorized",
    fix: "Check that GITHUB_TOKEN is valid and not expired, and that it has the scope `repo`.",
  },
  403: {
    kind: "user",
    code: "forge-forbidden",
    fix: "Give the bot's account write access there, or change the repository's settings.",
  },
  // Gone (a deleted issue or comment), and blocked for legal reasons.
  410: NOT_FOUND,
  451: NOT_FOUND,
};

/** Where GitHub does not say how long: at least that, says its documentation. */
const DEFAULT_WAIT_MS = 60_000;

export const GITHUB: Vendor = {
  name: "GitHub",
  addressFix: "Set github.apiUrl to the address that GitHub's API itself uses.",
  classify(refusal) {
    const { status, description } = refusal;
    if (status === 403 && isRateLimit(refusal)) return RATE_LIMIT;
    if (status === 422 && /already exists|already_exists/i.test(description)) return CONFLICT;
    return rowOf(status, ROWS);
  },
  readRetryAt: (headers, nowMs) =>
    readRetryAt(headers, nowMs, isUsedUp(headers) ? "x-ratelimit-reset" : undefined) ?? nowMs + DEFAULT_WAIT_MS,
  readMessage,
};

/** GitHub answers 403 as well as 429 when there were too many requests. */
function isRateLimit({ headers, description }: Refusal): boolean {
  return headers.has("retry-after") || isUsedUp(headers) || /secondary rate limit/i.test(description);
}

function isUsedUp(headers: Headers): boolean {
  return headers.get("x-ratelimit-remaining") === "0";
}

/** Its message and the errors below it. */
function readMessage(body: object): string | undefined {
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  if (typeof message !== "string") return undefined;
  const details = Array.isArray(errors) ? errors.map(readDetail).join("; ") : "";
  return [message, details].filter(Boolean).join(": ");
}

/** One of `errors`: a text, or an object with a message or with resource, field and code. */
function readDetail(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { message, resource, field, code } = error as Readonly<Record<string, unknown>>;
  const parts = typeof message === "string" ? [message] : [resource, field, code];
  return parts.filter((part) => typeof part === "string").join(" ");
}
