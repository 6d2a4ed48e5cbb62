// tandem sync: what a webhook would trigger, now.
import type { AddCommand } from "./context.ts";

const EXAMPLES = `
Examples:
  tandem sync https://gitlab.com/group/src/acl/-/merge_requests/5 --dry-run   what would be done, and why
  tandem sync https://gitlab.com/group/src/acl/-/merge_requests/5             do it

The address may be that of the dist-git merge request, too. With an embedded queue the work is done here, and a service
that runs on that queue has to be stopped; otherwise it is queued for the workers.
`;

/** Adds the command. */
export const addSync: AddCommand = (program, { env, cwd, stdout, stderr }) => {
  program
    .command("sync")
    .description("do now what a webhook for this merge request would trigger, and print the plan")
    .argument("<url>", "address of the merge request")
    .option("--dry-run", "print the plan and change nothing")
    .option("--json", "print the plan as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, options: { dryRun?: true; json?: true }) => {
      // Loaded only here: queues and forges are large, and the other commands should start at once.
      const { runSync } = await import("./run-sync.ts");
      await runSync(
        { url, dryRun: options.dryRun === true, json: options.json === true },
        { env, cwd, stdout, stderr },
      );
    });
};
