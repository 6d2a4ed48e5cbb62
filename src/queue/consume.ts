// Takes jobs out of the queue and turns how they ended into BullMQ's terms.
import {
  DelayedError,
  type Job as QueuedJob,
  RateLimitError,
  UnrecoverableError,
  WaitingError,
  type Worker,
} from "bullmq";
import type { Clock } from "../model/clock.ts";
import { type ErrorKind, TandemError, toTandemError } from "../model/errors.ts";
import { type Job, jobSchema, type QueueName, type Urgency } from "../model/jobs.ts";
import type { Logger } from "../model/logger.ts";
import type { Outcome } from "../model/outcome.ts";
import { cut, plainLine } from "../model/plain-line.ts";
import type { Backend } from "./backend.ts";
import { NO_LIMIT } from "./job-options.ts";
import { decideRetry, type Retry } from "./retry.ts";

/** What a handler is told about the job beside its data. */
export interface JobContext {
  readonly logger: Logger;
  /** Aborted when the job has run for too long; the reason is a TandemError of kind `upstream`, code `job-timeout`. */
  readonly signal: AbortSignal;
  /** Whether the queue will not try again after this attempt. */
  readonly lastAttempt: boolean;
  /** Whether the job was begun before: by an attempt that failed, or whose worker died. */
  readonly again?: boolean;
}

/** Works on one job. Throws a TandemError (anything else counts as a bug). */
export type Handler<J extends Job> = (job: J, context: JobContext) => Promise<Outcome>;

/** How the jobs of one queue are worked on. */
export interface ConsumeOptions {
  readonly concurrency: number;
  /** How long a job of a dead worker waits for another one, at the most twice this. */
  readonly lockSeconds: number;
  /** A job that takes longer is aborted and counts as failed. */
  readonly jobSeconds: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Told about each attempt; `outcome` is an Outcome's state or an error's kind. */
  readonly observe: (attempt: {
    readonly queue: QueueName;
    readonly outcome: string;
    readonly seconds: number;
    /** The error that the attempt ended with, and whether the queue gave the job up for it. */
    readonly failure?: { readonly kind: ErrorKind; readonly code: string; readonly dead: boolean };
  }) => void;
  /** When it aborts, running jobs are ended and go back to the queue, for another process and at once. */
  readonly handBack?: AbortSignal;
  /** Is given the jobs that an outcome asks for. They are as urgent as the job; those of a sweep never are. */
  readonly follow: (jobs: readonly Job[], urgency: Urgency) => Promise<void>;
  /**
   * Told of a rate limit that lasts for so many milliseconds. True: all jobs are held back for so long, this one among
   * them. False: the limit concerns this job only.
   */
  readonly holdBack: (error: TandemError, ms: number) => Promise<boolean>;
}

