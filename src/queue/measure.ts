// Looks how full the queues are. Asked whenever somebody reads the metrics, so it is a few cheap questions.
import type { Queue } from "bullmq";
import type { Clock } from "../model/clock.ts";
import type { QueueName } from "../model/jobs.ts";
import type { QueueDepth } from "../model/queue-depth.ts";
import type { Backend } from "./backend.ts";
import { QUEUE_NAMES } from "./enqueue.ts";

/** Jobs with a priority stand in its order, so the oldest is looked for among the next ones. */
const LOOK_AT = 100;

/** Looks at queues. */
export interface Gauge {
  /** Throws what the backend throws when it is away. */
  measure(): Promise<readonly QueueDepth[]>;
  close(): Promise<void>;
}

/** Opens one queue per name on a backend that belongs to the caller. */
export function openGauge(backend: Backend, clock: Clock): Gauge {
  const queues = QUEUE_NAMES.map((name) => [name, backend.openQueue(name)] as const);
  return {
    measure: () => Promise.all(queues.map(([name, queue]) => depthOf(name, queue, clock.now()))),
    async close() {
      await Promise.all(queues.map(([, queue]) => queue.close()));
    },
  };
}

async function depthOf(name: QueueName, queue: Queue, nowMs: number): Promise<QueueDepth> {
  const [counts, next] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "delayed", "active", "failed"),
    queue.getJobs(["waiting", "prioritized"], 0, LOOK_AT - 1, true),
  ]);
  const of = (state: string) => counts[state] ?? 0;
  const oldest = Math.min(nowMs, ...next.map(({ timestamp }) => timestamp));
  return {
    queue: name,
    jobs: {
      waiting: of("waiting") + of("prioritized"),
      delayed: of("delayed"),
      active: of("active"),
      failed: of("failed"),
    },
    oldestSeconds: (nowMs - oldest) / 1_000,
  };
}
