// Tandem without API process and BullMQ: deliveries become jobs, and jobs run, when a test says so. It keeps the queue's
// promises: one subject is never worked on twice at once, a wish for a subject that waits already adds nothing, one that
// comes while the subject is worked on is kept, and what the queue would try again is tried again.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { parseDelivery } from "../../src/events/parse-delivery.ts";
import { deliveryIdOf } from "../../src/jobs/delivery-id.ts";
import { jobKey } from "../../src/jobs/job-key.ts";
import { routeEvent } from "../../src/jobs/route-event.ts";
import { type TandemError, toTandemError } from "../../src/model/errors.ts";
import { type Job, subjectOf } from "../../src/model/jobs.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import type { JobContext } from "../../src/queue/consume.ts";
import { decideRetry } from "../../src/queue/retry.ts";
import { systemClock } from "../../src/telemetry/clock.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { backsyncHandler } from "../../workers/backsync.worker.ts";
import { ciHandler } from "../../workers/ci.worker.ts";
import { createWorkerContext } from "../../workers/context.ts";
import { mirrorHandler } from "../../workers/mirror.worker.ts";
import { sweepHandler } from "../../workers/sweep.worker.ts";
import { withTools } from "../../workers/with-tools.ts";
import { recordingLogger } from "./recording-logger.ts";

/** What the bot is started with. */
export interface InProcessBotOptions {
  /** Directory for configuration and git cache; created when missing. */
  readonly home: string;
  readonly gitlabUrl: string;
  readonly token: string;
  /** Laid over the development configuration. */
  readonly config: object;
}

/** A delivery, as the GitLab double logs it. */
export interface HeardDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

/** One attempt of a job that ended. */
export interface Attempt {
  readonly subject: string;
  /** An outcome's state or an error's kind. */
  readonly ended: string;
  readonly summary: string;
}

/** The bot. Nothing happens unless it is called. */
export interface InProcessBot {
  /**
   * Takes a delivery as the API process does once it has proven itself.
   * @param id replaces the delivery's own id, so that a repeated one counts as another
   */
  hear(delivery: HeardDelivery, id?: string): void;
  /** Adds jobs as the sweep does. */
  enqueue(jobs: readonly Job[]): void;
  /** Number of jobs that wait. */
  readonly waiting: number;
  /** Works on one waiting job, chosen by any natural number; resolves when its attempt has ended. False: none waits. */
  work(pick: number): Promise<boolean>;
  /** Every attempt so far. */
  readonly attempts: readonly Attempt[];
  /** Jobs that were given up for a reason that is no person's to mend. */
  readonly failures: readonly TandemError[];
}

/** One for all bots of the process: nobody reads it, and each would measure the whole process. */
const METRICS = createMetrics();

/** Fewer than the queue has: nobody waits for backoff here. */
const ATTEMPTS = 6;

interface Waiting {
  readonly job: Job;
  readonly attempt: number;
}

/** Starts it. */
export function startInProcessBot(options: InProcessBotOptions): InProcessBot {
  const { config, run } = assemble(options);
  const waiting = new Map<string, Waiting>();
  const active = new Map<string, Job | undefined>();
  const seen = new Set<string>();
  const attempts: Attempt[] = [];
  const failures: TandemError[] = [];

  const add = (job: Job) => {
    const subject = subjectOf(job);
    if (active.has(subject)) active.set(subject, job);
    else if (!waiting.has(subject)) waiting.set(subject, { job, attempt: 1 });
  };
  const attemptJob = async ({ job, attempt }: Waiting): Promise<Waiting | undefined> => {
    const subject = subjectOf(job);
    try {
      const { state, summary, follow = [] } = await run(job, attempt >= ATTEMPTS);
      attempts.push({ subject: `${job.queue} ${subject}`, ended: state, summary });
      for (const next of follow) add(next);
    } catch (thrown) {
      const error = toTandemError(thrown);
      attempts.push({
        subject: `${job.queue} ${subject}`,
        ended: error.kind,
        summary: `${error.code}: ${error.message}`,
      });
      const { action } = decideRetry(error, attempt, 0, systemClock.now());
      if (action !== "give-up" && attempt < ATTEMPTS) return { job, attempt: attempt + 1 };
      if (error.kind !== "user") failures.push(error);
    }
    return undefined;
  };

  return {
    hear({ headers, payload }, id) {
      const event = parseDelivery(headers["X-Gitlab-Event"], payload, config.commands.prefix);
      if (event.kind === "malformed") throw new Error(`the double's delivery is malformed: ${event.problem}`);
      if (event.kind === "ignored") return;
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const deliveryId = id ?? deliveryIdOf(lowered, () => "0");
      const jobs = routeEvent(event, { routes: config.routes, origin: deliveryId });
      if ("kind" in jobs) return;
      for (const job of jobs) {
        const key = jobKey(job, deliveryId);
        if (seen.has(key)) continue;
        seen.add(key);
        add(job);
      }
    },
    enqueue(jobs) {
      for (const job of jobs) add(job);
    },
    get waiting() {
      return waiting.size;
    },
    async work(pick) {
      const subject = [...waiting.keys()][pick % Math.max(1, waiting.size)];
      const next = subject === undefined ? undefined : waiting.get(subject);
      if (subject === undefined || !next) return false;
      waiting.delete(subject);
      active.set(subject, undefined);
      const again = await attemptJob(next);
      const newest = active.get(subject);
      active.delete(subject);
      // What comes during a job is kept; what comes while it waits to be tried again is not.
      if (again) waiting.set(subject, again);
      else if (newest) add(newest);
      return true;
    },
    attempts,
    failures,
  };
}

function assemble({ home, gitlabUrl, token, config: layer }: InProcessBotOptions) {
  mkdirSync(home, { recursive: true });
  const configFile = join(home, "tandem.yaml");
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(layer));
  const env = {
    TANDEM_ENV: "development",
    TANDEM_CONFIG: configFile,
    TANDEM_GIT_CACHE: join(home, "git"),
    GITLAB_URL: gitlabUrl,
    GITLAB_TOKEN: token,
    QUEUE_URL: `embedded:${join(home, "queue")}`,
  };
  const config = loadConfig({ env, role: "worker", cwd: home });
  const logger = recordingLogger();
  const context = createWorkerContext({
    config,
    logger,
    metrics: METRICS,
    // Forks are ready at once here, so nobody has to wait long for one.
    clock: { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) },
    gitEnvironment: { PATH: process.env.PATH ?? "" },
  });
  const handlers = {
    mirror: withTools(context, "mirror", mirrorHandler),
    ci: withTools(context, "ci", ciHandler),
    backsync: withTools(context, "backsync", backsyncHandler),
    sweep: withTools(
      context,
      "sweep",
      sweepHandler(async () => undefined),
    ),
  };
  const run = (job: Job, lastAttempt: boolean): Promise<Outcome> => {
    const attempt: JobContext = { logger, lastAttempt, signal: AbortSignal.timeout(60_000) };
    switch (job.queue) {
      case "mirror":
        return handlers.mirror(job, attempt);
      case "ci":
        return handlers.ci(job, attempt);
      case "backsync":
        return handlers.backsync(job, attempt);
      case "sweep":
        return handlers.sweep(job, attempt);
    }
  };
  return { config, run };
}
