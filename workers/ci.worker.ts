// The worker of the queue `ci`.
import type { CiJob } from "../src/model/jobs.ts";
import type { Outcome } from "../src/model/outcome.ts";
import type { JobContext } from "../src/queue/consume.ts";
import { runCi } from "../src/sync/ci/run.ts";
import type { WorkerContext } from "./context.ts";

/** Makes the handler of ci jobs. */
export function ciHandler(context: WorkerContext): (job: CiJob, attempt: JobContext) => Promise<Outcome> {
  return (job, { signal, logger }) => {
    const forge = context.forge(signal);
    return runCi({ forge, bot: () => context.bot(forge), routes: context.config.routes, logger }, job);
  };
}
