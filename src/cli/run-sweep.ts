// Looks through routes as the sweep does, prints what it found, and unless it is a dry run queues it for the workers.
import { createWorkerContext, type WorkerContext } from "../../workers/context.ts";
import type { WorkerConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { describeQueue } from "../config/queue-url.ts";
import { secretValues } from "../config/secret-values.ts";
import { TandemError, userError } from "../model/errors.ts";
import { type Job, subjectOf } from "../model/jobs.ts";
import type { Logger } from "../model/logger.ts";
import type { Route } from "../model/routes.ts";
import type { Backend } from "../queue/backend.ts";
import { openEnqueuer } from "../queue/enqueue.ts";
import { openBackend } from "../queue/open-backend.ts";
import { openRecords } from "../queue/records.ts";
import { type Look, lookThrough } from "../sync/sweep/run.ts";
import { systemClock } from "../telemetry/clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { chooseRoutes } from "./choose-routes.ts";
import type { CliContext } from "./context.ts";
import { gitEnvironment } from "./git-environment.ts";

/** What was asked for. */
export interface SweepRequest {
  /** Undefined: all. */
  readonly route: string | undefined;
  readonly full: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type Surroundings = Pick<CliContext, "env" | "cwd" | "stdout" | "stderr">;

/** The queue as the command needs it. */
interface OpenQueue {
  lastRecord(route: string): Promise<unknown>;
  enqueue(jobs: readonly Job[]): Promise<void>;
  close(): Promise<void>;
}

interface Found {
  readonly route: string;
  readonly look: Look;
}

/** Throws what looking or queueing throws. */
export async function runSweepCommand(request: SweepRequest, surroundings: Surroundings): Promise<void> {
  const { env, cwd, stdout, stderr } = surroundings;
  const config = loadConfig({ env, cwd, role: "worker" });
  const logger = createLogger({ level: "warn", secrets: secretValues(config), write: stderr });
  const routes = routesOf(config, request.route);
  const common = { config, logger, metrics: createMetrics(), clock: systemClock };
  const context = createWorkerContext({ ...common, gitEnvironment: gitEnvironment(env) });
  const queue = await open(config, logger, request, stderr);
  try {
    const found: Found[] = [];
    for (const route of routes)
      found.push({ route: route.name, look: await look(context, queue, route, request.full) });
    if (!request.dryRun) for (const { look: seen } of found) await queue.enqueue(seen.candidates.map(({ job }) => job));
    stdout(request.json ? toJson(found, request) : toText(found, request));
  } finally {
    await queue.close();
    await context.close();
  }
  if (!request.dryRun && config.queue.kind === "embedded")
    stderr(`The jobs wait in ${describeQueue(config.queue)} until a service starts with that queue.\n`);
}

function routesOf({ routes }: WorkerConfig, name: string | undefined): readonly Route[] {
  if (routes.length === 0)
    throw userError("no-routes", "No route is configured", {
      fix: "Name your routes in a file and set TANDEM_CONFIG.",
    });
  return chooseRoutes(routes, name);
}

async function look({ config, toolsFor }: WorkerContext, queue: OpenQueue, route: Route, full: boolean): Promise<Look> {
  const { homes } = toolsFor(AbortSignal.timeout(config.limits.jobSeconds * 1_000));
  const everyMs = config.sweep.everySeconds * 1_000;
  return lookThrough(
    { homes, routes: config.routes, clock: systemClock, everyMs, lastRecord: queue.lastRecord },
    route,
    { v: 1, queue: "sweep", route: route.name, origin: "tandem sweep", ...(full ? { full: true } : {}) },
  );
}

/** A dry run does without the queue where it cannot be had: then nobody knows when the last sweep was. */
async function open(
  config: WorkerConfig,
  logger: Logger,
  { dryRun, full }: SweepRequest,
  stderr: Surroundings["stderr"],
): Promise<OpenQueue> {
  try {
    return await openQueue(await openBackend(config.queue, "produce", logger));
  } catch (thrown) {
    if (!(thrown instanceof TandemError) || thrown.kind !== "environment") throw thrown;
    if (dryRun) {
      if (!full) stderr(`${thrown.message}; so everything that is open is looked at.\n`);
      return { lastRecord: async () => undefined, enqueue: async () => {}, close: async () => {} };
    }
    if (thrown.code !== "queue-in-use") throw thrown;
    throw userError(thrown.code, thrown.message, {
      fix: "The service that runs on it sweeps by itself. Stop it to do it by hand; --dry-run needs no queue.",
    });
  }
}

async function openQueue(backend: Backend): Promise<OpenQueue> {
  const enqueuer = openEnqueuer(backend);
  const records = openRecords(backend);
  const close = async () => {
    await records.close();
    await enqueuer.close();
    await backend.close();
  };
  try {
    // Says within seconds that a server is away, where reading would wait for it.
    await enqueuer.ping();
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { lastRecord: records.last, enqueue: (jobs) => enqueuer.enqueue(jobs, undefined, "background"), close };
}

function toText(found: readonly Found[], { dryRun }: SweepRequest): string {
  const lines = found.flatMap(({ route, look: { full, candidates } }) => [
    `${route}: ${full ? "looked at everything that is open" : "looked at what changed"}, ${candidates.length} to look at closer`,
    ...candidates.map(({ job, where }) => `  ${dryRun ? "would queue" : "queued"}: ${job.queue} ${where}`),
  ]);
  return `${lines.join("\n")}\n`;
}

function toJson(found: readonly Found[], { dryRun }: SweepRequest): string {
  const routes = found.map(({ route, look: { full, candidates } }) => ({
    ...{ route, full },
    found: candidates.map(({ job, where }) => ({ queue: job.queue, subject: subjectOf(job), where })),
  }));
  return `${JSON.stringify({ queued: !dryRun, routes }, null, 2)}\n`;
}
