// Puts jobs into the queue. The only writer of job options.
import { randomUUID } from "node:crypto";
import type { JobsOptions, Queue } from "bullmq";
import { type Job, type QueueName, subjectOf, type Urgency } from "../model/jobs.ts";
import type { Backend } from "./backend.ts";
import { NO_LIMIT, optionsFor } from "./job-options.ts";
import { reach } from "./reach.ts";

/** Queues that exist. */
export const QUEUE_NAMES: readonly QueueName[] = ["mirror", "ci", "backsync", "sweep"];

/** A way into the queue. */
export interface Enqueuer {
  /**
   * Adds jobs. Resolves when the queue has stored all of them.
   * @param keyOf gives a job's id where a repeated delivery must be recognised; without it every call counts
   * @param urgency default `now`: also of a job of the subject that waits already
   * @throws TandemError kind `environment`, code `queue-unreachable`
   */
  enqueue(jobs: readonly Job[], keyOf?: (job: Job) => string, urgency?: Urgency): Promise<void>;
  /**
   * Lets no worker take a job for so long, wherever it runs. Jobs can be added meanwhile. What holds longer stays.
   * @param names default: all queues
   */
  holdBack(ms: number, names?: readonly QueueName[]): Promise<void>;
  /** @throws TandemError kind `environment`, code `queue-unreachable` */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one queue per name on a backend that belongs to the caller. */
export function openEnqueuer(backend: Backend): Enqueuer {
  const queues = new Map<QueueName, Queue>(QUEUE_NAMES.map((name) => [name, backend.openQueue(name)]));
  const failedOf = new Map([...queues].map(([name, queue]) => [name, rememberFailed(queue)] as const));
  return {
    async enqueue(jobs, keyOf, urgency = "now") {
      for (const job of jobs) {
        const queue = queues.get(job.queue);
        const key = keyOf?.(job);
        if (queue && key !== undefined) await reach(forget(queue, key, failedOf.get(job.queue)));
        if (queue) await reach(add(queue, job, optionsFor(job, key ?? randomUUID(), urgency)));
      }
    },
    async holdBack(ms, names = QUEUE_NAMES) {
      for (const name of names) {
        const queue = queues.get(name);
        if (queue && (await reach(queue.getRateLimitTtl(NO_LIMIT.max))) < ms)
          await reach(queue.rateLimit(Math.ceil(ms)));
      }
    },
    ping: () => reach(backend.ping()),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** How long the ids of failed jobs are known. Nobody sends a delivery again sooner. */
const FAILED_KNOWN_MS = 1_000;

type FailedIds = () => Promise<ReadonlySet<string>>;

/** Ids of the jobs that have failed for good: asked once in a while, as every delivery wants to know. */
function rememberFailed(queue: Queue): FailedIds {
  let known: Promise<ReadonlySet<string>> | undefined;
  let askedAt = 0;
  return () => {
    if (known && performance.now() - askedAt < FAILED_KNOWN_MS) return known;
    askedAt = performance.now();
    const asked = queue.getRanges(["failed"], 0, -1).then((ids) => new Set(ids));
    known = asked;
    asked.catch(() => {
      known = undefined;
    });
    return asked;
  };
}

/** Whoever sends a delivery again whose job has failed wants it to be tried again: its record makes room. */
async function forget(queue: Queue, key: string, failed: FailedIds | undefined): Promise<void> {
  if (!(await failed?.())?.has(key)) return;
  const job = await queue.getJob(key);
  if (job?.finishedOn && job.failedReason) await job.remove();
}

async function add(queue: Queue, job: Job, options: JobsOptions): Promise<void> {
  const { id } = await queue.add(job.queue, job, options);
  await mend(queue, job, options, id);
}

/**
 * What BullMQ (6.7) does not do by itself when it takes a wish for a repetition of another job.
 * - On PostgreSQL a job id that comes again makes it take the ended job for the subject's present one, and every later
 *   wish for a repetition of it. Such a wish is recognised by what it was taken for: a job that has ended.
 * - A job that waits in the background stays there, although somebody waits for it now.
 * @param taken id of the job that the wish was taken for
 */
async function mend(queue: Queue, job: Job, options: JobsOptions, taken: string | undefined): Promise<void> {
  if (taken === undefined || taken === options.jobId) return;
  const other = await queue.getJob(taken);
  if (!other) return;
  const subject = subjectOf(job);
  if (other.finishedOn) {
    if ((await queue.getDeduplicationJobId(subject)) !== taken) return;
    await queue.removeDeduplicationKey(subject);
    await queue.add(job.queue, job, options);
  } else if (options.priority === undefined && other.priority > 0) {
    // It may have ended meanwhile, and then nobody waits any more.
    await other.changePriority({ priority: 0 }).catch(() => {});
  }
}
