// Looks at the place of a queue without opening the queue: nothing is written, and a service that runs on it is not disturbed.
import { Redis } from "ioredis";
import { Client } from "pg";
import { TandemError } from "../model/errors.ts";
import type { QueueFacts } from "../model/queue-facts.ts";
import type { QueueLocation } from "../model/queue-location.ts";
import type { Secret } from "../model/secret.ts";
import { isEmbeddedInUse } from "./embedded.ts";

const CONNECT_MS = 5_000;

/**
 * Asks the server about itself, once.
 * @param signal ends the connection
 * @throws TandemError kind `environment`, code `queue-unreachable`; `queue-path-too-long` for an embedded one
 */
export async function inspectQueue(location: QueueLocation, signal: AbortSignal): Promise<QueueFacts> {
  switch (location.kind) {
    case "redis":
      return await inspectRedis(location.url, signal);
    case "postgres":
      return await inspectPostgres(location.url, signal);
    case "embedded":
      return {
        kind: "embedded",
        directory: location.directory,
        isInUse: await isEmbeddedInUse(location.directory),
      };
  }
}

async function inspectRedis(url: Secret, signal: AbortSignal): Promise<QueueFacts> {
  const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: CONNECT_MS };
  const connection = new Redis(url.reveal(), { ...once, enableReadyCheck: false });
  // What it says beside the commands' own failures, which are thrown: why it could not connect.
  let complaint: Error | undefined;
  connection.on("error", (error) => {
    complaint = error;
  });
  const stop = () => connection.disconnect();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await connection.ping();
    // Not CONFIG, which managed servers refuse; those that refuse INFO, too, tell nothing.
    return parseInfo(await connection.info().catch(() => ""));
  } catch (thrown) {
    throw unreachable("Redis", complaint ?? thrown);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Reads the answer to INFO. https://redis.io/docs/latest/commands/info/ */
export function parseInfo(text: string): Extract<QueueFacts, { kind: "redis" }> {
  const fields = new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^([a-z_]+):(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const number = (name: string) => (/^\d+$/.test(fields.get(name) ?? "") ? Number(fields.get(name)) : undefined);
  const role = fields.get("role");
  const aof = fields.get("aof_enabled");
  return {
    kind: "redis",
    version: fields.get("redis_version"),
    isReplica: role === undefined ? undefined : role !== "master",
    isAppendOnly: aof === undefined ? undefined : aof === "1",
    evictionPolicy: fields.get("maxmemory_policy"),
    usedBytes: number("used_memory"),
    maxBytes: number("maxmemory"),
  };
}

async function inspectPostgres(url: Secret, signal: AbortSignal): Promise<QueueFacts> {
  const client = new Client({ connectionString: url.reveal(), connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => {});
  const stop = () => void client.end().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return { kind: "postgres", version: rows[0]?.server_version };
  } catch (thrown) {
    throw unreachable("PostgreSQL", thrown);
  } finally {
    signal.removeEventListener("abort", stop);
    await client.end().catch(() => {});
  }
}

function unreachable(server: string, thrown: unknown): TandemError {
  // Of several addresses that failed, the error has but a code.
  const { message, code } = Object(thrown) as { readonly message?: unknown; readonly code?: unknown };
  return new TandemError("environment", `${server} cannot be used: ${String(message || code || thrown)}`, {
    code: "queue-unreachable",
    fix: "See that the server runs, and that QUEUE_URL has its address, user, password and database.",
  });
}
