// The worker of the queue `ci`.
import type { CiJob, DistRequestJob } from "../src/model/jobs.ts";
import type { Outcome } from "../src/model/outcome.ts";
import type { JobContext } from "../src/queue/consume.ts";
import { createStatusMemory } from "../src/sync/checks/set-status.ts";
import { runCi } from "../src/sync/ci/run.ts";
import type { WorkerContext } from "./context.ts";

/** Makes the handler of ci jobs. */
export function ciHandler(
  context: WorkerContext,
): (job: CiJob | DistRequestJob, attempt: JobContext) => Promise<Outcome> {
  const statusMemory = createStatusMemory();
  return (job, { signal, logger }) =>
    runCi({ homes: context.homes(signal), routes: context.config.routes, statusMemory, logger }, job);
}
