// What Tandem counts, and the only door to prom-client. A factory makes it: no registry is global.
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What became of a delivery. */
export type DeliveryResult =
  | "accepted"
  | "ignored"
  | "malformed"
  | "unauthenticated"
  | "unsupported"
  | "too-large"
  | "unavailable"
  | "failed";

/** How an attempt of a job ended: an outcome's state or an error's kind. */
export type JobResult = string;

/** The counters, by what they count. Labels must come from short fixed lists, never from outside. */
export interface Metrics {
  delivery(event: string, result: DeliveryResult): void;
  job(queue: string, result: JobResult, seconds: number): void;
  /** What one attempt of a job has cost. */
  jobCost(queue: string, cost: { readonly forgeCalls: number; readonly gitCommands: number }): void;
  /** `route` is the pattern of the API path, e.g. `GET /projects/:id`; `status` an HTTP status or `error`. */
  forgeCall(route: string, status: number | "error", seconds: number): void;
  /** The exposition text and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const JOB_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900];
const COUNTS = [1, 2, 5, 10, 15, 20, 30, 50, 100, 200];
const CALL_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes a registry with all of Tandem's metrics and those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: "tandem_deliveries_total",
    help: "Webhook deliveries, by event and by what became of them.",
    labelNames: ["event", "result"] as const,
    registers,
  });
  const jobs = new Histogram({
    name: "tandem_job_seconds",
    help: "Attempts of jobs, by queue and result.",
    labelNames: ["queue", "result"] as const,
    buckets: JOB_SECONDS,
    registers,
  });
  const forgeCalls = new Histogram({
    name: "tandem_forge_call_seconds",
    help: "Calls of the forge's API, by route and HTTP status.",
    labelNames: ["route", "status"] as const,
    buckets: CALL_SECONDS,
    registers,
  });
  const costs = {
    forgeCalls: new Histogram({
      name: "tandem_job_forge_calls",
      help: "Calls of a forge's API in one attempt of a job, by queue.",
      labelNames: ["queue"] as const,
      buckets: COUNTS,
      registers,
    }),
    gitCommands: new Histogram({
      name: "tandem_job_git_commands",
      help: "Git commands in one attempt of a job, by queue.",
      labelNames: ["queue"] as const,
      buckets: COUNTS,
      registers,
    }),
  };
  return {
    delivery: (event, result) => deliveries.inc({ event, result }),
    job: (queue, result, seconds) => jobs.observe({ queue, result }, seconds),
    jobCost: (queue, { forgeCalls, gitCommands }) => {
      costs.forgeCalls.observe({ queue }, forgeCalls);
      costs.gitCommands.observe({ queue }, gitCommands);
    },
    forgeCall: (route, status, seconds) => forgeCalls.observe({ route, status: String(status) }, seconds),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