/** Starts to work on a queue. Close the returned worker to stop after the running jobs. */
export function consume<N extends QueueName>(
  backend: Backend,
  name: N,
  handler: Handler<Extract<Job, { queue: N }>>,
  options: ConsumeOptions,
): Worker {
  const isOurs = (job: Job): job is Extract<Job, { queue: N }> => job.queue === name;
  const run = async ({ data, priority }: QueuedJob, context: JobContext): Promise<Outcome> => {
    const job = jobSchema.parse(data);
    if (!isOurs(job)) throw new Error(`a job of queue ${job.queue} stands in queue ${name}`);
    const outcome = await handler(job, context);
    await options.follow(outcome.follow ?? [], name === "sweep" || priority > 0 ? "background" : "now");
    return outcome;
  };

  return backend.openWorker(
    name,
    async (queued, token) => {
      const { id, deduplicationId, attemptsMade, opts } = queued;
      const logger = options.logger.child({
        queue: name,
        job: id,
        subject: deduplicationId,
        delivery: originOf(queued.data),
      });
      const tooLong = new AbortController();
      const timer = setTimeout(() => tooLong.abort(jobTimeout(options.jobSeconds)), options.jobSeconds * 1_000);
      const context: JobContext = {
        logger,
        signal: options.handBack ? AbortSignal.any([tooLong.signal, options.handBack]) : tooLong.signal,
        lastAttempt: attemptsMade + 1 >= (opts.attempts ?? 1),
        again: queued.attemptsStarted > 1,
      };
      const started = options.clock.now();
      const seconds = () => (options.clock.now() - started) / 1_000;
      try {
        const outcome = await run(queued, context);
        options.observe({ queue: name, outcome: outcome.state, seconds: seconds() });
        logger.info({ state: outcome.state, seconds: seconds() }, outcome.summary);
        const { state, record } = outcome;
        return { state, summary: cut(plainLine(outcome.summary), MAX_SUMMARY), ...(record ? { record } : {}) };
      } catch (thrown) {
        if (options.handBack?.aborted) {
          logger.info({ seconds: seconds() }, "the job goes back to the queue: this process ends");
          await queued.moveToWait(token);
          throw new WaitingError();
        }
        const error = toTandemError(thrown);
        const { kind, code } = error;
        const retry = decideRetry(error, attemptsMade + 1, options.random(), options.clock.now());
        const dead = retry.action === "give-up" || (retry.action === "retry" && context.lastAttempt);
        options.observe({ queue: name, outcome: kind, seconds: seconds(), failure: { kind, code, dead } });
        logFailure(logger, error, { attempt: attemptsMade + 1, dead });
        throw await toQueueError(queued, token, error, retry, options);
      } finally {
        clearTimeout(timer);
      }
    },
    {
      concurrency: options.concurrency,
      limiter: NO_LIMIT,
      lockDuration: options.lockSeconds * 1_000,
      stalledInterval: options.lockSeconds * 1_000,
      // A job whose worker died is safe to run again; it must not be lost because workers die often.
      maxStalledCount: 20,
      settings: {
        backoffStrategy: (attempt, _type, error) => {
          const retry = decideRetry(toTandemError(error), attempt, options.random(), options.clock.now());
          return retry.action === "give-up" ? -1 : retry.delayMs;
        },
      },
    },
  );
}

/** Longest summary that is kept with an ended job. */
const MAX_SUMMARY = 1_000;

/** The delivery that a job goes back to, so that its log lines can be found; the data was not checked yet. */
function originOf(data: unknown): string | undefined {
  const { origin } = Object(data) as { origin?: unknown };
  return typeof origin === "string" ? origin : undefined;
}

/** The reason of the signal: what git, waits and calls of the forge end with, so that it is tried again. */
function jobTimeout(jobSeconds: number): TandemError {
  return new TandemError("upstream", `The job took longer than ${jobSeconds} s`, { code: "job-timeout" });
}

async function toQueueError(
  queued: QueuedJob,
  token: string | undefined,
  error: TandemError,
  retry: Retry,
  { clock, holdBack }: ConsumeOptions,
): Promise<Error> {
  switch (retry.action) {
    case "give-up":
      // The record in the queue keeps kind and code; the stack of the cause went to the log.
      return new UnrecoverableError(`${error.kind}/${error.code}: ${error.message}`);
    case "wait":
      if (await holdBack(error, retry.delayMs)) return new RateLimitError();
      await queued.moveToDelayed(clock.now() + retry.delayMs, token);
      return new DelayedError();
    case "retry":
      return error;
  }
}

function logFailure(
  logger: Logger,
  error: TandemError,
  attempt: { readonly attempt: number; readonly dead: boolean },
): void {
  const fields = { kind: error.kind, code: error.code, ...attempt, ...error.context, error };
  logger[LOG_LEVEL[error.kind]](fields, "job attempt ended with an error");
}

const LOG_LEVEL = {
  user: "info",
  stale: "info",
  "rate-limit": "warn",
  upstream: "warn",
  auth: "error",
  environment: "error",
  bug: "error",
} as const satisfies Record<ErrorKind, keyof Logger>;
