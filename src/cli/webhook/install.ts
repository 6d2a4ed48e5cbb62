// tandem webhook install: make or mend the webhooks that routes need.
import type { AddCommand } from "../context.ts";

const EXAMPLES = `
Examples:
  tandem webhook install --dry-run              what would be made or changed
  tandem webhook install --route centos-stream  one route only
  GITLAB_TOKEN=glpat-… tandem webhook install --bot tandem-bot
                                                with an admin's token; tandem-bot is the account that Tandem runs with

A group gets one webhook where its plan allows that and the token is an Owner's; otherwise each project gets one, for which
the token has to be a Maintainer's. Forks of the bot get theirs with the bot's own token, and from a worker that makes them.
Hooks are known by their address, publicUrl in the configuration; others are never touched. Run it again at any time, e.g.
after a change of GITLAB_WEBHOOK_SECRET.

Ends with 2 when something is left that a person has to do.
`;

interface Options {
  readonly route?: string;
  readonly bot?: string;
  readonly renewTokens?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Adds the command. */
export const addInstall: AddCommand = (program, context) => {
  program
    .command("install")
    .description("make or mend the webhooks that routes need")
    .option("--route <name>", "only this route")
    .option("--bot <username>", "the account that Tandem runs with, when the token is another one's")
    .option("--renew-tokens", "set every secret token again, also those that look right")
    .option("--dry-run", "print what would be done and do nothing")
    .option("--json", "print it as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ route, bot, renewTokens, dryRun, json }: Options) => {
      // Loaded only here: forges are large, and the other commands should start at once.
      const { runInstall } = await import("./run-install.ts");
      const flags = { renewTokens: renewTokens === true, dryRun: dryRun === true, json: json === true };
      await runInstall({ route, bot, ...flags }, context);
    });
};
