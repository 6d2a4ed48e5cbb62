// A GitHub delivery becomes an event, or the reason why it is none. Pure; never throws, whatever the payload is.
import { z } from "zod";
import { type Event, type Ignored, ignored } from "../../model/events.ts";
import { describeIssues, type Malformed, malformed } from "../parse-delivery.ts";
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
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || Object.keys(payload).length === 0) {
    return malformed("the body is not a JSON object with something in it");
  }
  if (!eventName) return malformed("the X-GitHub-Event header is missing");
  const parsed = parsePayload(eventName, payload, commandPrefix);
  return parsed instanceof z.ZodError ? malformed(describeIssues(parsed)) : parsed;
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
