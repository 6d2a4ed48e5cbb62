// The command line as data, for whoever describes it to a shell or to a reader.
import type { Command } from "commander";

/** What stands for an argument or the value of an option. */
export type Values =
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  | { readonly kind: "files" | "other" };

/** An option with all its names, e.g. `-m` and `--message`. */
export interface OptionNode {
  readonly names: readonly string[];
  readonly description: string;
  /** Absent when the option takes no value. */
  readonly values?: Values;
}

/** A command. */
export interface CommandNode {
  /** The words behind `tandem`; none for tandem itself. */
  readonly path: readonly string[];
  readonly description: string;
  /** Names and descriptions of its own commands. */
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionNode[];
  readonly arguments: readonly Values[];
}

/** Arguments and values whose names say that they are paths. */
const PATHS = ["path", "file", "directory", "delivery.json", "source-git", "dist-git"];

/** Reads a command and all below it: itself first, every command before its own commands. */
export function readCommandTree(command: Command, path: readonly string[] = []): readonly CommandNode[] {
  const node: CommandNode = {
    path,
    description: command.description(),
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: command.createHelp().visibleOptions(command).map(readOption),
    arguments: command.registeredArguments.map((argument) => readValues(argument.name(), argument.argChoices)),
  };
  return [node, ...command.commands.flatMap((child) => readCommandTree(child, [...path, child.name()]))];
}

type HelpOption = ReturnType<ReturnType<Command["createHelp"]>["visibleOptions"]>[number];

function readOption({ short, long, description, flags, required, optional, argChoices }: HelpOption): OptionNode {
  const [, value = ""] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    ...(required || optional ? { values: readValues(value, argChoices) } : {}),
  };
}

function readValues(name: string, choices: readonly string[] | undefined): Values {
  if (choices) return { kind: "choices", choices };
  return { kind: PATHS.includes(name) ? "files" : "other" };
}
