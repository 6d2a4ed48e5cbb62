// A server that is measured: a process of its own whose log goes to a file, so that reading it costs the measurement nothing.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";

/** How it is started. */
export interface ServerOptions {
  /** Script and its arguments. */
  readonly command: readonly string[];
  /** Directory for its log; its working directory. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Answers when it is ready. */
  readonly probe: string;
}

/** A running one. */
export interface ServerProcess {
  /** Memory in MiB that the process holds now; NaN where there is no /proc. */
  rss(): number;
  stop(): Promise<void>;
}

/** An embedded queue is a database that has to be made first. */
const START_MS = 120_000;

/** Starts it; resolves when it answers. */
export async function startServer({ command, home, environment, probe }: ServerOptions): Promise<ServerProcess> {
  const logFile = join(home, "log");
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, command, {
    cwd: home,
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...environment },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const isThere = async () => {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended: ${readFileSync(logFile, "utf8")}`);
    return (await fetch(probe).catch(() => undefined))?.ok;
  };
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  try {
    await eventually(isThere, { withinMs: START_MS, what: `an answer of ${command[0]}` });
  } catch (error) {
    await stop();
    throw error;
  }
  return { rss: () => residentMiB(child.pid ?? 0), stop };
}

/** Memory in MiB that a process holds now; NaN where there is no /proc. */
export function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}
