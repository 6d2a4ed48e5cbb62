// The production backend: BullMQ on Redis through ioredis.
import { type Processor, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Logger } from "../model/logger.ts";
import type { Secret } from "../model/secret.ts";
import type { Backend, WorkerSettings } from "./backend.ts";
import { createComplaints } from "./complaints.ts";

/** Connects to Redis. Never throws because Redis is away: it reconnects for as long as the process lives. */
export function openRedis(url: Secret, use: "produce" | "consume", logger: Logger): Backend {
  // A producer answers a waiting request, so it must not queue commands for a Redis that is away. BullMQ's workers need
  // the opposite (docs.bullmq.io, "Going to production").
  const patience =
    use === "produce"
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 }
      : { maxRetriesPerRequest: null };
  const options = {
    ...patience,
    retryStrategy: (times: number) => Math.min(times * 100, 2_000),
    // The server became a replica and keeps the connection: the address leads to another one now. The command is sent again.
    reconnectOnError: ({ message }: Error) => (/^(?:READONLY|UNBLOCKED) /.test(message) ? 2 : false),
  } as const;
  const connection = new Redis(url.reveal(), options);
  const complain = createComplaints(logger);
  connection.on("error", complain);

  return {
    openQueue(name) {
      const queue = new Queue(name, { connection });
      queue.on("error", complain);
      return queue;
    },
    openWorker(name: string, processor: Processor, settings: WorkerSettings) {
      const worker = new Worker(name, processor, { connection, ...settings });
      worker.on("error", complain);
      return worker;
    },
    async ping() {
      await connection.ping();
    },
    async close() {
      connection.disconnect();
    },
  };
}
