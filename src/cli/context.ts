// What a command is given: its surroundings, so that tests can give it others.
import type { Command } from "commander";
import type { Environment } from "../config/env.ts";

/** Where a command learns that it is to end. */
export interface Signals {
  on(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** The surroundings of one run. */
export interface CliContext {
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
  /** For results, and nothing else. Newlines are the caller's. */
  readonly stdout: (text: string) => void;
  /** For progress, advice and errors. */
  readonly stderr: (text: string) => void;
  /** Whether a person reads stderr as it comes. */
  readonly terminal: boolean;
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<Buffer>;
  /** Tells of SIGINT and SIGTERM, as `process` does. */
  readonly signals: Signals;
  /** Ends the run with this code when the command has returned. Default 0. */
  readonly setExitCode: (code: number) => void;
}

/** Adds one command, or a group of them, to the program. One file each. */
export type AddCommand = (program: Command, context: CliContext) => void;
