// Probes and metrics for whoever runs the service.
import type { RequestHandler } from "express";
import type { Clock } from "../model/clock.ts";
import type { Logger } from "../model/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { JobQueue } from "./job-queue.ts";
import { withDeadline } from "./with-deadline.ts";

const PING_MS = 2_000;

/** GET /api/healthz: the process is alive. It looks at nothing else, or a queue that is away would restart the process. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: "ok" });
};

/** What readiness looks at. The configuration was checked at the start: without a valid one there is no process. */
export interface ReadyDeps {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** GET /api/readyz: whether deliveries can be taken now. */
export function readyz({ queue, clock, logger }: ReadyDeps): RequestHandler {
  return async (_request, response) => {
    try {
      await withDeadline(queue.ping(), PING_MS, clock);
      response.json({ status: "ready" });
    } catch (error) {
      logger.warn({ error }, "not ready: the queue cannot be reached");
      response.status(503).json({ status: "not-ready", reasons: ["the queue cannot be reached"] });
    }
  };
}

/** GET /metrics: Prometheus' text. */
export function metricsText(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const { contentType, text } = await metrics.render();
    response.set("Content-Type", contentType).send(text);
  };
}
