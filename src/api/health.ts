// Probes and metrics for whoever runs the service.
import type { RequestHandler } from "express";
import type { Clock } from "../model/clock.ts";
import type { Logger } from "../model/logger.ts";
import type { QueueDepth } from "../model/queue-depth.ts";
import { withDeadline } from "../model/with-deadline.ts";
import type { Metrics } from "../telemetry/metrics.ts";

const PING_MS = 2_000;

/** GET /api/healthz: the process is alive. It looks at nothing else, or a queue that is away would restart the process. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: "ok" });
};

/** One of the things without which a process cannot do its work. */
export interface ReadyCheck {
  /** What is said when it fails, e.g. `the queue cannot be reached`. Anybody may read it. */
  readonly reason: string;
  /** Rejects when it is not there. */
  readonly check: () => Promise<void>;
}

/** What readiness looks at. The configuration was checked at the start: without a valid one there is no process. */
export interface ReadyDeps {
  readonly checks: readonly ReadyCheck[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The check that every process has: without the queue nothing is taken and nothing is worked on. */
export function queueCheck(queue: { ping(): Promise<void> }): ReadyCheck {
  return { reason: "the queue cannot be reached", check: () => queue.ping() };
}

/** GET /api/readyz: whether the process can do its work now. */
export function readyz({ checks, clock, logger }: ReadyDeps): RequestHandler {
  const whyNot = async ({ reason, check }: ReadyCheck): Promise<readonly string[]> => {
    try {
      await withDeadline(check(), PING_MS, clock);
      return [];
    } catch (error) {
      logger.warn({ error }, `not ready: ${reason}`);
      return [reason];
    }
  };
  return async (_request, response) => {
    const reasons = (await Promise.all(checks.map(whyNot))).flat();
    if (reasons.length === 0) response.json({ status: "ready" });
    else response.status(503).json({ status: "not-ready", reasons });
  };
}

/** What the metrics are made of. */
export interface MetricsDeps {
  readonly metrics: Metrics;
  /** Looks how full the queues are, each time somebody reads the metrics. */
  readonly measureQueues?: () => Promise<readonly QueueDepth[]>;
  readonly clock: Clock;
}

/** GET /metrics: Prometheus' text. It is answered also when the queue is away. */
export function metricsText({ metrics, measureQueues, clock }: MetricsDeps): RequestHandler {
  return async (_request, response) => {
    if (measureQueues) metrics.queues(await withDeadline(measureQueues(), PING_MS, clock).catch(() => undefined));
    const { contentType, text } = await metrics.render();
    response.set("Content-Type", contentType).send(text);
  };
}
