// A delivery becomes an event, or the reason why it is none. Pure; never throws, whatever the payload is.
import type { z } from "zod";
import { type Event, type Ignored, ignored } from "../model/events.ts";
import { KNOWN_EVENTS, namesProject } from "./gitlab/event-names.ts";
import { parseMergeRequest } from "./gitlab/merge-request.ts";
import { parseNote } from "./gitlab/note.ts";
import { parsePipeline } from "./gitlab/pipeline.ts";
import { projectPathOf } from "./gitlab/project-path.ts";
import { parsePush } from "./gitlab/push.ts";
import { type Malformed, malformed, readDelivery } from "./read-delivery.ts";

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
  return readDelivery({ header: "X-Gitlab-Event", eventName, payload }, (name, body) => {
    const projectPath = projectPathOf(body);
    if (projectPath !== undefined) return parsePayload(name, body, { projectPath, commandPrefix });
    return namesProject(name) ? malformed("project: expected a project with its path") : notHandled(name);
  });
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
