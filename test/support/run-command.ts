// The command line in this process, for tests: what it prints and how it ends.
import { EventEmitter } from "node:events";
import type { AddCommand } from "../../src/cli/context.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Environment } from "../../src/config/env.ts";

/** How a run ended. */
export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the arguments with these commands. */
export async function runCommand(
  args: readonly string[],
  { commands, env, cwd }: { readonly commands: readonly AddCommand[]; readonly env: Environment; readonly cwd: string },
): Promise<CommandRun> {
  let stdout = "";
  let stderr = "";
  const code = await runCli({
    ...{ args, commands, env, cwd, version: "0.0.0", terminal: false },
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    stdin: async () => Buffer.alloc(0),
    signals: new EventEmitter(),
  });
  return { code, stdout, stderr };
}
