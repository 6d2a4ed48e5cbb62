// A GitHub delivery becomes an event, or the reason why it is none. Pure; never throws, whatever the payload is.
import type { z } from "zod";
import { type Event, type Ignored, ignored } from "../../model/events.ts";
import { type Malformed, readDelivery } from "../read-delivery.ts";
import { KNOWN_GITHUB_EVENTS } from "./event-names.ts";
import { parseIssueComment } from "./issue-comment.ts";
import { parsePullRequest } from "./pull-request.ts";

/**
 * Reads a GitHub delivery.
 * @param eventName the X-GitHub-Event header, undefined when there is none
 * @param payload the body, as JSON.parse returned it
 * @param commandPrefix first word of a command, e.g. `/tandem`
 */
export function parseGitHubDelivery(
  eventName: string | undefined,
  payload: unknown,
  commandPrefix: string,
): Event | Ignored | Malformed {
  return readDelivery({ header: "X-GitHub-Event", eventName, payload }, (name, body) =>
    parsePayload(name, body, commandPrefix),
  );
}

function parsePayload(eventName: string, payload: unknown, commandPrefix: string): Event | Ignored | z.ZodError {
  switch (eventName) {
    case "pull_request":
      return parsePullRequest(payload);
    case "issue_comment":
      return parseIssueComment(payload, commandPrefix);
    case "ping":
      return ignored("pong");
    default:
      return ignored(
        KNOWN_GITHUB_EVENTS.includes(eventName) ? `${eventName} is not handled` : "This event is not known",
      );
  }
}
