// What a command that sets things up on the forge needs: the configuration, tools like a job's, and the user's interruption.
import { hostname } from "node:os";
import { createWorkerContext, type JobTools } from "../../workers/context.ts";
import type { PackageHookDeps } from "../admin/packages/package-hooks.ts";
import type { AdminConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { secretValues } from "../config/secret-values.ts";
import type { GitLabOptions } from "../forge/gitlab/settings.ts";
import { systemClock } from "../telemetry/clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import type { CliContext } from "./context.ts";
import { gitEnvironment } from "./git-environment.ts";

/** What a command works with. */
export interface AdminSession {
  readonly config: AdminConfig;
  readonly tools: JobTools;
  /** For adapters that no job uses. */
  readonly gitlab: GitLabOptions;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** The variables that git may see. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
  /** Says what is being done: each on a line of its own, as it is more than a moment's work. */
  progress(text: string): void;
}

/** Runs a command's work in a session, and cleans up whatever happens. */
export async function withAdminSession<T>(
  context: CliContext,
  work: (session: AdminSession) => Promise<T>,
): Promise<T> {
  const { env, cwd, stderr, signals } = context;
  const config = loadConfig({ env, cwd, role: "admin" });
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) signals.on(name, interrupt);
  const { signal } = interruption;
  const logger = createLogger({ level: "warn", secrets: secretValues(config), write: stderr });
  const surroundings = {
    ...{ config, logger, metrics: createMetrics(), clock: systemClock },
    gitEnvironment: gitEnvironment(env),
  };
  const worker = createWorkerContext(surroundings);
  const tools = worker.toolsFor(signal);
  try {
    return await work({
      config,
      tools,
      gitlab: {
        ...{ url: config.gitlab.url, token: config.gitlabToken, clock: systemClock, random: Math.random, signal },
        timeoutMs: config.limits.forgeSeconds * 1_000,
        userAgent: `tandem (${hostname()})`,
        observe: () => {},
      },
      signal,
      gitEnvironment: surroundings.gitEnvironment,
      progress: (text) => stderr(`${text}\n`),
    });
  } finally {
    await tools.close();
    await worker.close();
    for (const name of ["SIGINT", "SIGTERM"] as const) signals.off(name, interrupt);
  }
}

/** What seeing to webhooks needs; undefined where the configuration has no public address or no secret for them. */
export async function packageHooks({ config, tools }: AdminSession): Promise<PackageHookDeps | undefined> {
  if (!tools.forkHook) return undefined;
  const { forge, bot } = await tools.homes.dist();
  return { ...tools.forkHook, forge, bot, routes: config.routes };
}
