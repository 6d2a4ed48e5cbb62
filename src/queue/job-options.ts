// How BullMQ keeps and repeats jobs.
import type { JobsOptions } from "bullmq";
import { type Job, type QueueName, subjectOf, type Urgency } from "../model/jobs.ts";
import { ATTEMPTS } from "./retry.ts";

/** How many ended jobs are kept. */
export interface Kept {
  readonly completed: number;
  readonly failed: number;
}

/**
 * How many ended jobs each queue keeps: they are what is shown of pairs (ADR 23). A full sweep leads to a `ci` job, for most,
 * and a `mirror` job for every open pair each day, so that 10,000 pairs keep theirs with twice as many other events.
 */
export const KEPT: Readonly<Record<QueueName, Kept>> = {
  mirror: { completed: 30_000, failed: 1_000 },
  ci: { completed: 10_000, failed: 1_000 },
  backsync: { completed: 2_000, failed: 1_000 },
  sweep: { completed: 500, failed: 500 },
};

// Longer than GitLab keeps deliveries for "resend" (two days), so that a delivery sent again is recognised as long as there
// are not too many others.
const KEEP_COMPLETED_SECONDS = 14 * 24 * 3600;
const KEEP_FAILED_SECONDS = 30 * 24 * 3600;
/** The next sweep comes anyway. */
const SWEEP_ATTEMPTS = 3;
/** BullMQ takes jobs without a priority first, then the lowest number. */
const BACKGROUND = 10;

/**
 * Jobs that workers may take in a second: as many as they can. BullMQ looks whether a queue is held back only where a
 * worker has a limit.
 */
export const NO_LIMIT = { max: 1_000_000_000, duration: 1_000 };

/** For how many seconds ended jobs of a queue are kept. Sweeps are only counted, as nobody knows how often there is one. */
export function keptSeconds(queue: QueueName): Kept {
  return queue === "sweep"
    ? { completed: Number.POSITIVE_INFINITY, failed: Number.POSITIVE_INFINITY }
    : { completed: KEEP_COMPLETED_SECONDS, failed: KEEP_FAILED_SECONDS };
}

/** Options that do not depend on who adds the job. */
export function keepingOf({ queue }: Job): JobsOptions {
  const isSweep = queue === "sweep";
  const { completed, failed } = KEPT[queue];
  return {
    attempts: isSweep ? SWEEP_ATTEMPTS : ATTEMPTS,
    backoff: { type: "by-error-kind" },
    removeOnComplete: { count: completed, ...(isSweep ? {} : { age: KEEP_COMPLETED_SECONDS }) },
    removeOnFail: { count: failed, ...(isSweep ? {} : { age: KEEP_FAILED_SECONDS }) },
    stackTraceLimit: 20,
  };
}

/** All options of a job. */
export function optionsFor(job: Job, jobId: string, urgency: Urgency): JobsOptions {
  return {
    ...keepingOf(job),
    jobId,
    // At most one job of a subject is active and one waits; a wish that comes while one is active is kept.
    deduplication: { id: subjectOf(job), keepLastIfActive: true },
    ...(urgency === "background" ? { priority: BACKGROUND } : {}),
  };
}
