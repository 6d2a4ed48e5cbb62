// What a command is given: its surroundings, so that tests can give it others.
import type { Command } from "commander";
import type { Environment } from "../config/env.ts";

/** The surroundings of one run. */
export interface CliContext {
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
  /** For results, and nothing else. Newlines are the caller's. */
  readonly stdout: (text: string) => void;
  /** For progress, advice and errors. */
  readonly stderr: (text: string) => void;
  /** Ends the run with this code when the command has returned. Default 0. */
  readonly setExitCode: (code: number) => void;
}

/** Adds one command, or a group of them, to the program. One file each. */
export type AddCommand = (program: Command, context: CliContext) => void;
