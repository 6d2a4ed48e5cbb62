// tandem man: the manual page, made of the help of all commands.
import type { Command } from "commander";
import type { AddCommand } from "../context.ts";
import { manPage, type Section } from "./man-page.ts";

/** So that the page does not depend on the terminal in which it is made. */
const COLUMNS = 78;

/** Adds the command. Its page is about all commands of the program, also those that are added later. */
export const addMan: AddCommand = (program, { stdout }) => {
  program
    .command("man")
    .description("print the manual page, for man(1) and for packages")
    .addHelpText("after", "\nExample:\n  tandem man | man -l -\n")
    .action(() => {
      const version = program.version() ?? "";
      stdout(manPage({ version, description: program.description(), sections: readHelp(program) }));
    });
};

/** The help of a command and of all below it, as `--help` prints it. */
function readHelp(command: Command, parents: readonly string[] = []): readonly Section[] {
  const names = [...parents, command.name()];
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return [{ title: names.join(" "), text }, ...command.commands.flatMap((child) => readHelp(child, names))];
}
