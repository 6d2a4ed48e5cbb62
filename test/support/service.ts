// Runs the built Tandem as users run it: a process of its own, configured by files and environment, killed without mercy.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { prepareEmbeddedQueue } from "./embedded-queue.ts";
import { freePort } from "./free-port.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.js");
const BUILT_MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

/** How the service is started. */
export interface ServiceOptions {
  /** Default: `start`, both halves in one process. */
  readonly command?: "start" | "api" | "worker";
  /** Directory for configuration, git cache and embedded queue. */
  readonly home: string;
  readonly environment: "development" | "staging" | "production";
  readonly gitlabUrl: string;
  readonly token: string;
  readonly webhookSecret: string;
  /** Default: embedded, below `home`. */
  readonly queueUrl?: string;
  /** Laid over the environment's configuration. */
  readonly config?: object;
  /** Default: a free one. */
  readonly port?: number;
  /** A directory: the secrets are given in files there (`GITLAB_TOKEN_FILE`), as containers do it. Default: variables. */
  readonly secretsIn?: string;
  /** Further secrets by the name of their variable. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Is given each line of the log. */
  readonly onLog?: (line: LogRecord) => void;
}

/** A line of the service's log. */
export type LogRecord = { readonly level: string; readonly msg: string } & Readonly<Record<string, unknown>>;

/** A running service. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Every line so far. */
  readonly log: readonly LogRecord[];
  /** Ends it as an operator does; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** A story is about what it does, and not about what time it is. The first sweep finds an empty world. */
const RARE_SWEEPS = { sweep: { everySeconds: 86_400 } };

/** Starts it; resolves when it listens and its workers take jobs. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { home } = options;
  mkdirSync(home, { recursive: true });
  if (options.queueUrl === undefined) await prepareEmbeddedQueue(join(home, "queue"));
  const configFile = join(home, "tandem.yaml");
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ listen: { host: "127.0.0.1" }, ...RARE_SWEEPS, ...options.config }));
  const port = options.port ?? (await freePort());
  // From the sources (jest) and from the build (sandbox) alike, what runs is the build.
  const main = import.meta.filename.endsWith(".ts") ? BUILT_MAIN : MAIN;
  const child = spawn(process.execPath, [main, options.command ?? "start"], {
    cwd: home,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH,
      TANDEM_ENV: options.environment,
      TANDEM_CONFIG: configFile,
      TANDEM_GIT_CACHE: join(home, "git"),
      GITLAB_URL: options.gitlabUrl,
      ...secretVariables(
        {
          GITLAB_TOKEN: options.token,
          GITLAB_WEBHOOK_SECRET: options.webhookSecret,
          QUEUE_URL: options.queueUrl ?? `embedded:${join(home, "queue")}`,
          ...options.secrets,
        },
        options.secretsIn,
      ),
      PORT: String(port),
    },
  });
  const log: LogRecord[] = [];
  await untilRunning(child, log, options.onLog);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    log,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function secretVariables(secrets: Readonly<Record<string, string>>, directory?: string): Record<string, string> {
  if (directory === undefined) return { ...secrets };
  mkdirSync(directory, { recursive: true });
  const entries = Object.entries(secrets).map(([name, value]) => {
    const file = join(directory, name);
    writeFileSync(file, `${value}\n`, { mode: 0o600 });
    return [`${name}_FILE`, file];
  });
  return Object.fromEntries(entries);
}

function untilRunning(child: ChildProcess, log: LogRecord[], onLog?: (line: LogRecord) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const unparsed: string[] = [];
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`tandem ended with ${code}:\n${unparsed.join("\n")}`)));
    if (!child.stderr) return;
    createInterface(child.stderr).on("line", (line) => {
      const record = parse(line);
      if (!record) {
        unparsed.push(line);
        return;
      }
      log.push(record);
      onLog?.(record);
      if (record.msg === "tandem runs") resolve();
    });
  });
}

function parse(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}
