// Tells the metrics how long each part of a job took.
import type { Clock } from "../src/model/clock.ts";
import type { QueueName } from "../src/model/jobs.ts";
import type { TimeStep } from "../src/model/step.ts";
import type { Metrics } from "../src/telemetry/metrics.ts";

/** Makes the stopwatch for jobs of a queue. */
export function timeSteps(metrics: Metrics, clock: Clock, queue: QueueName): TimeStep {
  return async (step, work) => {
    const started = clock.now();
    try {
      return await work();
    } finally {
      metrics.jobStep(queue, step, (clock.now() - started) / 1_000);
    }
  };
}
