// Starts the workers of a process, one for each queue.

import { TandemError } from "../src/model/errors.ts";
import type { Backend } from "../src/queue/backend.ts";
import { type ConsumeOptions, consume } from "../src/queue/consume.ts";
import { openEnqueuer } from "../src/queue/enqueue.ts";
import { openRecords } from "../src/queue/records.ts";
import { keepSchedule } from "../src/queue/schedule.ts";
import { SCHEDULED } from "../src/sync/sweep/run.ts";
import { forgesToAsk } from "./ask-forges.ts";
import { backsyncHandler } from "./backsync.worker.ts";
import { ciHandler } from "./ci.worker.ts";
import { createWorkerContext, type WorkerSurroundings } from "./context.ts";
import { createReserve } from "./keep-reserve.ts";
import { mirrorHandler } from "./mirror.worker.ts";
import { sweepHandler } from "./sweep.worker.ts";
import { watchTokens } from "./token-watch.ts";
import { withTools } from "./with-tools.ts";

/** What a running job has on its own once the process is to end, in milliseconds; then it goes back to the queue. */
const HAND_BACK_MS = 15_000;

/** Running workers. */
export interface Workers {
  /** Rejects when a forge refuses the bot's token: then no job can be done. */
  checkTokens(): Promise<void>;
  /** Takes no new jobs, and resolves when the running ones have ended or were given back to the queue. */
  close(): Promise<void>;
}

/** Starts all workers on a backend that belongs to the caller. They take jobs as soon as the queue can be reached. */
export function startWorkers(backend: Backend, surroundings: WorkerSurroundings): Workers {
  const { config, logger, metrics, clock } = surroundings;
  const enqueuer = openEnqueuer(backend);
  const reserve = createReserve({ clock, logger, holdSweeps: (ms) => enqueuer.holdBack(ms, ["sweep"]) });
  const context = createWorkerContext({ ...surroundings, onBudget: reserve });
  const tokens = watchTokens({ forges: forgesToAsk(surroundings), clock, logger, metrics });
  const handBack = new AbortController();
  const options: ConsumeOptions = {
    handBack: handBack.signal,
    concurrency: config.limits.concurrentJobs,
    lockSeconds: config.limits.lockSeconds,
    jobSeconds: config.limits.jobSeconds,
    clock,
    random: Math.random,
    logger,
    observe: ({ queue, outcome, seconds, failure }) => {
      metrics.job(queue, outcome, seconds);
      if (failure) metrics.failure(queue, failure);
      if (failure?.kind === "auth") tokens.doubt();
    },
    follow: (jobs, urgency) => enqueuer.enqueue(jobs, undefined, urgency),
    holdBack: async ({ context: { forge } }, ms) => {
      // Every job needs GitLab, where dist-git is. What another forge or a git server limits concerns some jobs only.
      if (forge !== "GitLab") return false;
      await enqueuer.holdBack(ms);
      return true;
    },
  };
  const records = openRecords(backend);
  const workers = [
    consume(backend, "mirror", withTools(context, "mirror", mirrorHandler), options),
    consume(backend, "ci", withTools(context, "ci", ciHandler), options),
    consume(backend, "backsync", withTools(context, "backsync", backsyncHandler), options),
    consume(backend, "sweep", withTools(context, "sweep", sweepHandler(records.last)), options),
  ];
  const schedule = keepSchedule(backend, {
    jobs: config.routes.map(({ name }) => ({ v: 1, queue: "sweep", route: name, origin: SCHEDULED })),
    everyMs: config.sweep.everySeconds * 1_000,
    clock,
    logger,
    enqueue: (jobs) => enqueuer.enqueue(jobs, undefined, "background"),
  });
  return {
    checkTokens: () => tokens.check(),
    async close() {
      await tokens.close();
      await schedule.close();
      const ended = new AbortController();
      clock.sleep(HAND_BACK_MS, ended.signal).then(
        () => handBack.abort(new TandemError("stale", "This process ends", { code: "process-ends" })),
        () => {},
      );
      await Promise.all(workers.map((worker) => worker.close()));
      ended.abort();
      await context.close();
      await records.close();
      await enqueuer.close();
    },
  };
}
