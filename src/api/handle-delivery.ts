// One delivery from its raw bytes to its answer: verify → parse → route → queue. The table of contents of the API.
import type { IncomingHttpHeaders } from "node:http";
import { projectPathOf } from "../events/gitlab/project-path.ts";
import { parseDelivery } from "../events/parse-delivery.ts";
import { jobKey } from "../jobs/job-key.ts";
import { routeEvent } from "../jobs/route-event.ts";
import type { Clock } from "../model/clock.ts";
import { toTandemError } from "../model/errors.ts";
import type { Job } from "../model/jobs.ts";
import type { Route } from "../model/routes.ts";
import type { DeliveryResult } from "../telemetry/metrics.ts";
import type { JobQueue } from "./job-queue.ts";
import { headerText, type Verifier, whyNotCovered } from "./verify-delivery.ts";
import { withDeadline } from "./with-deadline.ts";

/** What handling a delivery needs. */
export interface DeliveryDeps {
  readonly routes: readonly Route[];
  readonly queue: JobQueue;
  readonly verifier: Verifier;
  readonly clock: Clock;
}

/** What is answered. The body is JSON and holds nothing secret. */
export interface Answer {
  readonly status: 202 | 400 | 401 | 413 | 415 | 503;
  readonly result: DeliveryResult;
  /** Why, for the administrator who looks at the hook's log in GitLab. */
  readonly reason?: string;
  readonly jobs?: number;
  /** For our log, not for the answer. */
  readonly cause?: unknown;
}

/** GitLab gives up after ten seconds. */
const QUEUE_MS = 5_000;

/** A delivery that was read whole. */
export interface Delivery {
  /** As `deliveryIdOf` made it; for job ids and logs. */
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Decides on a delivery and queues its jobs. Throws only what is our own bug. */
export async function handleDelivery(deps: DeliveryDeps, { id, headers, body }: Delivery): Promise<Answer> {
  const verified = await deps.verifier.verify(headers, body);
  if (!verified.ok) return unauthenticated(verified.reason);

  const payload = parseJson(body);
  if (payload === undefined) return malformed("the body is not JSON");
  const projectPath = projectPathOf(payload);
  const uncovered = projectPath === undefined ? undefined : whyNotCovered(verified.proofs, projectPath);
  if (uncovered !== undefined) return unauthenticated(uncovered);

  const event = parseDelivery(headerText(headers, "x-gitlab-event"), payload);
  if (event.kind === "malformed") return malformed(event.problem);
  if (event.kind === "ignored") return ignored(event.reason);

  const jobs = routeEvent(event, { routes: deps.routes, origin: id });
  return "kind" in jobs ? ignored(jobs.reason) : enqueue(deps, jobs, id);
}

async function enqueue({ queue, clock }: DeliveryDeps, jobs: readonly Job[], deliveryId: string): Promise<Answer> {
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

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function ignored(reason: string): Answer {
  return { status: 202, result: "ignored", reason };
}

function malformed(reason: string): Answer {
  return { status: 400, result: "malformed", reason };
}

/** The answer to a delivery that does not come from a hook that we know. */
export function unauthenticated(reason: string): Answer {
  return { status: 401, result: "unauthenticated", reason };
}
