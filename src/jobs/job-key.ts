// The id of a job in the queue: made of forge, delivery and subject, so that a repeated delivery adds nothing.
import { TandemError } from "../model/errors.ts";
import { type Job, subjectOf } from "../model/jobs.ts";
import { isDeliveryId } from "./delivery-id.ts";

/**
 * The job's id for BullMQ, which allows neither a colon nor an integer. At most 400 characters.
 * @param deliveryId as `deliveryIdOf` made it; anything else is a bug
 */
export function jobKey(job: Job, deliveryId: string): string {
  if (!isDeliveryId(deliveryId)) {
    throw new TandemError("bug", "A job's key was asked for something that is no delivery id", { code: "delivery-id" });
  }
  // The subject begins with the forge's name. `~` occurs in neither part.
  return `${deliveryId}~${subjectOf(job)}`;
}
