// POST /api/webhooks/gitlab.
import type { RequestHandler } from "express";
import { KNOWN_EVENTS } from "../events/gitlab/event-names.ts";
import { deliveryEndpoint, type EndpointDeps } from "./delivery-endpoint.ts";
import { type DeliveryDeps, handleDelivery } from "./handle-delivery.ts";
import { type HearDeps, hearFrom } from "./hear-from.ts";

/** What the webhook's endpoint needs. */
export interface WebhookDeps extends Omit<DeliveryDeps, "heard">, EndpointDeps, Pick<HearDeps, "lastHeard"> {}

/** Makes the handler of GitLab's deliveries. */
export function gitlabWebhook(deps: WebhookDeps): RequestHandler {
  const heard = hearFrom("gitlab", deps);
  return deliveryEndpoint(deps, {
    eventHeader: "x-gitlab-event",
    knownEvents: KNOWN_EVENTS,
    whyHopeless: (headers) => deps.verifier.whyHopeless(headers),
    // A bad token is hopeless, whatever signature is there.
    isProvenBy: (headers) => headers["x-gitlab-token"] !== undefined,
    handle: (delivery) => handleDelivery({ ...deps, heard }, delivery),
  });
}
