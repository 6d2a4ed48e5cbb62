// Does for one merge request what a webhook would trigger: looks, prints the plan, and unless it is a dry run queues the
// job or works on it.
import { createWorkerContext, type JobTools } from "../../workers/context.ts";
import { mirrorHandler } from "../../workers/mirror.worker.ts";
import { withTools } from "../../workers/with-tools.ts";
import type { WorkerConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { secretValues } from "../config/secret-values.ts";
import { userError } from "../model/errors.ts";
import type { MirrorJob } from "../model/jobs.ts";
import type { Logger } from "../model/logger.ts";
import { openEnqueuer } from "../queue/enqueue.ts";
import { openBackend } from "../queue/open-backend.ts";
import { parsePairMark } from "../sync/marks/marker.ts";
import { type Look, lookAt } from "../sync/mirror/look.ts";
import { planLines } from "../sync/mirror/plan-words.ts";
import { systemClock } from "../telemetry/clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import type { CliContext } from "./context.ts";
import { gitEnvironment } from "./git-environment.ts";
import { type MergeRequestAddress, parseMergeRequestUrl } from "./merge-request-url.ts";

/** What was asked for. */
export interface SyncRequest {
  readonly url: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type Surroundings = Pick<CliContext, "env" | "cwd" | "stdout" | "stderr">;

/** Throws what looking or queueing throws. */
export async function runSync({ url, dryRun, json }: SyncRequest, surroundings: Surroundings): Promise<void> {
  const { env, cwd, stdout } = surroundings;
  const config = loadConfig({ env, cwd, role: "worker" });
  const logger = createLogger({ level: "warn", secrets: secretValues(config) });
  const address = parseMergeRequestUrl(url, { gitlab: config.gitlab.url, github: config.github.url });
  const context = createWorkerContext({
    config,
    logger,
    metrics: createMetrics(),
    clock: systemClock,
    gitEnvironment: gitEnvironment(env),
  });
  const signal = AbortSignal.timeout(config.limits.jobSeconds * 1_000);
  try {
    const job = await findJob(context.toolsFor(signal), address);
    const look = await lookAt(
      { ...context.toolsFor(signal), routes: config.routes, prefix: config.commands.prefix },
      job,
    );
    stdout(json ? `${JSON.stringify(printable(look), null, 2)}\n` : `${planLines(look).join("\n")}\n`);
    if (dryRun) return;
    if (config.queue.kind === "embedded") await workHere(config, logger, { context, job, signal }, surroundings);
    else await queue(config, logger, job, surroundings);
  } finally {
    await context.close();
  }
}

/** The job for the address; the one of a dist-git merge request is that of the source merge request that its mark names. */
async function findJob({ homes }: JobTools, { forge, projectPath, iid }: MergeRequestAddress): Promise<MirrorJob> {
  const home = await homes.source(forge);
  const project = await home.forge.readProject(projectPath);
  const mergeRequest = project && (await home.forge.readMergeRequest(project.id, iid));
  if (!mergeRequest)
    throw userError("merge-request-missing", `${projectPath} has no merge request ${iid}, or the bot may not see it`);
  const mark = mergeRequest.author.id === home.bot.id ? parsePairMark(mergeRequest.description) : undefined;
  const subject = mark?.source ?? { forge, projectId: mergeRequest.projectId, iid };
  return { v: 1, queue: "mirror", ...subject, origin: "tandem sync" };
}

/** What the look says, without the whole world. */
function printable(look: Look): object {
  switch (look.state) {
    case "noop":
      return { decision: "nothing", reason: look.summary };
    case "blocked":
      return { decision: "refuse", code: look.error.code, reason: look.error.message };
    case "planned":
      return look.plan.kind === "refuse"
        ? { decision: "refuse", code: look.plan.error.code, reason: look.plan.error.message }
        : look.plan;
  }
}

interface Work {
  readonly context: ReturnType<typeof createWorkerContext>;
  readonly job: MirrorJob;
  readonly signal: AbortSignal;
}

/** The embedded queue serves one process; whoever holds it is the only one that works. */
async function workHere(
  config: WorkerConfig,
  logger: Logger,
  { context, job, signal }: Work,
  { stderr }: Surroundings,
): Promise<void> {
  const backend = await openBackend(config.queue, "produce", logger);
  try {
    const attempt = { logger, signal, lastAttempt: true };
    const outcome = await withTools(context, "mirror", mirrorHandler)(job, attempt);
    stderr(`${outcome.state}: ${outcome.summary}\n`);
    const enqueuer = openEnqueuer(backend);
    await enqueuer.enqueue(outcome.follow ?? []);
    await enqueuer.close();
  } finally {
    await backend.close();
  }
}

async function queue(config: WorkerConfig, logger: Logger, job: MirrorJob, { stderr }: Surroundings): Promise<void> {
  const backend = await openBackend(config.queue, "produce", logger);
  const enqueuer = openEnqueuer(backend);
  try {
    await enqueuer.enqueue([job]);
    stderr("queued for the workers\n");
  } finally {
    await enqueuer.close();
    await backend.close();
  }
}
