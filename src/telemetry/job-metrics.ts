// What is counted of jobs and of the queues that they stand in.
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { QueueDepth } from "../model/queue-depth.ts";

/** How an attempt of a job ended: an outcome's state or an error's kind. */
export type JobResult = string;

/** An attempt that ended with an error. */
export interface Failure {
  readonly kind: string;
  readonly code: string;
  /** Whether the queue gave the job up; it stays visible as failed. */
  readonly dead: boolean;
}

/** The counters of jobs. */
export interface JobMetrics {
  job(queue: string, result: JobResult, seconds: number): void;
  failure(queue: string, failure: Failure): void;
  /** One part of a job: observe, plan, apply or report. */
  jobStep(queue: string, step: string, seconds: number): void;
  /** What one attempt of a job has cost. */
  jobCost(queue: string, cost: { readonly forgeCalls: number; readonly gitCommands: number }): void;
  /** A good sweep of a route: how many subjects it asks to be looked at, and when it began (ms since the epoch). */
  sweep(sweep: { readonly route: string; readonly found: number; readonly atMs: number }): void;
  /** Sets how full the queues are; undefined when nobody knows, as the queue is away. */
  queues(depths: readonly QueueDepth[] | undefined): void;
}

const JOB_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900];
const STEP_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const COUNTS = [1, 2, 5, 10, 15, 20, 30, 50, 100, 200];

/** Makes them in a registry. */
export function createJobMetrics(registry: Registry): JobMetrics {
  const registers = [registry];
  const jobs = new Histogram({
    name: "tandem_job_seconds",
    help: "Attempts of jobs, by queue and result.",
    labelNames: ["queue", "result"] as const,
    buckets: JOB_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: "tandem_job_failures_total",
    help: "Attempts of jobs that ended with an error, by queue, kind and code; dead is true when nobody tries again.",
    labelNames: ["queue", "kind", "code", "dead"] as const,
    registers,
  });
  const steps = new Histogram({
    name: "tandem_job_step_seconds",
    help: "Parts of jobs, by queue: observe, plan, apply, report.",
    labelNames: ["queue", "step"] as const,
    buckets: STEP_SECONDS,
    registers,
  });
  const forgeCalls = new Histogram({
    name: "tandem_job_forge_calls",
    help: "Calls of a forge's API in one attempt of a job, by queue.",
    labelNames: ["queue"] as const,
    buckets: COUNTS,
    registers,
  });
  const gitCommands = new Histogram({
    name: "tandem_job_git_commands",
    help: "Git commands in one attempt of a job, by queue.",
    labelNames: ["queue"] as const,
    buckets: COUNTS,
    registers,
  });
  return {
    job: (queue, result, seconds) => jobs.observe({ queue, result }, seconds),
    failure: (queue, { kind, code, dead }) => failures.inc({ queue, kind, code, dead: String(dead) }),
    jobStep: (queue, step, seconds) => steps.observe({ queue, step }, seconds),
    jobCost: (queue, cost) => {
      forgeCalls.observe({ queue }, cost.forgeCalls);
      gitCommands.observe({ queue }, cost.gitCommands);
    },
    sweep: createSweepMetrics(registry),
    queues: createQueueGauges(registry),
  };
}

function createSweepMetrics(registry: Registry): JobMetrics["sweep"] {
  const registers = [registry];
  const found = new Counter({
    name: "tandem_sweep_found_total",
    help: "Merge requests and branches that sweeps asked to be looked at, by route.",
    labelNames: ["route"] as const,
    registers,
  });
  const success = new Gauge({
    name: "tandem_sweep_last_success_timestamp_seconds",
    help: "When the last good sweep of each route began.",
    labelNames: ["route"] as const,
    registers,
  });
  return ({ route, found: count, atMs }) => {
    found.inc({ route }, count);
    success.set({ route }, atMs / 1_000);
  };
}

function createQueueGauges(registry: Registry): JobMetrics["queues"] {
  const registers = [registry];
  const up = new Gauge({
    name: "tandem_queue_up",
    help: "1 when the queue could be reached as the metrics were read, 0 when not.",
    registers,
  });
  const depth = new Gauge({
    name: "tandem_queue_jobs",
    help: "Jobs in each queue, by state: waiting, delayed, active, failed.",
    labelNames: ["queue", "state"] as const,
    registers,
  });
  const oldest = new Gauge({
    name: "tandem_queue_oldest_seconds",
    help: "How long the oldest waiting job of each queue has waited; 0 when none waits.",
    labelNames: ["queue"] as const,
    registers,
  });
  return (depths) => {
    up.set(depths ? 1 : 0);
    depth.reset();
    oldest.reset();
    for (const { queue, jobs, oldestSeconds } of depths ?? []) {
      for (const [state, count] of Object.entries(jobs)) depth.set({ queue, state }, count);
      oldest.set({ queue }, oldestSeconds);
    }
  };
}
