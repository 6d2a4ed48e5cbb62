// The contract that both queue backends keep. Everything else in this folder is written against it.
import type { Processor, Queue, Worker, WorkerOptions } from "bullmq";
import type { Logger } from "../model/logger.ts";
import type { QueueLocation } from "../model/queue-location.ts";
import { openEmbedded } from "./embedded.ts";
import { openPostgres } from "./postgres.ts";
import { openRedis } from "./redis.ts";

/** The worker options that do not belong to a connection. */
export type WorkerSettings = Pick<
  WorkerOptions,
  "concurrency" | "lockDuration" | "stalledInterval" | "maxStalledCount" | "settings" | "autorun"
>;

/** A place that keeps jobs. Queues and workers made from it are closed by whoever made them, before `close()`. */
export interface Backend {
  openQueue(name: string): Queue;
  openWorker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /** Resolves when the backend answers; throws otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the queue.
 * @param use `produce` fails fast when the backend is away (an HTTP request is waiting); `consume` waits for it.
 * @throws TandemError of kind `environment` when the place cannot be used at all
 */
export async function openBackend(
  location: QueueLocation,
  use: "produce" | "consume",
  logger: Logger,
): Promise<Backend> {
  switch (location.kind) {
    case "redis":
      return openRedis(location.url, use, logger);
    case "postgres":
      return openPostgres(location.url, logger);
    case "embedded":
      return openEmbedded(location.directory, logger);
  }
}
