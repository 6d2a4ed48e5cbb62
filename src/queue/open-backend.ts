// Chooses the backend that a queue location names.
import type { Logger } from "../model/logger.ts";
import type { QueueLocation } from "../model/queue-location.ts";
import type { Backend } from "./backend.ts";
import { openEmbedded } from "./embedded.ts";
import { openPostgres } from "./postgres.ts";
import { openRedis } from "./redis.ts";

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
