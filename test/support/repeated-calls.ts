// Which calls a job made more than once.
import type { RequestRecord } from "../gitlab-double/state/logs.ts";

/** A call of the API without ids and names, e.g. `GET projects/:id`. */
export function callOf({ method, path }: RequestRecord): string {
  const parts = path.slice("/api/v4/".length).split("/");
  return `${method} ${parts.map((part) => (/^[a-z_]+$/.test(part) ? part : ":id")).join("/")}`;
}

/**
 * Calls that were made before in the same job. Two may be: to look whether an importing fork is ready, and to look for a fork
 * again after the forge refused to make one.
 * @param calls of one job, in order
 */
export function repeatedCalls(calls: readonly RequestRecord[]): readonly string[] {
  const seen = new Set<string>();
  let isForking = false;
  return calls.flatMap((call) => {
    const text = textOf(call);
    isForking ||= callOf(call) === "POST projects/:id/fork";
    const isPolling = isForking && ["GET projects/:id", "GET projects/:id/forks"].includes(callOf(call));
    if (seen.has(text) && !isPolling) return [text];
    seen.add(text);
    return [];
  });
}

/** Each call once: how often a fork is asked whether it is ready depends on how busy the machine is. */
export function distinctCalls(calls: readonly RequestRecord[]): readonly RequestRecord[] {
  return [...new Map(calls.map((call) => [textOf(call), call])).values()];
}

function textOf({ method, path, query, requestBody }: RequestRecord): string {
  return `${method} ${path}?${query} ${requestBody}`;
}
