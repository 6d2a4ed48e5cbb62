// Runs the service in this process until it is told to stop: opens the parts, waits for a signal, closes them.
import type { RequestListener } from "node:http";
import { startWorkers, type Workers } from "../../workers/main.ts";
import { type ApiDeps, createApp, createProbesApp } from "../api/app.ts";
import type { Board } from "../api/board.ts";
import { queueCheck, type ReadyCheck } from "../api/health.ts";
import { createLastHeard } from "../api/last-heard.ts";
import { listen } from "../api/listen.ts";
import { createVerifier } from "../api/verify-delivery.ts";
import type { ApiConfig, BaseConfig, WorkerConfig } from "../config/config.ts";
import type { Environment } from "../config/env.ts";
import { loadConfig } from "../config/load.ts";
import { secretValues } from "../config/secret-values.ts";
import { configWarnings } from "../config/warnings.ts";
import type { Clock } from "../model/clock.ts";
import type { Logger } from "../model/logger.ts";
import type { QueueLocation } from "../model/queue-location.ts";
import type { Backend } from "../queue/backend.ts";
import { openEnqueuer, QUEUE_NAMES } from "../queue/enqueue.ts";
import { type HistoryOptions, openHistory } from "../queue/history.ts";
import { type Gauge, openGauge } from "../queue/measure.ts";
import { openBackend } from "../queue/open-backend.ts";
import { systemClock } from "../telemetry/clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import { runUntilSignal, SHUTDOWN_MS, type ShutdownStep } from "../telemetry/shutdown.ts";
import { diskCheck } from "./disk-check.ts";
import { gitEnvironment } from "./git-environment.ts";

const EXIT_AFTER_MS = 500;

interface Process {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What was opened, in the order in which it has to be closed. */
  readonly steps: ShutdownStep[];
}

/** The parts that a process can run. */
export type Part = "start" | "api" | "worker";

/** Runs the service until a signal. Returns the exit code. */
export async function runService(part: Part, env: Environment, cwd: string): Promise<number> {
  switch (part) {
    case "start": {
      const config = loadConfig({ env, cwd, role: "all" });
      return serve(config, async (process) => {
        // The embedded queue serves one process through one connection; on a server each side has its own.
        const workers = await open(process, config.queue, "consume");
        const api = config.queue.kind === "embedded" ? workers : await open(process, config.queue, "produce");
        // The API last: on a signal it is closed first, so that no new work comes in.
        const running = runWorkers(process, config, workers, env);
        await runApi(process, config, api, workerChecks(config, running));
      });
    }
    case "api": {
      const config = loadConfig({ env, cwd, role: "api" });
      return serve(config, async (process) => {
        await runApi(process, config, await open(process, config.queue, "produce"), []);
      });
    }
    case "worker": {
      const config = loadConfig({ env, cwd, role: "worker" });
      return serve(config, async (process) => {
        const backend = await open(process, config.queue, "consume");
        await runProbes(process, config, backend, workerChecks(config, runWorkers(process, config, backend, env)));
      });
    }
  }
}

/** Opens the parts, waits for a signal, closes them. Returns the exit code. */
async function serve(config: BaseConfig, openParts: (process: Process) => Promise<void>): Promise<number> {
  const logger = createLogger({ level: config.log.level, secrets: secretValues(config) });
  const steps: ShutdownStep[] = [];
  const opened: Process = { logger, metrics: createMetrics(), clock: systemClock, steps };
  try {
    await openParts(opened);
  } catch (thrown) {
    for (const { close } of steps) await close().catch(() => {});
    throw thrown;
  }
  logger.info({ environment: config.environment, queue: config.queue.kind, gitlab: config.gitlab.url }, "tandem runs");
  if (config.routes.length === 0)
    logger.warn(
      { fix: "name your routes in a file and set TANDEM_CONFIG" },
      "no route is configured: nothing is served",
    );
  for (const warning of configWarnings(config))
    logger.warn({ ...warning }, "the configuration is worth a second thought");
  const code = await runUntilSignal({ signals: process, steps, deadlineMs: SHUTDOWN_MS, clock: systemClock, logger });
  // What could not be closed, such as the connection to a server that is away, must not keep the process alive.
  setTimeout(() => process.exit(code), EXIT_AFTER_MS).unref();
  return code;
}

