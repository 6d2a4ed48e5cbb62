// POST /api/webhooks/github. One delivery from its raw bytes to its answer: verify → parse → route → queue.
import type { RequestHandler } from "express";
import { KNOWN_GITHUB_EVENTS } from "../events/github/event-names.ts";
import { parseGitHubDelivery } from "../events/github/parse-github-delivery.ts";
import { repositoryNameOf } from "../events/github/repository.ts";
import type { Secret } from "../model/secret.ts";
import { type Answer, malformedAnswer, unauthenticated } from "./answer.ts";
import { type Delivery, deliveryEndpoint, type EndpointDeps } from "./delivery-endpoint.ts";
import { type HearDeps, hearFrom } from "./hear-from.ts";
import { parseJson } from "./parse-json.ts";
import { type QueueDeps, queueEvent } from "./queue-event.ts";
import { headerText } from "./verify-delivery.ts";
import { whyHopelessForGitHub, whyNotSigned } from "./verify-github.ts";

/** What the webhook's endpoint needs. */
export interface GitHubWebhookDeps extends QueueDeps, EndpointDeps, Pick<HearDeps, "lastHeard"> {
  /** Secrets of hooks, any of which may have signed. Without any the endpoint answers 404. */
  readonly githubSecrets: readonly Secret[];
  /** First word of a command in a comment, e.g. `/tandem`. */
  readonly commandPrefix: string;
}

const EVENT_HEADER = "x-github-event";

/** Makes the handler of GitHub's deliveries. */
export function githubWebhook(deps: GitHubWebhookDeps): RequestHandler {
  if (deps.githubSecrets.length === 0) return notConfigured;
  return deliveryEndpoint(deps, {
    eventHeader: EVENT_HEADER,
    knownEvents: KNOWN_GITHUB_EVENTS,
    whyHopeless: async (headers) => whyHopelessForGitHub(headers),
    handle: (delivery) => handle(deps, delivery),
  });
}

async function handle(deps: GitHubWebhookDeps, { id, headers, body }: Delivery): Promise<Answer> {
  const unsigned = await whyNotSigned(headers, body, deps.githubSecrets);
  if (unsigned !== undefined) return unauthenticated(unsigned);
  const payload = parseJson(body);
  if (payload === undefined) return malformedAnswer("the body is not JSON");
  const event = parseGitHubDelivery(headerText(headers, EVENT_HEADER), payload, deps.commandPrefix);
  const answer = await queueEvent(deps, event, id);
  const repository = repositoryNameOf(payload);
  if (answer.status === 202 && repository !== undefined) hearFrom("github", deps)(repository);
  return answer;
}

const notConfigured: RequestHandler = (_request, response) => {
  response
    .status(404)
    .json({ status: "refused", reason: "GitHub is not configured in this service (GITHUB_WEBHOOK_SECRET)" });
};
