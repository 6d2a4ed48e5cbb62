// tandem sweep: look through the routes for what no webhook told, now.
import type { AddCommand } from "./context.ts";

const EXAMPLES = `
Examples:
  tandem sweep --dry-run              what changed since the last sweep, and would be looked at
  tandem sweep --full                 look at everything that is open, in all routes
  tandem sweep --route centos-stream  one route only

Workers do the same by themselves every 15 minutes, and a full sweep once a day. What is found is queued for them; use
tandem sync <url> --dry-run to learn what they will do about one merge request.
`;

interface Options {
  readonly route?: string;
  readonly full?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Adds the command. */
export const addSweep: AddCommand = (program, { env, cwd, stdout, stderr }) => {
  program
    .command("sweep")
    .description("queue what may be out of step because a webhook was lost")
    .option("--route <name>", "only this route")
    .option("--full", "everything that is open, not only what changed since the last sweep")
    .option("--dry-run", "print what would be queued and queue nothing")
    .option("--json", "print it as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ route, full, dryRun, json }: Options) => {
      // Loaded only here: queues and forges are large, and the other commands should start at once.
      const { runSweepCommand } = await import("./run-sweep.ts");
      await runSweepCommand(
        { route, full: full === true, dryRun: dryRun === true, json: json === true },
        { env, cwd, stdout, stderr },
      );
    });
};
