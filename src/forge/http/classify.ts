// From a refused request to an error kind. Nobody matches messages or statuses later, except an adapter for the answers
// that its own contract names (404 for "no such thing", 409 for "is there already").
import { TandemError } from "../../model/errors.ts";
import type { ErrorRow, Refusal, Vendor } from "./vendor.ts";

export const NOT_FOUND: ErrorRow = {
  kind: "user",
  code: "forge-not-found",
  fix: "Check that it exists and that the bot's account may see it.",
};
export const CONFLICT: ErrorRow = { kind: "stale", code: "forge-conflict" };
export const RATE_LIMIT: ErrorRow = { kind: "rate-limit", code: "forge-rate-limit" };
const UNAVAILABLE: ErrorRow = { kind: "upstream", code: "forge-unavailable" };
// A request that a forge calls wrong is our fault, until a case is known and handled.
const REFUSED: ErrorRow = { kind: "bug", code: "forge-refused" };

const ROWS: Readonly<Record<number, ErrorRow>> = {
  404: NOT_FOUND,
  408: UNAVAILABLE,
  409: CONFLICT,
  429: RATE_LIMIT,
};

/**
 * What an HTTP status means.
 * @param own rows of the forge, which come first
 */
export function rowOf(status: number, own: Readonly<Record<number, ErrorRow>>): ErrorRow {
  return own[status] ?? ROWS[status] ?? (status >= 500 ? UNAVAILABLE : REFUSED);
}

/** Makes the error for a refused request. */
export function errorOf(refusal: Refusal, vendor: Vendor): TandemError {
  const { method, route, status, description, headers, nowMs } = refusal;
  const { kind, code, fix } = vendor.classify(refusal);
  const retryAt = kind === "rate-limit" ? vendor.readRetryAt(headers, nowMs) : undefined;
  return new TandemError(kind, `${vendor.name} answered ${status} to ${method} ${route}: ${description}`, {
    code,
    ...(fix === undefined ? {} : { fix }),
    context: { forge: vendor.name, status, description },
    ...(retryAt === undefined ? {} : { retryAt }),
  });
}
