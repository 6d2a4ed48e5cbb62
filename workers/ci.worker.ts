// The worker of the queue `ci`.
import type { CiJob, DistRequestJob } from "../src/model/jobs.ts";
import { runCi } from "../src/sync/ci/run.ts";
import type { ToolHandler } from "./with-tools.ts";

/** Works on a job of the queue `ci`. */
export const ciHandler: ToolHandler<CiJob | DistRequestJob> = ({ context, tools, attempt }, job) =>
  runCi(
    {
      homes: tools.homes,
      routes: context.config.routes,
      statusMemory: context.statusMemory,
      logger: attempt.logger,
    },
    job,
  );
