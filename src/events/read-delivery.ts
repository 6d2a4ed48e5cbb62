// What a delivery of any forge has: an event's name in a header, and a JSON object as its body.
import { z } from "zod";
import type { Event, Ignored } from "../model/events.ts";

/** The delivery is not what the forge sends for such an event. */
export interface Malformed {
  readonly kind: "malformed";
  /** What is wrong, by names of fields; values are not repeated. */
  readonly problem: string;
}

/** A delivery as it came. */
export interface RawDelivery {
  /** Header with the event's name. */
  readonly header: string;
  /** Its value, undefined when there is none. */
  readonly eventName: string | undefined;
  /** The body, as JSON.parse returned it. */
  readonly payload: unknown;
}

const MAX_ISSUES = 5;

/** Reads a delivery. `parse` is asked when there are a name and an object with something in it. */
export function readDelivery(
  { header, eventName, payload }: RawDelivery,
  parse: (eventName: string, payload: object) => Event | Ignored | Malformed | z.ZodError,
): Event | Ignored | Malformed {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || Object.keys(payload).length === 0) {
    return malformed("the body is not a JSON object with something in it");
  }
  if (!eventName) return malformed(`the ${header} header is missing`);
  const parsed = parse(eventName, payload);
  return parsed instanceof z.ZodError ? malformed(describeIssues(parsed)) : parsed;
}

/** Makes a `Malformed` of its problem. */
export function malformed(problem: string): Malformed {
  return { kind: "malformed", problem };
}

/** The first problems that zod found, by names of fields. */
function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.map(String).join(".")}: ${message}`)
    .join("; ");
}
