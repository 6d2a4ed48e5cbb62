// tandem start | api | worker: the commands that run the service.
import type { AddCommand } from "./context.ts";

const COMMANDS = [
  ["start", "run API and workers in this process"],
  ["api", "run the API alone: receive deliveries and queue jobs"],
  ["worker", "run the workers alone: work on queued jobs"],
] as const;

/** Adds the commands that run the service. */
export const addService: AddCommand = (program, { env, cwd, setExitCode }) => {
  for (const [part, description] of COMMANDS) {
    program
      .command(part)
      .description(description)
      .addHelpText("after", `\nExample:\n  GITLAB_TOKEN=… GITLAB_WEBHOOK_SECRET=… QUEUE_URL=redis://… tandem ${part}\n`)
      .action(async () => {
        // Loaded only here: queues and databases are large, and the other commands should start at once.
        const { runService } = await import("./run-service.ts");
        setExitCode(await runService(part, env, cwd));
      });
  }
};
