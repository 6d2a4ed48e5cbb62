// How full a queue is, in numbers for whoever watches the service.
import type { QueueName } from "./jobs.ts";

/** The jobs of one queue at a moment. */
export interface QueueDepth {
  readonly queue: QueueName;
  /** Jobs by state: `waiting` for a worker, `delayed` until a time, `active`, `failed` for good. */
  readonly jobs: Readonly<Record<"waiting" | "delayed" | "active" | "failed", number>>;
  /** How long the oldest of the jobs that come next has waited, in seconds; 0 when none waits. */
  readonly oldestSeconds: number;
}
