// Gives each job tools of its own, and counts what they were used for.
import type { Job, QueueName } from "../src/model/jobs.ts";
import type { Outcome } from "../src/model/outcome.ts";
import type { Handler, JobContext } from "../src/queue/consume.ts";
import type { JobTools, WorkerContext } from "./context.ts";

/** What a job is worked on with. */
export interface Bench {
  readonly context: WorkerContext;
  readonly tools: JobTools;
  readonly attempt: JobContext;
}

/** Works on one job with its tools. */
export type ToolHandler<J extends Job> = (bench: Bench, job: J) => Promise<Outcome>;

/** Makes a handler for the queue. */
export function withTools<J extends Job>(
  context: WorkerContext,
  queue: QueueName,
  handler: ToolHandler<J>,
): Handler<J> {
  return async (job, attempt) => {
    const tools = context.toolsFor(attempt.signal);
    try {
      return await handler({ context, tools, attempt }, job);
    } finally {
      await tools.close();
      context.metrics.jobCost(queue, tools.cost);
      attempt.logger.debug(tools.cost, "what the attempt has cost");
    }
  };
}
