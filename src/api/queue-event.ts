// From what a delivery says to its jobs in the queue, and to the answer. The same for every forge.
import type { Malformed } from "../events/read-delivery.ts";
import { jobKey } from "../jobs/job-key.ts";
import { routeEvent } from "../jobs/route-event.ts";
import type { Clock } from "../model/clock.ts";
import { toTandemError } from "../model/errors.ts";
import type { Event, Ignored } from "../model/events.ts";
import type { Job } from "../model/jobs.ts";
import type { Route } from "../model/routes.ts";
import { withDeadline } from "../model/with-deadline.ts";
import { type Answer, ignoredAnswer, malformedAnswer } from "./answer.ts";
import type { JobQueue } from "./job-queue.ts";

/** What routing and queueing need. */
export interface QueueDeps {
  readonly routes: readonly Route[];
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/** Forges give up after ten seconds. */
const QUEUE_MS = 5_000;

/**
 * Routes an event and queues its jobs. Throws only what is our own bug.
 * @param deliveryId as `deliveryIdOf` made it; for job ids and logs
 */
export async function queueEvent(
  deps: QueueDeps,
  event: Event | Ignored | Malformed,
  deliveryId: string,
): Promise<Answer> {
  if (event.kind === "malformed") return malformedAnswer(event.problem);
  if (event.kind === "ignored") return ignoredAnswer(event.reason);
  const jobs = routeEvent(event, { routes: deps.routes, origin: deliveryId });
  return "kind" in jobs ? ignoredAnswer(jobs.reason) : enqueue(deps, jobs, deliveryId);
}

async function enqueue({ queue, clock }: QueueDeps, jobs: readonly Job[], deliveryId: string): Promise<Answer> {
  try {
    const stored = queue.enqueue(jobs, (job) => jobKey(job, deliveryId));
    await withDeadline(stored, QUEUE_MS, clock);
  } catch (thrown) {
    const cause = toTandemError(thrown);
    if (cause.kind !== "environment") throw cause;
    return { status: 503, result: "unavailable", reason: "the queue cannot be reached, try again later", cause };
  }
  return { status: 202, result: "accepted", jobs: jobs.length };
}
