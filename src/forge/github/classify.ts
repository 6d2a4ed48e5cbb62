// The one table from a GitHub answer to an error kind. Nobody matches messages or statuses later, except the adapter for
// the answers that its own contract names (404 for "no such thing", 422 for "no such commit").
// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
import { type ErrorKind, TandemError } from "../../model/errors.ts";

/** A refused request, in plain values. */
export interface Refusal {
  readonly method: string;
  /** Path with ids replaced, e.g. `repositories/:id/pulls`. */
  readonly route: string;
  readonly status: number;
  /** What GitHub said, already free of secrets. */
  readonly description: string;
  readonly headers: Headers;
  readonly nowMs: number;
}

interface Row {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix?: string;
}

const NOT_FOUND: Row = {
  kind: "user",
  code: "forge-not-found",
  fix: "Check that it exists and that the bot's account may see it.",
};
const CONFLICT: Row = { kind: "stale", code: "forge-conflict" };
const RATE_LIMIT: Row = { kind: "rate-limit", code: "forge-rate-limit" };
const UNAVAILABLE: Row = { kind: "upstream", code: "forge-unavailable" };
// A request that GitHub calls wrong is our fault, until a case is known and handled.
const REFUSED: Row = { kind: "bug", code: "forge-refused" };

const ROWS: Readonly<Record<number, Row>> = {
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
  404: NOT_FOUND,
  408: UNAVAILABLE,
  409: CONFLICT,
  // Gone (a deleted issue or comment), and blocked for legal reasons.
  410: NOT_FOUND,
  429: RATE_LIMIT,
  451: NOT_FOUND,
};

/** Makes the error for a refused request. */
export function classifyRefusal(refusal: Refusal): TandemError {
  const { method, route, status, description } = refusal;
  const { kind, code, fix } = rowOf(refusal);
  return new TandemError(kind, `GitHub answered ${status} to ${method} ${route}: ${description}`, {
    code,
    ...(fix === undefined ? {} : { fix }),
    context: { status, description },
    ...(kind === "rate-limit" ? { retryAt: readRetryAt(refusal) } : {}),
  });
}

function rowOf(refusal: Refusal): Row {
  const { status, description } = refusal;
  if (status === 403 && isRateLimit(refusal)) return RATE_LIMIT;
  if (status === 422 && /already exists|already_exists/i.test(description)) return CONFLICT;
  return ROWS[status] ?? (status >= 500 ? UNAVAILABLE : REFUSED);
}

/** GitHub answers 403 as well as 429 when there were too many requests. */
function isRateLimit({ headers, description }: Refusal): boolean {
  return (
    headers.has("retry-after") ||
    headers.get("x-ratelimit-remaining") === "0" ||
    /secondary rate limit/i.test(description)
  );
}

/** Where GitHub does not say how long: at least that, says its documentation. */
const DEFAULT_WAIT_MS = 60_000;

/** When to come back, in milliseconds since the epoch. */
function readRetryAt({ headers, nowMs }: Refusal): number {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return nowMs + after * 1_000;
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const known = headers.get("x-ratelimit-remaining") === "0" && Number.isFinite(reset) && reset > 0;
  return known ? reset * 1_000 : nowMs + DEFAULT_WAIT_MS;
}

/** What GitHub says in an error body, at most 300 characters on one line: its message and the errors below it. */
export function describeBody(body: string): string {
  const line = readMessage(body)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line || "(no text)";
}

function readMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null) return body;
    const { message, errors } = parsed as { message?: unknown; errors?: unknown };
    const details = Array.isArray(errors) ? errors.map(readDetail).join("; ") : "";
    return [typeof message === "string" ? message : body, details].filter(Boolean).join(": ");
  } catch {
    // not JSON: a proxy's page
    return body;
  }
}

/** One of `errors`: a text, or an object with a message or with resource, field and code. */
function readDetail(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { message, resource, field, code } = error as Readonly<Record<string, unknown>>;
  const parts = typeof message === "string" ? [message] : [resource, field, code];
  return parts.filter((part) => typeof part === "string").join(" ");
}
