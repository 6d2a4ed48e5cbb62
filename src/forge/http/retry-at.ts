// The headers with which forges say when to come back.

/**
 * Reads `Retry-After`, in seconds from now, or else the header with the second in which the limit is reset.
 * @param resetHeader its name; undefined when it does not count
 * @returns milliseconds since the epoch; undefined when neither is there
 */
export function readRetryAt(headers: Headers, nowMs: number, resetHeader: string | undefined): number | undefined {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return nowMs + after * 1_000;
  const reset = Number((resetHeader && headers.get(resetHeader)) ?? Number.NaN);
  return Number.isFinite(reset) && reset > 0 ? reset * 1_000 : undefined;
}
