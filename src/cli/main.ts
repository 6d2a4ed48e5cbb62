#!/usr/bin/env node
// The command `tandem`: names its commands and hands them this process. Commands are one file each.
import { processEnvironment } from "../config/env.ts";
import { addConfig } from "./config.ts";
import { addDoctor } from "./doctor.ts";
import { addPackageCommands } from "./package.ts";
import { readVersion } from "./read-version.ts";
import { addReplay } from "./replay.ts";
import { runCli } from "./run-cli.ts";
import { addService } from "./service.ts";
import { addCompletion } from "./shell/completion.ts";
import { addMan } from "./shell/man.ts";
import { addSourceGit } from "./source-git/source-git.ts";
import { addSweep } from "./sweep.ts";
import { addSync } from "./sync.ts";
import { addWebhook } from "./webhook/webhook.ts";

// Whoever reads the output may stop at any time, as `head` does: the rest is written to nobody, the work is done.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  version: readVersion(),
  commands: [
    addSourceGit,
    addService,
    addSync,
    addSweep,
    addReplay,
    addPackageCommands,
    addConfig,
    addWebhook,
    addDoctor,
    addCompletion,
    addMan,
  ],
  env: processEnvironment(),
  cwd: process.cwd(),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  stdin: async () => Buffer.concat(await process.stdin.toArray()),
  signals: process,
});
