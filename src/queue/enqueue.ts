// Puts jobs into the queue. The only writer of job options.
import type { JobsOptions, Queue } from "bullmq";
import { TandemError } from "../model/errors.ts";
import { type Job, type QueueName, subjectOf } from "../model/jobs.ts";
import type { Backend } from "./backend.ts";
import { ATTEMPTS } from "./retry.ts";

/** Queues that exist. */
export const QUEUE_NAMES: readonly QueueName[] = ["mirror", "ci", "backsync"];

// Longer than GitLab keeps deliveries for "resend" (two days), so that a delivery sent again is recognised.
const KEEP_COMPLETED_SECONDS = 3 * 24 * 3600;
const KEEP_FAILED_SECONDS = 30 * 24 * 3600;
const ANSWER_WITHIN_MS = 3_000;

/** A way into the queue. */
export interface Enqueuer {
  /**
   * Adds jobs. Resolves when the queue has stored all of them.
   * @param keyOf gives a job's id where a repeated delivery must be recognised; without it every call counts
   * @throws TandemError kind `environment`, code `queue-unreachable`
   */
  enqueue(jobs: readonly Job[], keyOf?: (job: Job) => string): Promise<void>;
  /** @throws TandemError kind `environment`, code `queue-unreachable` */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one queue per name on a backend that belongs to the caller. */
export function openEnqueuer(backend: Backend): Enqueuer {
  const queues = new Map<QueueName, Queue>(QUEUE_NAMES.map((name) => [name, backend.openQueue(name)]));
  return {
    async enqueue(jobs, keyOf) {
      for (const job of jobs) {
        const queue = queues.get(job.queue);
        if (queue) await reach(add(queue, job, keyOf?.(job)));
      }
    },
    ping: () => reach(backend.ping()),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/**
 * On PostgreSQL a job id that comes again makes BullMQ (6.7) take the ended job for the subject's present one, and every
 * later wish for a repetition of it. Such a wish is recognised by what it was taken for: a job that has ended.
 */
async function add(queue: Queue, job: Job, key: string | undefined): Promise<void> {
  const options = optionsFor(job, key);
  const { id } = await queue.add(job.queue, job, options);
  if (id === undefined || id === key) return;
  const subject = subjectOf(job);
  const hasEnded = ENDED.has(await queue.getJobState(id));
  if (!hasEnded || (await queue.getDeduplicationJobId(subject)) !== id) return;
  await queue.removeDeduplicationKey(subject);
  await queue.add(job.queue, job, options);
}

const ENDED: ReadonlySet<string> = new Set(["completed", "failed"]);

function optionsFor(job: Job, jobId: string | undefined): JobsOptions {
  return {
    ...(jobId === undefined ? {} : { jobId }),
    // At most one job of a subject is active and one waits; a wish that comes while one is active is kept.
    deduplication: { id: subjectOf(job), keepLastIfActive: true },
    attempts: ATTEMPTS,
    backoff: { type: "by-error-kind" },
    removeOnComplete: { age: KEEP_COMPLETED_SECONDS },
    removeOnFail: { age: KEEP_FAILED_SECONDS },
    stackTraceLimit: 20,
  };
}

/** Bounds the time that a caller waits for the queue, and gives every failure its kind. */
async function reach<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    throw new TandemError("environment", "The queue cannot be reached", {
      code: "queue-unreachable",
      fix: "Check QUEUE_URL and that the queue's server is running.",
      cause,
    });
  } finally {
    clearTimeout(timer);
    answer.catch(() => {}); // a late failure was already answered
  }
}
