// tandem completion: a script that tells a shell what may be typed. It is made of the commands themselves, and runs
// nothing when somebody presses the tabulator.
import { Argument } from "commander";
import type { AddCommand } from "../context.ts";
import { readCommandTree } from "./command-tree.ts";
import { completionScript, SHELLS, type Shell } from "./completion-script.ts";

const EXAMPLES = `
Examples:
  eval "$(tandem completion bash)"       in ~/.bashrc
  eval "$(tandem completion zsh)"        in ~/.zshrc, behind compinit
  tandem completion fish | source        in ~/.config/fish/config.fish
`;

/** Adds the command. It describes all commands of the program, also those that are added later. */
export const addCompletion: AddCommand = (program, { stdout }) => {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "the shell that reads it").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action((shell: Shell) => {
      stdout(completionScript(readCommandTree(program), shell));
    });
};
