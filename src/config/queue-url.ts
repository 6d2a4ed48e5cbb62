// QUEUE_URL: which backend holds the queue, and where.
import { isAbsolute, join } from "node:path";
import type { QueueLocation } from "../model/queue-location.ts";
import { Secret } from "../model/secret.ts";

/** What is used without QUEUE_URL. */
export const DEFAULT_QUEUE = "embedded:.tandem/queue";

/** For messages about a QUEUE_URL that is none of these. */
export const QUEUE_FORMS = "redis://…, rediss://…, postgres://… or embedded:<dir>";

/** Reads QUEUE_URL; relative directories start at `cwd`. Undefined when it is none of the known forms. */
export function parseQueueUrl(text: string, cwd: string): QueueLocation | undefined {
  if (text.startsWith("embedded:")) {
    const directory = text.slice("embedded:".length);
    if (directory === "") return undefined;
    return { kind: "embedded", directory: isAbsolute(directory) ? directory : join(cwd, directory) };
  }
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname } = new URL(text);
  if (hostname === "") return undefined;
  if (protocol === "redis:" || protocol === "rediss:") return { kind: "redis", url: new Secret(text) };
  if (protocol === "postgres:" || protocol === "postgresql:") return { kind: "postgres", url: new Secret(text) };
  return undefined;
}

/** The location for people and logs: user and password are left out. */
export function describeQueue(queue: QueueLocation): string {
  if (queue.kind === "embedded") return `embedded:${queue.directory}`;
  const { protocol, host, pathname } = new URL(queue.url.reveal());
  return `${protocol}//${host}${pathname}`;
}
