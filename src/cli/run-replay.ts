// Replays a delivery: parse → route → queue, as the API does it. Signatures are not checked: it is the operator's command.
import type { BaseConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { describeQueue } from "../config/queue-url.ts";
import { secretValues } from "../config/secret-values.ts";
import { parseGitHubDelivery } from "../events/github/parse-github-delivery.ts";
import { parseDelivery } from "../events/parse-delivery.ts";
import type { Malformed } from "../events/read-delivery.ts";
import { routeEvent } from "../jobs/route-event.ts";
import { TandemError, userError } from "../model/errors.ts";
import type { Event, Ignored } from "../model/events.ts";
import { type Job, subjectOf } from "../model/jobs.ts";
import { openEnqueuer } from "../queue/enqueue.ts";
import { openBackend } from "../queue/open-backend.ts";
import { createLogger } from "../telemetry/logger.ts";
import type { CliContext } from "./context.ts";
import { type RecordedDelivery, readDelivery } from "./recorded-delivery.ts";

/** The options of the command. */
export interface ReplayOptions {
  readonly event?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Replays one delivery and prints what became of it. Throws kind `user` for what is no delivery. */
export async function runReplay(context: CliContext, file: string, options: ReplayOptions): Promise<void> {
  const { env, cwd } = context;
  const delivery = await readDelivery(context, file, options.event);
  const config = loadConfig({ env, cwd, role: "queue" });
  const event = parse(delivery, config.commands.prefix);
  if (event.kind === "malformed") {
    throw userError("delivery-malformed", `The delivery is not what ${delivery.forge} sends: ${event.problem}.`, {
      fix: "Check the event's name and the body; the service would answer 400.",
    });
  }
  const jobs =
    event.kind === "ignored" ? event : routeEvent(event, { routes: config.routes, origin: `replay-${delivery.id}` });
  if ("kind" in jobs) {
    context.stdout(
      options.json ? toJson({ jobs: [], queued: false, reason: jobs.reason }) : `nothing to do: ${jobs.reason}\n`,
    );
    return;
  }
  if (!options.dryRun) await queueJobs(context, config, jobs);
  const queued = options.dryRun !== true;
  if (options.json) context.stdout(toJson({ jobs, queued }));
  else for (const job of jobs) context.stdout(`${queued ? "queued" : "would queue"}: ${job.queue} ${subjectOf(job)}\n`);
  if (queued && config.queue.kind === "embedded") {
    context.stderr(`The job waits in ${describeQueue(config.queue)} until a service starts with that queue.\n`);
  }
}

function parse({ forge, event, payload }: RecordedDelivery, prefix: string): Event | Ignored | Malformed {
  return forge === "github" ? parseGitHubDelivery(event, payload, prefix) : parseDelivery(event, payload, prefix);
}

/** Without keys: a delivery that is replayed counts, although the queue may know it. */
async function queueJobs({ stderr }: CliContext, config: BaseConfig, jobs: readonly Job[]): Promise<void> {
  const logger = createLogger({ level: "warn", secrets: secretValues(config), write: stderr });
  const backend = await openBackend(config.queue, "produce", logger).catch((error: unknown) => {
    throw isInUse(error) ? heldBy(error) : error;
  });
  const enqueuer = openEnqueuer(backend);
  try {
    await enqueuer.enqueue(jobs);
  } finally {
    await enqueuer.close();
    await backend.close();
  }
}

function isInUse(error: unknown): error is TandemError {
  return error instanceof TandemError && error.code === "queue-in-use";
}

/** The lock of the embedded queue is told to whoever starts a second service; here the first one is in the way. */
function heldBy({ message, code, context }: TandemError): TandemError {
  const fix =
    "Stop the service that runs on it, replay, and start it again; or post the delivery to it. --dry-run needs no queue.";
  return userError(code, message, { fix, context });
}

function toJson(result: { readonly jobs: readonly Job[]; readonly queued: boolean; readonly reason?: string }): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
