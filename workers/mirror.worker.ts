// The worker of the queue `mirror`.

import type { MirrorJob } from "../src/model/jobs.ts";
import type { Outcome } from "../src/model/outcome.ts";
import type { JobContext } from "../src/queue/consume.ts";
import { botIdentity } from "../src/sync/mirror/commit-identity.ts";
import { runMirror } from "../src/sync/mirror/run.ts";
import type { WorkerContext } from "./context.ts";

/** Makes the handler of mirror jobs. */
export function mirrorHandler(context: WorkerContext): (job: MirrorJob, attempt: JobContext) => Promise<Outcome> {
  const { config, clock } = context;
  return (job, { signal, logger, lastAttempt }) => {
    const forge = context.forge(signal);
    return runMirror(
      {
        forge,
        bot: () => context.bot(forge),
        routes: config.routes,
        openRepository: (project) => context.openRepository(project, signal),
        remoteOf: context.remoteOf,
        identityOf: (bot) => botIdentity(bot, config.gitlab.url),
        forkWaitSeconds: config.limits.forkWaitSeconds,
        clock,
        signal,
        logger,
        lastAttempt,
      },
      job,
    );
  };
}
