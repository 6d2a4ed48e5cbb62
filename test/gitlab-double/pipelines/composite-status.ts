// The state of a pipeline as the sum of its jobs and posted statuses.
import type { CiStatus, Job } from "../state/ci-types.ts";

const FINAL: readonly CiStatus[] = ["success", "failed", "canceled", "skipped"];
const WAITING: readonly CiStatus[] = ["created", "waiting_for_resource", "preparing", "pending", "manual", "scheduled"];

/** True when nothing more will happen by itself. */
export function isFinal(status: CiStatus): boolean {
  return FINAL.includes(status);
}

/** The state that follows from the rows (retried ones left out by the caller). */
export function compositeStatus(jobs: readonly Job[]): CiStatus {
  const states = jobs.filter((job) => !(job.status === "failed" && job.allowFailure)).map((job) => job.status);
  const has = (status: CiStatus): boolean => states.includes(status);
  if (states.every((status) => status === "created") && states.length > 0) return "created";
  const open = states.filter((status) => !isFinal(status) && status !== "manual");
  if (open.length === 0) return finalStatus(states);
  if (states.every((status) => WAITING.includes(status)) && has("pending")) return "pending";
  return has("canceling") ? "canceling" : "running";
}

function finalStatus(states: readonly CiStatus[]): CiStatus {
  if (states.includes("failed")) return "failed";
  if (states.includes("canceled")) return "canceled";
  if (states.includes("success") || states.length === 0) return "success";
  return states.includes("manual") ? "manual" : "skipped";
}

/** Seconds between start and end; null while not finished. */
export function durationSeconds(timed: { readonly startedAt: string | null; readonly finishedAt: string | null }) {
  if (timed.startedAt === null || timed.finishedAt === null) return null;
  return (Date.parse(timed.finishedAt) - Date.parse(timed.startedAt)) / 1000;
}
