// Sends deliveries by hand, changed as a test wants them, and tells what the bot wrote.
import { randomUUID } from "node:crypto";
import type { HookEvent } from "../gitlab-double/state/hook-types.ts";
import type { Delivery } from "../gitlab-double/state/logs.ts";
import { eventually } from "./eventually.ts";
import type { LogRecord } from "./service.ts";
import type { Stage } from "./stage.ts";

/** A payload, open to changes. */
export type Payload = Record<string, unknown>;

/** What became of a delivery. */
export interface Posted {
  readonly status: number;
  /** Its id: `Idempotency-Key`. */
  readonly key: string;
}

/** Changes to a delivery before it leaves. */
export interface PostOptions {
  readonly change?: (payload: Payload) => unknown;
  /** Over the delivery's own; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Default: a new one. */
  readonly key?: string;
}

/** Sends deliveries to the service of a stage. */
export interface Postman {
  /** The newest delivery of an event about a project. */
  last(event: HookEvent, projectId: number): Delivery;
  post(delivery: Delivery, options?: PostOptions): Promise<Posted>;
  /**
   * Posts, and resolves with the last log line of the job that it led to. While another job about the same subject waits, a
   * delivery leads to none: then it is posted again.
   */
  handle(delivery: Delivery, options?: PostOptions): Promise<LogRecord>;
  /** What the bot changed on the forge from the given number of requests on, as `POST /api/…`; pushes count, fetches do not. */
  writes(from?: number): readonly string[];
  /** How many requests there were so far. */
  count(): number;
}

/** Longer than a job takes. */
const AGAIN_MS = 3_000;

/** The postman of a stage. */
export function postmanOn(stage: Stage): Postman {
  const { double, bot } = stage;
  const post: Postman["post"] = async (
    { headers, payload },
    { change = same, key = randomUUID(), ...options } = {},
  ) => {
    const all = Object.entries({ ...headers, "Idempotency-Key": key, ...options.headers });
    const answer = await fetch(`${stage.service.url}/api/webhooks/gitlab`, {
      method: "POST",
      headers: all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])),
      body: JSON.stringify(change(structuredClone(payload) as Payload)),
    });
    await answer.arrayBuffer();
    return { status: answer.status, key };
  };
  return {
    last(event, projectId) {
      const found = double.logs.deliveries.findLast(
        (each) => each.event === event && (each.payload.project as { id?: unknown }).id === projectId,
      );
      if (!found) throw new Error(`there was no ${event} delivery about project ${projectId}`);
      return found;
    },
    post,
    async handle(delivery, options) {
      const keys: string[] = [];
      let again = 0;
      return eventually(
        async () => {
          if (Date.now() >= again) {
            const { status, key } = await post(delivery, options);
            if (status !== 202) throw new Error(`the delivery was answered with ${status}`);
            keys.push(key);
            again = Date.now() + AGAIN_MS;
          }
          const isIts = (job: unknown) => keys.some((key) => String(job).startsWith(`${key}~`));
          return stage.service.log.find(({ job, state }) => isIts(job) && state !== undefined);
        },
        { what: "the end of the job" },
      );
    },
    writes: (from = 0) =>
      double.logs.requests
        .slice(from)
        .filter(({ username, method, path }) => {
          const isRead = method === "GET" || method === "HEAD" || path.endsWith("/git-upload-pack");
          return username === bot.user.username && !isRead;
        })
        .map(({ method, path }) => `${method} ${path}`),
    count: () => double.logs.requests.length,
  };
}

function same(payload: Payload): Payload {
  return payload;
}
