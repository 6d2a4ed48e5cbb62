// tandem doctor: is everything there that the service needs?
import type { AddCommand } from "./context.ts";

const EXAMPLES = `
Examples:
  tandem doctor                        look at everything, with the service's own environment
  tandem doctor --route centos-stream  of the routes only this one
  tandem doctor --json                 for programs

It changes nothing. A warning is worth a look; exit code 1 means that something failed.
`;

/** Adds the command. */
export const addDoctor: AddCommand = (program, { env, cwd, stdout, stderr, terminal, setExitCode }) => {
  program
    .command("doctor")
    .description("check configuration, tokens, rights, webhooks, queue, git, disk, clock and public address")
    .option("--route <name>", "of the routes only this one")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXAMPLES)
    .action(async ({ route, json }: { readonly route?: string; readonly json?: true }) => {
      // Loaded only here: queues and forges are large, and the other commands should start at once.
      const { runDoctor } = await import("./run-doctor.ts");
      const surroundings = { env, cwd, stdout, stderr, terminal, setExitCode };
      await runDoctor({ route, json: json === true }, surroundings);
    });
};
