// What GitLab's API has of its own: what its refusals mean and say, and when to come back after too many requests.
import { rowOf } from "../http/classify.ts";
import { readRetryAt } from "../http/retry-at.ts";
import type { ErrorRow, Vendor } from "../http/vendor.ts";

const ROWS: Readonly<Record<number, ErrorRow>> = {
  401: {
    kind: "auth",
    code: "forge-unauthorized",
    fix: "Check that GITLAB_TOKEN is valid and not expired, and that it has the scope `api`.",
  },
  403: {
    kind: "user",
    code: "forge-forbidden",
    fix: "Give the bot's account at least the role Developer there, or change the project's settings.",
  },
};

export const GITLAB: Vendor = {
  name: "GitLab",
  addressFix: "Set gitlab.url to the address that GitLab itself uses.",
  classify: ({ status }) => rowOf(status, ROWS),
  // docs.gitlab.com: "Rate limits"
  readRetryAt: (headers, nowMs) => readRetryAt(headers, nowMs, "ratelimit-reset"),
  readMessage,
};

/** A text, or a list or object of them, under one of two names. Of a token it also says in a sentence why it is refused. */
function readMessage(body: object): string | undefined {
  const { message, error, error_description } = body as Readonly<Record<string, unknown>>;
  const said = message ?? error_description ?? error;
  return said === undefined || typeof said === "string" ? said : JSON.stringify(said);
}
