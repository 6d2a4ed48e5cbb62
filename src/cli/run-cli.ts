// Runs the command line: parses, runs one command, tells what went wrong, returns the exit code. Never exits itself.
import { Command, CommanderError } from "commander";
import { toTandemError } from "../model/errors.ts";
import type { AddCommand, CliContext } from "./context.ts";
import { EXIT_DONE, exitCodeOf } from "./exit-code.ts";

/** How to run. */
export interface RunCli extends Omit<CliContext, "setExitCode"> {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  readonly version: string;
  readonly commands: readonly AddCommand[];
}

const EXAMPLES = `
Examples:
  tandem source-git status src/acl rpms/acl   are the two work trees in step?
  tandem start                                run API and workers in one process
  tandem replay --dry-run delivery.json       what would this delivery lead to?
  tandem config check --env production        is this deployment's configuration right?
  tandem webhook install --dry-run            what webhooks are missing, or not as they should be?
  tandem doctor                               is everything there that the service needs?

Exit codes: 0 done or nothing to do, 2 you can fix it, 1 anything else, 130 interrupted.
`;

/** Runs the arguments and resolves with the exit code. */
export async function runCli({ args, version, commands, ...surroundings }: RunCli): Promise<number> {
  let exitCode = EXIT_DONE;
  const context: CliContext = {
    ...surroundings,
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  const program = new Command("tandem")
    .description("Keeps a source-git merge request and its dist-git merge request riding together.")
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
    .showHelpAfterError("(add --help for usage)")
    .addHelpText("after", EXAMPLES);
  for (const add of commands) add(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    // What commander throws it has already printed.
    if (!(thrown instanceof CommanderError)) context.stderr(describe(thrown));
    return exitCodeOf(thrown);
  }
}

/** The error in a few lines. A stack is only for our own bugs. */
function describe(thrown: unknown): string {
  const error = toTandemError(thrown);
  const lines = [`tandem: ${error.message}`];
  if (error.fix !== undefined) lines.push(`  ${error.fix}`);
  if (error.kind === "bug") lines.push(String((thrown instanceof Error && thrown.stack) || thrown));
  return `${lines.join("\n")}\n`;
}
