// What one git command may use: size of the files that it writes, memory. The kernel watches, so that nothing is ever
// larger than allowed, however fast it comes; git runs as the child of a shell that sets the bounds (setrlimit).
import type { TandemError } from "../model/errors.ts";
import { userError } from "../model/errors.ts";

/** Upper bounds in bytes; undefined: none. */
export interface GitBounds {
  /** What one fetch may bring: it is one pack, which is one file. */
  readonly fetchBytes?: number;
  /** Memory of each process of a command that reads contents. */
  readonly memoryBytes?: number;
}

/**
 * Commands that hold contents of strangers in memory, or whole trees: a tree of a few kilobytes may stand for more files than
 * any memory holds. The others stream, or see what was bounded before.
 */
const HUNGRY: ReadonlySet<string> = new Set([
  "fetch",
  "push",
  "format-patch",
  "apply",
  "blame",
  "read-tree",
  "diff-tree",
  "diff-index",
]);

/** What git and its libraries say when they get no more. */
const NO_MEMORY = /out of memory|Cannot allocate memory/i;

/** A write beyond the bound fails with a message, where the signal would end the process without one. */
const FAIL_TO_WRITE = "trap '' XFSZ";

/** How a bounded command is started. */
export interface BoundedCommand {
  readonly args: readonly string[];
  /** `key=value` of the alias that sets the bounds. */
  readonly config: readonly string[];
}

/** The command within its bounds. */
export function boundCommand(args: readonly string[], { fetchBytes, memoryBytes }: GitBounds): BoundedCommand {
  const [command = "", ...rest] = args;
  const limits = [
    // POSIX: in blocks of 512 bytes. Memory: kilobytes of data segment, which since Linux 4.7 is all private memory.
    ...(command === "fetch" && fetchBytes !== undefined
      ? [FAIL_TO_WRITE, `ulimit -f ${Math.ceil(fetchBytes / 512)}`]
      : []),
    ...(memoryBytes !== undefined && HUNGRY.has(command) ? [`ulimit -d ${Math.ceil(memoryBytes / 1024)}`] : []),
  ];
  if (limits.length === 0) return { args, config: [] };
  // Git hands the arguments on as "$@"; nothing of them is read by the shell.
  const name = `tandem-${command}`;
  return { args: [name, ...rest], config: [`alias.${name}=!${limits.join(" && ")} && exec git ${command}`] };
}

/** The error of a command that ran into its bounds; undefined when something else went wrong. */
export function boundError(
  { command, stderr }: { readonly command: string; readonly stderr: string },
  { fetchBytes, memoryBytes }: GitBounds,
): TandemError | undefined {
  if (command === "fetch" && fetchBytes !== undefined && stderr.includes("File too large")) {
    return userError("fetch-too-large", `The repository brings more than ${fetchBytes} bytes at once.`, {
      fix: "Take large files out of the branch's history, or ask the operator to raise limits.fetchBytes.",
      context: { command },
    });
  }
  if (memoryBytes !== undefined && HUNGRY.has(command) && NO_MEMORY.test(stderr)) {
    return userError("content-too-large", `git ${command} needs more than ${memoryBytes} bytes of memory.`, {
      fix: "Take the largest files and directories out of the merge request, or ask the operator to raise limits.gitMemoryBytes.",
      context: { command },
    });
  }
  return undefined;
}
