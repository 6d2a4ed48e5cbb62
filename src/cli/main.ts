#!/usr/bin/env node
// The command `tandem`: hands this process to its commands.
import { processEnvironment } from "../config/env.ts";
import { COMMANDS } from "./commands.ts";
import { readVersion } from "./read-version.ts";
import { runCli } from "./run-cli.ts";

// Whoever reads the output may stop at any time, as `head` does: the rest is written to nobody, the work is done.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  version: readVersion(),
  commands: COMMANDS,
  env: processEnvironment(),
  cwd: process.cwd(),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  stdin: async () => Buffer.concat(await process.stdin.toArray()),
  signals: process,
});
