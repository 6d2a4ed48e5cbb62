// The one table from a GitLab answer to an error kind. Nobody matches messages or statuses later, except the adapter
// for the answers that its own contract names (404 for "no such thing", 409 for "is there already").
import { type ErrorKind, TandemError } from "../../model/errors.ts";

/** A refused request, in plain values. */
export interface Refusal {
  readonly method: string;
  /** Path below `/api/v4/`. */
  readonly endpoint: string;
  readonly status: number;
  /** What GitLab said, already free of secrets. */
  readonly description: string;
  /** Milliseconds since the epoch, from `Retry-After` or `RateLimit-Reset`. */
  readonly retryAt: number | undefined;
}

interface Row {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix?: string;
}

const ROWS: Readonly<Record<number, Row>> = {
  401: {
    kind: "auth",
    code: "forge-unauthorized",
    fix: "Check that GITLAB_TOKEN is valid and not expired, and that it has the scope `api`.",
  },
  403: {
    kind: "user",
    code: "forge-forbidden",
    fix: "Give the bot's account at least the role Developer there, or change the project's settings.",
  },
  404: { kind: "user", code: "forge-not-found", fix: "Check that it exists and that the bot's account may see it." },
  408: { kind: "upstream", code: "forge-unavailable" },
  409: { kind: "stale", code: "forge-conflict" },
  429: { kind: "rate-limit", code: "forge-rate-limit" },
};

/** Makes the error for a refused request. */
export function classifyRefusal(refusal: Refusal): TandemError {
  const { method, endpoint, status, description, retryAt } = refusal;
  const row: Row = ROWS[status] ?? (status >= 500 ? UNAVAILABLE : REFUSED);
  return new TandemError(row.kind, `GitLab answered ${status} to ${method} ${endpoint}: ${description}`, {
    code: row.code,
    ...(row.fix === undefined ? {} : { fix: row.fix }),
    context: { status, description },
    ...(row.kind === "rate-limit" && retryAt !== undefined ? { retryAt } : {}),
  });
}

const UNAVAILABLE: Row = { kind: "upstream", code: "forge-unavailable" };
// A request that GitLab calls wrong is our fault, until a case is known and handled.
const REFUSED: Row = { kind: "bug", code: "forge-refused" };

/**
 * When to come back, from the headers of a 429 (docs.gitlab.com: "Rate limits").
 * @returns milliseconds since the epoch; undefined when GitLab does not say
 */
export function readRetryAt(headers: Headers, nowMs: number): number | undefined {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return nowMs + after * 1_000;
  const reset = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) && reset > 0 ? reset * 1_000 : undefined;
}

/** What GitLab says in an error body: one of four JSON shapes, or text. At most 300 characters, on one line. */
export function describeBody(body: string): string {
  let text = body;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) {
      const { message, error } = parsed as { message?: unknown; error?: unknown };
      const said = message ?? error;
      if (said !== undefined) text = typeof said === "string" ? said : JSON.stringify(said);
    }
  } catch {
    // not JSON: a proxy's page or GitLab's plain "Retry later"
  }
  const line = text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line || "(no text)";
}
