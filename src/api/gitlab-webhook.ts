// POST /api/webhooks/gitlab: HTTP around handleDelivery. Reads the body, answers, counts and logs.
import type { Request, RequestHandler, Response } from "express";
import { KNOWN_EVENTS } from "../events/gitlab/event-names.ts";
import type { Logger } from "../model/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type Answer, type DeliveryDeps, handleDelivery, identify } from "./handle-delivery.ts";
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
    const { answer, body } = await receive(deps, request).catch((error: unknown) => {
      deps.metrics.delivery(event, "failed");
      throw error;
    });
    deps.metrics.delivery(event, answer.result);
    log(deps.logger, { event, delivery: identify(request.headers, body) }, answer);
    send(response, answer);
    if (!request.readableEnded) await discardBody(request, deps.clock);
  };
}

const NOTHING = Buffer.alloc(0);

async function receive(
  deps: WebhookDeps,
  request: Request,
): Promise<{ readonly answer: Answer; readonly body: Buffer }> {
  const refuse = (answer: Answer) => ({ answer, body: NOTHING });
  if (!isJson(request)) {
    return refuse({ status: 415, result: "unsupported", reason: "Content-Type must be application/json, not encoded" });
  }
  const body = await readBody(request, deps.webhookBytes);
  if (body === "too-large") {
    return refuse({ status: 413, result: "too-large", reason: `more than ${deps.webhookBytes} bytes` });
  }
  if (body === "cut-off") return refuse({ status: 400, result: "malformed", reason: "the body was cut off" });
  return { answer: await handleDelivery(deps, request.headers, body), body };
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

function log(logger: Logger, fields: Readonly<Record<string, string>>, answer: Answer): void {
  if (answer.status === 503) logger.error({ ...fields, ...answer }, "delivery could not be queued");
  else if (answer.result === "ignored") logger.debug({ ...fields, ...answer }, "delivery ignored");
  else if (answer.status === 202) logger.info({ ...fields, ...answer }, "delivery accepted");
  else logger.info({ ...fields, ...answer }, "delivery refused");
}
