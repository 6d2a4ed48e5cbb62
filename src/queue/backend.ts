// The contract that both queue backends keep. Everything else in this folder is written against it.
import type { Processor, Queue, Worker, WorkerOptions } from "bullmq";

/** The worker options that do not belong to a connection. */
export type WorkerSettings = Pick<
  WorkerOptions,
  "concurrency" | "lockDuration" | "stalledInterval" | "maxStalledCount" | "settings" | "autorun" | "limiter"
>;

/** A place that keeps jobs. Queues and workers made from it are closed by whoever made them, before `close()`. */
export interface Backend {
  openQueue(name: string): Queue;
  openWorker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /** Resolves when the backend answers; throws otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
