// All commands of `tandem`, one file each.
import { addConfig } from "./config.ts";
import type { AddCommand } from "./context.ts";
import { addDoctor } from "./doctor.ts";
import { addPackageCommands } from "./package.ts";
import { addReplay } from "./replay.ts";
import { addService } from "./service.ts";
import { addCompletion } from "./shell/completion.ts";
import { addMan } from "./shell/man.ts";
import { addSourceGit } from "./source-git/source-git.ts";
import { addSweep } from "./sweep.ts";
import { addSync } from "./sync.ts";
import { addWebhook } from "./webhook/webhook.ts";

/** In the order in which the help names them. */
export const COMMANDS: readonly AddCommand[] = [
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
];
