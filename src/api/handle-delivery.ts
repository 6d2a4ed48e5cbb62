// One of GitLab's deliveries from its raw bytes to its answer: verify → parse → route → queue.
import { projectPathOf } from "../events/gitlab/project-path.ts";
import { parseDelivery } from "../events/parse-delivery.ts";
import { type Answer, malformedAnswer, unauthenticated } from "./answer.ts";
import type { Delivery } from "./delivery-endpoint.ts";
import { parseJson } from "./parse-json.ts";
import { type QueueDeps, queueEvent } from "./queue-event.ts";
import { headerText, type Verifier, whyNotCovered } from "./verify-delivery.ts";

/** What handling a delivery needs. */
export interface DeliveryDeps extends QueueDeps {
  readonly verifier: Verifier;
  /** First word of a command in a comment, e.g. `/tandem`. */
  readonly commandPrefix: string;
  /** Is told of each delivery that was taken, with the full path of the project that it is about. */
  readonly heard: (projectPath: string) => void;
}

/** Decides on a delivery and queues its jobs. Throws only what is our own bug. */
export async function handleDelivery(deps: DeliveryDeps, { id, headers, body }: Delivery): Promise<Answer> {
  const verified = await deps.verifier.verify(headers, body);
  if (!verified.ok) return unauthenticated(verified.reason);

  const payload = parseJson(body);
  if (payload === undefined) return malformedAnswer("the body is not JSON");
  const projectPath = projectPathOf(payload);
  const uncovered = projectPath === undefined ? undefined : whyNotCovered(verified.proofs, projectPath);
  if (uncovered !== undefined) return unauthenticated(uncovered);

  const event = parseDelivery(headerText(headers, "x-gitlab-event"), payload, deps.commandPrefix);
  const answer = await queueEvent(deps, event, id);
  if (answer.status === 202 && projectPath !== undefined) deps.heard(projectPath);
  return answer;
}
