// A worker process without a queue: it works on the jobs that it is told to, and dies where it is told to.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { routeOf } from "../../src/forge/gitlab/transport.ts";
import { toTandemError } from "../../src/model/errors.ts";
import type { Job } from "../../src/model/jobs.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import type { JobContext } from "../../src/queue/consume.ts";
import { systemClock } from "../../src/telemetry/clock.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { backsyncHandler } from "../../workers/backsync.worker.ts";
import { ciHandler } from "../../workers/ci.worker.ts";
import { createWorkerContext, type WorkerContext } from "../../workers/context.ts";
import { mirrorHandler } from "../../workers/mirror.worker.ts";
import { withTools } from "../../workers/with-tools.ts";
import { recordingLogger } from "../support/recording-logger.ts";
import { makeGitShim } from "./git-shim.ts";
import type { Answer, Ended, Order } from "./orders.ts";

const die = () => process.kill(process.pid, "SIGKILL");
const realFetch = globalThis.fetch;
// One for the process: the registry of Node's own numbers takes no second one.
const metrics = createMetrics();
// Nobody waits in vain for quick retries and importing forks.
const QUICK_MS = 5;

/** Counts the calls of the forge, sends them where the order says, and kills the process at its point. */
function watchCalls({ kill, apiUrl }: Order): readonly string[] {
  const calls: string[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    const deed = `${init?.method ?? "GET"} ${routeOf(url)}`;
    calls.push(deed);
    const isPoint = kill?.of === "forge" && kill.deed === deed;
    const dies = isPoint && kill.at === calls.filter((call) => call === deed).length;
    if (dies && kill.when === "before") die();
    const answer = await realFetch(apiUrl === undefined ? url : new URL(url.pathname + url.search, apiUrl), init);
    if (dies) die();
    return answer;
  };
  return calls;
}

function contextOf(order: Order, gitEnvironment: Readonly<Record<string, string>>): WorkerContext {
  const { home, gitlabUrl, token, callMs, clockAheadMs = 0 } = order;
  const config = loadConfig({
    role: "worker",
    cwd: home,
    env: {
      TANDEM_ENV: "development",
      TANDEM_CONFIG: join(home, "tandem.yaml"),
      TANDEM_GIT_CACHE: join(home, "git"),
      GITLAB_URL: gitlabUrl,
      GITLAB_TOKEN: token,
      // With publicUrl: the bot's forks get their hooks.
      GITLAB_WEBHOOK_SECRET: "a secret of the chaos's hooks",
      QUEUE_URL: `embedded:${join(home, "queue")}`,
    },
  });
  const { limits } = config;
  return createWorkerContext({
    config: {
      ...config,
      limits: { ...limits, forgeSeconds: callMs === undefined ? limits.forgeSeconds : callMs / 1_000 },
    },
    logger: recordingLogger(),
    metrics,
    clock: {
      now: () => systemClock.now() + clockAheadMs,
      sleep: (ms, signal) => systemClock.sleep(Math.min(ms, QUICK_MS), signal),
    },
    gitEnvironment,
  });
}

function work(context: WorkerContext, job: Job, attempt: JobContext): Promise<Outcome> {
  switch (job.queue) {
    case "mirror":
      return withTools(context, "mirror", mirrorHandler)(job, attempt);
    case "ci":
      return withTools(context, "ci", ciHandler)(job, attempt);
    case "backsync":
      return withTools(context, "backsync", backsyncHandler)(job, attempt);
    default:
      throw new Error("no such job is told to this worker");
  }
}

async function obey(order: Order): Promise<Answer> {
  mkdirSync(order.home, { recursive: true });
  const shim = makeGitShim(join(order.home, "bin"), process.env.PATH ?? "", order.kill);
  const forge = watchCalls(order);
  const attempt = {
    logger: recordingLogger(),
    signal: new AbortController().signal,
    lastAttempt: order.lastAttempt,
    again: order.again,
  };
  const ended = await work(contextOf(order, shim.environment), order.job, attempt).then(
    (outcome): Ended => ({ outcome }),
    (thrown): Ended => {
      const { kind, code, message, retryAt } = toTandemError(thrown);
      return { error: { kind, code, message, ...(retryAt === undefined ? {} : { retryAt }) } };
    },
  );
  return { ...ended, deeds: { forge, git: shim.commands() } };
}

process.on("message", async (order: Order) => {
  const answer = await obey(order);
  process.send?.(answer);
});
process.on("disconnect", () => process.exit(0));
