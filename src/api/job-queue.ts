// The port to the queue, as the API needs it. Adapter: queue/enqueue.ts.
import type { Job } from "../model/jobs.ts";

/** Where jobs go. */
export interface JobQueue {
  /**
   * Stores jobs; resolves when they are safe. A job with a key that was seen before is not stored again.
   * Throws kind `environment` when the queue cannot be reached.
   */
  enqueue(jobs: readonly Job[], keyOf: (job: Job) => string): Promise<void>;
  /** Resolves when the queue can be reached. Throws kind `environment` otherwise. */
  ping(): Promise<void>;
}
