// The one place where what went wrong becomes an exit code.
import { CommanderError } from "commander";
import { toTandemError } from "../model/errors.ts";

/** Done, or nothing to do. */
export const EXIT_DONE = 0;
/** Anything that the user cannot mend. */
export const EXIT_FAILED = 1;
/** The user can mend it: usage, configuration, content. */
export const EXIT_USER = 2;
/** Interrupted by SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** The exit code for anything that a command throws. */
export function exitCodeOf(thrown: unknown): number {
  // Commander throws for --help and --version, too (0), and has 1 for wrong usage.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT_DONE : EXIT_USER;
  if (isAbort(thrown)) return EXIT_INTERRUPTED;
  return toTandemError(thrown).kind === "user" ? EXIT_USER : EXIT_FAILED;
}

/** What an AbortSignal throws unless it was given another reason. */
function isAbort(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "name" in thrown && thrown.name === "AbortError";
}
