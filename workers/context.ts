// What every job of a worker process shares, built once: the one place that makes adapters for jobs.
import { hostname } from "node:os";
import type { WorkerConfig } from "../src/config/config.ts";
import type { Forge, Project, User } from "../src/forge/forge.ts";
import { createGitLabForge } from "../src/forge/gitlab/gitlab-forge.ts";
import { openCache } from "../src/git/cache.ts";
import type { Remote, Repository } from "../src/git/repository.ts";
import type { Clock } from "../src/model/clock.ts";
import { TandemError } from "../src/model/errors.ts";
import type { Logger } from "../src/model/logger.ts";
import type { Metrics } from "../src/telemetry/metrics.ts";

/** What the process gives to its workers. */
export interface WorkerSurroundings {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Variables that git and its libcurl need: PATH, proxies, certificates. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
}

/** Makes the adapters for one job, all of which end with its signal. */
export interface WorkerContext extends WorkerSurroundings {
  forge(signal: AbortSignal): Forge;
  /** The bot's own account; asked once. */
  bot(forge: Forge): Promise<User>;
  openRepository(sourceProject: Project, signal: AbortSignal): Promise<Repository>;
  /** @throws TandemError kind `environment` for a project that is not on the configured GitLab */
  remoteOf(project: Project): Remote;
}

/** Builds the context. */
export function createWorkerContext(surroundings: WorkerSurroundings): WorkerContext {
  const { config, metrics, clock, gitEnvironment } = surroundings;
  const { url } = config.gitlab;
  let bot: Promise<User> | undefined;
  return {
    ...surroundings,
    forge: (signal) =>
      createGitLabForge({
        url,
        token: config.gitlabToken,
        clock,
        random: Math.random,
        timeoutMs: config.limits.forgeSeconds * 1_000,
        signal,
        userAgent: `tandem (${hostname()})`,
        observe: ({ method, route, status, seconds }) =>
          metrics.forgeCall(`${method} ${route}`, status || "error", seconds),
      }),
    bot: (forge) => {
      bot ??= forge.whoAmI().catch((error: unknown) => {
        bot = undefined;
        throw error;
      });
      return bot;
    },
    openRepository: (sourceProject, signal) =>
      openCache(
        config.git.cacheDir,
        { forge: "gitlab", host: new URL(url).host, projectId: sourceProject.id },
        { environment: gitEnvironment, networkTimeoutMs: config.limits.gitSeconds * 1_000, signal },
      ),
    remoteOf: (project) => {
      // The token goes to the configured GitLab only, whatever an answer of its API says.
      if (new URL(project.httpUrl).origin !== new URL(url).origin)
        throw new TandemError("environment", `The clone URL of ${project.path} is not on ${url}: ${project.httpUrl}`, {
          code: "clone-url-foreign",
          fix: "Set gitlab.url to the address that GitLab itself uses.",
        });
      return { url: project.httpUrl, token: config.gitlabToken };
    },
  };
}
