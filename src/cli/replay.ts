// tandem replay: a recorded delivery once more, as if it had just come in.
import type { AddCommand } from "./context.ts";
import type { ReplayOptions } from "./run-replay.ts";

const HELP = `
The file holds { "headers": { … }, "body": … }: the headers as the forge sent them (X-Gitlab-Event or X-GitHub-Event
is needed, signatures and tokens are not looked at), the body as an object or as text. With --event it is the body
alone. A job is queued even if this delivery was worked on before: jobs read the world anew and change what is wrong.

An embedded queue (the default) belongs to one process: stop the service, replay, and start it again.

Examples:
  tandem replay delivery.json
  tandem replay --dry-run delivery.json             print the jobs, queue nothing
  tandem replay --event "Push Hook" payload.json
  tandem replay --event pull_request - < payload.json

Exit codes: 0 done or nothing to do, 2 you can fix it, 1 anything else, 130 interrupted.
`;

/** Adds the command `replay`. */
export const addReplay: AddCommand = (program, context) => {
  program
    .command("replay")
    .description("queue the jobs of a recorded delivery, or say why there are none")
    .argument("<delivery.json>", "file with the delivery; - is standard input")
    .option("--event <name>", "the file is the body alone, of an event of this name")
    .option("--dry-run", "print what would be queued, and queue nothing")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", HELP)
    .action(async (file: string, options: ReplayOptions) => {
      // Loaded only here: queues and databases are large, and the other commands should start at once.
      const { runReplay } = await import("./run-replay.ts");
      await runReplay(context, file, options);
    });
};