async function open(process: Process, location: QueueLocation, use: "produce" | "consume"): Promise<Backend> {
  const backend = await openBackend(location, use, process.logger);
  process.steps.unshift({ name: `queue (${use})`, close: () => backend.close() });
  return backend;
}

function runWorkers(process: Process, config: WorkerConfig, backend: Backend, env: Environment): Workers {
  const { logger, metrics, clock } = process;
  const workers = startWorkers(backend, { config, logger, metrics, clock, gitEnvironment: gitEnvironment(env) });
  process.steps.unshift({ name: "workers", close: () => workers.close() });
  return workers;
}

function workerChecks({ git }: WorkerConfig, workers: Workers): readonly ReadyCheck[] {
  const tokens = { reason: "the forge refuses the bot's token", check: () => workers.checkTokens() };
  return [tokens, diskCheck(git.cacheDir)];
}

async function runApi(
  process: Process,
  config: ApiConfig,
  backend: Backend,
  checks: readonly ReadyCheck[],
): Promise<void> {
  const { logger, metrics, clock } = process;
  const queue = openEnqueuer(backend);
  process.steps.unshift({ name: "job queue", close: () => queue.close() });
  const measureQueues = openMeasure(process, backend);
  const lastHeard = createLastHeard();
  const { routes } = config;
  const app = createApp({
    routes,
    commandPrefix: config.commands.prefix,
    webhookBytes: config.limits.webhookBytes,
    verifier: createVerifier(config.webhooks, clock),
    githubSecrets: config.webhooks.githubSecrets,
    queue,
    checks,
    admin: config.adminToken && { token: config.adminToken, queues: openQueues(process, backend) },
    board: openBoard(process, backend, { routes, measure: measureQueues, heardHere: lastHeard.list }),
    lastHeard,
    measureQueues,
    sweepEverySeconds: config.sweep.everySeconds,
    clock,
    logger,
    metrics,
  });
  await serveHttp(process, config, app);
}

/** A worker of its own takes no deliveries, but is watched like any other process. */
async function runProbes(
  process: Process,
  config: BaseConfig,
  backend: Backend,
  own: readonly ReadyCheck[],
): Promise<void> {
  const { logger, metrics, clock } = process;
  const checks = [queueCheck(backend), ...own];
  const measureQueues = openMeasure(process, backend);
  await serveHttp(process, config, createProbesApp({ checks, measureQueues, clock, logger, metrics }));
}

/** For what people are shown of pairs. */
function openBoard({ steps, clock }: Process, backend: Backend, options: Omit<HistoryOptions, "clock">): Board {
  const history = openHistory(backend, { ...options, clock });
  steps.unshift({ name: "history", close: () => history.close() });
  return history;
}

/** For the admin pages. */
function openQueues(process: Process, backend: Backend): NonNullable<ApiDeps["admin"]>["queues"] {
  const queues = QUEUE_NAMES.map((name) => backend.openQueue(name));
  process.steps.unshift({
    name: "admin queues",
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  });
  return queues;
}

function openMeasure(process: Process, backend: Backend): Gauge["measure"] {
  const gauge = openGauge(backend, process.clock);
  process.steps.unshift({ name: "queue gauge", close: () => gauge.close() });
  return () => gauge.measure();
}

async function serveHttp(process: Process, config: BaseConfig, app: RequestListener): Promise<void> {
  const { logger, clock } = process;
  const server = await listen(app, { ...config.listen, clock });
  process.steps.unshift({ name: "http server", close: () => server.close() });
  logger.info({ host: config.listen.host, port: server.port }, "listening");
}
