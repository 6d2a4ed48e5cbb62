// The worker of the queue `mirror`.
import { ensureForkHook } from "../src/admin/hooks/fork-hook.ts";
import type { MirrorJob } from "../src/model/jobs.ts";
import { runMirror } from "../src/sync/mirror/run.ts";
import { engineLimits } from "./engine-limits.ts";
import { timeSteps } from "./time-steps.ts";
import type { ToolHandler } from "./with-tools.ts";

/** Works on a mirror job. */
export const mirrorHandler: ToolHandler<MirrorJob> = ({ context, tools, attempt }, job) => {
  const { config, clock, statusMemory, metrics } = context;
  const { forkHook } = tools;
  return runMirror(
    {
      ...tools,
      limits: engineLimits(config.limits),
      routes: config.routes,
      prefix: config.commands.prefix,
      forkWaitSeconds: config.limits.forkWaitSeconds,
      clock,
      statusMemory,
      time: timeSteps(metrics, clock, "mirror"),
      ...attempt,
      ...(forkHook && { prepareFork: (fork, bot) => ensureForkHook({ ...forkHook, ...attempt }, fork, bot) }),
    },
    job,
  );
};
