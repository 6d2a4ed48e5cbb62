// The worker of the queue `backsync`.
import type { BacksyncJob } from "../src/model/jobs.ts";
import { runBacksync } from "../src/sync/backsync/run.ts";
import { engineLimits } from "./engine-limits.ts";
import type { ToolHandler } from "./with-tools.ts";

/** Works on a backsync job. */
export const backsyncHandler: ToolHandler<BacksyncJob> = ({ context, tools, attempt }, job) => {
  const { config, clock } = context;
  return runBacksync(
    {
      ...tools,
      limits: engineLimits(config.limits),
      routes: config.routes,
      forkWaitSeconds: config.limits.forkWaitSeconds,
      clock,
      ...attempt,
    },
    job,
  );
};
