// Looks at the processes that a process starts, again and again: their arguments and their environment (Linux).
import { existsSync, readFileSync } from "node:fs";

/** Whether this machine tells about processes. */
export const hasProc = existsSync("/proc/self/task");

/** What was seen. */
export interface Sampler {
  /** Arguments and environments, each text once. */
  readonly seen: ReadonlySet<string>;
  stop(): void;
}

const EVERY_MS = 3;

/** Looks at these processes and all below them until it is stopped. */
export function sampleProcesses(pids: () => readonly number[]): Sampler {
  const seen = new Set<string>();
  const look = (pid: number): void => {
    seen.add(read(`/proc/${pid}/cmdline`));
    seen.add(read(`/proc/${pid}/environ`));
    for (const child of read(`/proc/${pid}/task/${pid}/children`).split(" ")) if (child !== "") look(Number(child));
  };
  const timer = setInterval(() => {
    for (const pid of pids()) look(pid);
  }, EVERY_MS);
  return { seen, stop: () => clearInterval(timer) };
}

/** Processes end while one looks at them. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
