// HTTP around a forge's deliveries: reads the body, answers, counts and logs. What a delivery means is not known here.
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { deliveryIdOf } from "../jobs/delivery-id.ts";
import type { Clock } from "../model/clock.ts";
import type { Logger } from "../model/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type Answer, unauthenticated } from "./answer.ts";
import { createMemoryBudget, type MemoryBudget, UNBOUNDED } from "./memory-budget.ts";
import { discardBody, readBody } from "./read-body.ts";
import { headerText } from "./verify-delivery.ts";

/** What an endpoint for deliveries needs. */
export interface EndpointDeps {
  /** Largest body, in bytes. */
  readonly webhookBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A delivery that was read whole. */
export interface Delivery {
  /** As `deliveryIdOf` made it; for job ids and logs. */
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What one forge's deliveries are like. */
export interface DeliverySource {
  /** Lower-case name of the header that names the event. */
  readonly eventHeader: string;
  /** The names that are shown in logs and metrics; any other is `other`. */
  readonly knownEvents: readonly string[];
  /** Why no body could make these headers good; undefined when one could. For strangers not a byte is kept in memory. */
  whyHopeless(headers: IncomingHttpHeaders): Promise<string | undefined>;
  /** Whether headers that are not hopeless prove by themselves who sends. Default: they never do. */
  readonly isProvenBy?: (headers: IncomingHttpHeaders) => boolean;
  /** Decides on a delivery, authentication first. Throws only what is our own bug. */
  handle(delivery: Delivery): Promise<Answer>;
}

const RETRY_AFTER_SECONDS = 30;

/** How many bodies of the largest size may be in memory at once whose senders proved nothing yet. */
const UNPROVEN_BODIES = 4;

/** Makes the handler of a forge's deliveries. */
export function deliveryEndpoint(deps: EndpointDeps, source: DeliverySource): RequestHandler {
  const shared = createMemoryBudget(UNPROVEN_BODIES * deps.webhookBytes);
  return async (request, response) => {
    const event = eventLabel(request, source);
    const budget = source.isProvenBy?.(request.headers) ? UNBOUNDED : shared;
    let claimed = 0;
    try {
      const received = await receive(deps, source, request, budget);
      claimed = Buffer.isBuffer(received) ? received.length : 0;
      const id = identify(request, Buffer.isBuffer(received) ? received : undefined);
      const answer = Buffer.isBuffer(received)
        ? await source.handle({ id, headers: request.headers, body: received })
        : received;
      deps.metrics.delivery(event, answer.result);
      log(deps.logger, { event, delivery: id }, answer);
      send(response, answer);
    } catch (error) {
      deps.metrics.delivery(event, "failed");
      throw error;
    } finally {
      budget.give(claimed);
    }
    await discardBody(request, deps.clock);
  };
}

/** The whole body, or what is answered when there is no point in reading it. */
async function receive(
  { webhookBytes }: EndpointDeps,
  source: DeliverySource,
  request: Request,
  budget: MemoryBudget,
): Promise<Buffer | Answer> {
  if (!isJson(request)) {
    return { status: 415, result: "unsupported", reason: "Content-Type must be application/json, not encoded" };
  }
  const hopeless = await source.whyHopeless(request.headers);
  if (hopeless !== undefined) return unauthenticated(hopeless);
  const body = await readBody(request, webhookBytes, budget);
  if (body === "too-large") return { status: 413, result: "too-large", reason: `more than ${webhookBytes} bytes` };
  if (body === "no-room") return { status: 503, result: "unavailable", reason: "too much at once, try again later" };
  if (body === "cut-off") return { status: 400, result: "malformed", reason: "the body was cut off" };
  return body;
}

/** The delivery's id. Of a body that was not read there is no digest. */
function identify(request: Request, body: Buffer | undefined): string {
  return deliveryIdOf(request.headers, () => (body ? createHash("sha256").update(body).digest("hex") : "unread"));
}

function isJson(request: Request): boolean {
  const type = headerText(request.headers, "content-type")?.split(";")[0]?.trim().toLowerCase();
  const encoding = headerText(request.headers, "content-encoding") ?? "identity";
  return type === "application/json" && encoding === "identity";
}

/** The event's name for metrics and logs: one of a fixed list, whatever the sender writes. */
function eventLabel(request: Request, { eventHeader, knownEvents }: DeliverySource): string {
  const name = headerText(request.headers, eventHeader) ?? "none";
  return name === "none" || knownEvents.includes(name) ? name : "other";
}

function send(response: Response, { status, result, reason, jobs }: Answer): void {
  if (status === 503) response.set("Retry-After", String(RETRY_AFTER_SECONDS));
  // Not express's own way, which looks at what the client accepts and has: a tenth of the time that a delivery costs.
  const body = Buffer.from(JSON.stringify({ status: result, jobs, reason }));
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Content-Length": body.length });
  response.end(body);
}

function log(logger: Logger, delivery: { readonly event: string; readonly delivery: string }, answer: Answer): void {
  const fields = { ...delivery, ...answer };
  if (answer.status === 503) logger.error(fields, "delivery could not be taken");
  else if (answer.result === "ignored") logger.debug(fields, "delivery ignored");
  else if (answer.status === 202) logger.info(fields, "delivery accepted");
  else logger.info(fields, "delivery refused");
}
