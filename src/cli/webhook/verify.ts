// tandem webhook verify: are the webhooks as routes need them, and do they work?
import type { AddCommand } from "../context.ts";

const EXAMPLES = `
Examples:
  tandem webhook verify                        all routes
  tandem webhook verify --route centos-stream  one route only

Reads each webhook back (address, events, certificate check, whether GitLab has switched it off) and lets GitLab send one test
delivery with it, which shows whether the service is reached and takes the secret token. GitLab allows five tests a minute in
a project or group. A test that is taken switches a webhook on again that was off; nothing else is changed.

Ends with 2 when something is wrong or missing.
`;

interface Options {
  readonly route?: string;
  readonly bot?: string;
  readonly json?: true;
}

/** Adds the command. */
export const addVerify: AddCommand = (program, context) => {
  program
    .command("verify")
    .description("check the webhooks of routes, each with a test delivery")
    .option("--route <name>", "only this route")
    .option("--bot <username>", "the account that Tandem runs with, when the token is another one's")
    .option("--json", "print it as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ route, bot, json }: Options) => {
      // Loaded only here: forges are large, and the other commands should start at once.
      const { runVerify } = await import("./run-verify.ts");
      await runVerify({ route, bot, json: json === true }, context);
    });
};
