// POST /api/webhooks/gitlab: HTTP around handleDelivery. Reads the body, answers, counts and logs.
import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { KNOWN_EVENTS } from "../events/gitlab/event-names.ts";
import { deliveryIdOf } from "../jobs/delivery-id.ts";
import type { Logger } from "../model/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type Answer, type DeliveryDeps, handleDelivery, unauthenticated } from "./handle-delivery.ts";
import { discardBody, readBody } from "./read-body.ts";
import { headerText } from "./verify-delivery.ts";

/** What the webhook's endpoint needs. */
export interface WebhookDeps extends DeliveryDeps {
  /** Largest body, in bytes. */
  readonly webhookBytes: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const RETRY_AFTER_SECONDS = 30;

/** Makes the handler of GitLab's deliveries. */
export function gitlabWebhook(deps: WebhookDeps): RequestHandler {
  return async (request, response) => {
    const event = eventLabel(request);
    try {
      const received = await receive(deps, request);
      const id = identify(request, Buffer.isBuffer(received) ? received : undefined);
      const answer = Buffer.isBuffer(received)
        ? await handleDelivery(deps, { id, headers: request.headers, body: received })
        : received;
      deps.metrics.delivery(event, answer.result);
      log(deps.logger.child({ event, delivery: id }), answer);
      send(response, answer);
    } catch (error) {
      deps.metrics.delivery(event, "failed");
      throw error;
    }
    await discardBody(request, deps.clock);
  };
}

/** The whole body, or what is answered when there is no point in reading it. */
async function receive({ webhookBytes, verifier }: WebhookDeps, request: Request): Promise<Buffer | Answer> {
  if (!isJson(request)) {
    return { status: 415, result: "unsupported", reason: "Content-Type must be application/json, not encoded" };
  }
  const hopeless = await verifier.whyHopeless(request.headers);
  if (hopeless !== undefined) return unauthenticated(hopeless);
  const body = await readBody(request, webhookBytes);
  if (body === "too-large") return { status: 413, result: "too-large", reason: `more than ${webhookBytes} bytes` };
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
function eventLabel(request: Request): string {
  const name = headerText(request.headers, "x-gitlab-event") ?? "none";
  return name === "none" || KNOWN_EVENTS.includes(name) ? name : "other";
}

function send(response: Response, { status, result, reason, jobs }: Answer): void {
  if (status === 503) response.set("Retry-After", String(RETRY_AFTER_SECONDS));
  response.status(status).json({ status: result, jobs, reason });
}

function log(logger: Logger, answer: Answer): void {
  const fields = { ...answer };
  if (answer.status === 503) logger.error(fields, "delivery could not be queued");
  else if (answer.result === "ignored") logger.debug(fields, "delivery ignored");
  else if (answer.status === 202) logger.info(fields, "delivery accepted");
  else logger.info(fields, "delivery refused");
}
