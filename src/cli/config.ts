// tandem config check | schema: is the configuration right, and what may it hold.
import { Option } from "commander";
import { ENVIRONMENTS } from "../config/config.ts";
import type { AddCommand } from "./context.ts";
import { EXIT_USER } from "./exit-code.ts";

/** Adds the `config` commands. */
export const addConfig: AddCommand = (program, { env, cwd, stdout, setExitCode }) => {
  const config = program.command("config").description("check the configuration, print its schema");

  config
    .command("check")
    .description("check files and environment, print what is wrong or a summary")
    .addOption(new Option("--env <name>", "environment to check; default: TANDEM_ENV").choices(ENVIRONMENTS))
    .option("--json", "print JSON, for programs")
    .addHelpText("after", "\nExamples:\n  tandem config check\n  tandem config check --env production --json\n")
    .action(async (options: { readonly env?: string; readonly json?: true }) => {
      // Loaded only here, so that the other commands start at once.
      const { checkConfig } = await import("../config/load.ts");
      const { formatProblem } = await import("../config/problem.ts");
      const { summarizeConfig, toSummary } = await import("./config-summary.ts");
      const environment = options.env === undefined ? env : { ...env, TANDEM_ENV: options.env };
      const checked = checkConfig({ env: environment, cwd, role: "check" });
      if (!checked.ok) setExitCode(EXIT_USER);
      if (options.json) {
        const result = checked.ok ? { ok: true, ...toSummary(checked.config) } : checked;
        stdout(`${JSON.stringify(result, null, 2)}\n`);
      } else if (checked.ok) {
        stdout(summarizeConfig(checked.config));
      } else {
        const lines = checked.problems.map((problem) => `${formatProblem(problem)}\n`);
        stdout(`${lines.join("")}${lines.length === 1 ? "1 problem" : `${lines.length} problems`}\n`);
      }
    });

  config
    .command("schema")
    .description("print the JSON schema of a configuration file, for editors")
    .action(async () => {
      const { configJsonSchema } = await import("../config/schema.ts");
      stdout(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
};
