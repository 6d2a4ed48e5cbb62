// A delivery becomes an event, or the reason why it is none. Pure; never throws, whatever the payload is.
import { z } from "zod";
import { type Event, type Ignored, ignored } from "../model/events.ts";
import { KNOWN_EVENTS, namesProject } from "./gitlab/event-names.ts";
import { parseMergeRequest } from "./gitlab/merge-request.ts";
import { parseNote } from "./gitlab/note.ts";
import { parsePipeline } from "./gitlab/pipeline.ts";
import { projectPathOf } from "./gitlab/project-path.ts";
import { parsePush } from "./gitlab/push.ts";

/** The delivery is not what the forge sends for such an event. */
export interface Malformed {
  readonly kind: "malformed";
  /** What is wrong, by names of fields; values are not repeated. */
  readonly problem: string;
}

const MAX_ISSUES = 5;

/**
 * Reads a GitLab delivery.
 * @param eventName the X-Gitlab-Event header, undefined when there is none
 * @param payload the body, as JSON.parse returned it
 * @param commandPrefix first word of a command, e.g. `/tandem`
 */
export function parseDelivery(
  eventName: string | undefined,
  payload: unknown,
  commandPrefix: string,
): Event | Ignored | Malformed {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || Object.keys(payload).length === 0) {
    return malformed("the body is not a JSON object with something in it");
  }
  if (!eventName) return malformed("the X-Gitlab-Event header is missing");
  const projectPath = projectPathOf(payload);
  if (projectPath === undefined) {
    return namesProject(eventName) ? malformed("project: expected a project with its path") : notHandled(eventName);
  }
  const parsed = parsePayload(eventName, payload, { projectPath, commandPrefix });
  return parsed instanceof z.ZodError ? malformed(describeIssues(parsed)) : parsed;
}

function parsePayload(
  eventName: string,
  payload: unknown,
  { projectPath, commandPrefix }: { readonly projectPath: string; readonly commandPrefix: string },
): Event | Ignored | z.ZodError {
  switch (eventName) {
    case "Merge Request Hook":
      return parseMergeRequest(payload, projectPath);
    case "Pipeline Hook":
      return parsePipeline(payload, projectPath);
    case "Note Hook":
      return parseNote(payload, projectPath, commandPrefix);
    case "Push Hook":
      return parsePush(payload, projectPath);
    default:
      return notHandled(eventName);
  }
}

function notHandled(eventName: string): Ignored {
  return ignored(KNOWN_EVENTS.includes(eventName) ? `${eventName} is not handled` : "This event is not known");
}

/** Makes a `Malformed` of its problem. */
export function malformed(problem: string): Malformed {
  return { kind: "malformed", problem };
}

/** The first problems that zod found, by names of fields; values are not repeated. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.map(String).join(".")}: ${message}`)
    .join("; ");
}
