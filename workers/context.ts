// What the jobs of a worker process share, built once: the one place that makes adapters for jobs.
import { hostname } from "node:os";
import type { ApplyDeps } from "../src/admin/hooks/apply.ts";
import type { WorkerConfig } from "../src/config/config.ts";
import type { DistForge, Forge, Project, User } from "../src/forge/forge.ts";
import { createGitHubForge } from "../src/forge/github/github-forge.ts";
import { createGitLabForge } from "../src/forge/gitlab/gitlab-forge.ts";
import { createHookAdmin } from "../src/forge/gitlab/hook-admin.ts";
import type { RateBudget } from "../src/forge/http/rate-budget.ts";
import type { ForgeCall } from "../src/forge/http/transport-options.ts";
import { type CacheKeeper, type KeptCache, keepCaches } from "../src/git/cache-keeper.ts";
import type { Remote, Repository } from "../src/git/repository.ts";
import type { Clock } from "../src/model/clock.ts";
import { TandemError } from "../src/model/errors.ts";
import type { ForgeName } from "../src/model/ids.ts";
import type { Logger } from "../src/model/logger.ts";
import type { Secret } from "../src/model/secret.ts";
import { createStatusMemory, type StatusMemory } from "../src/sync/checks/set-status.ts";
import type { Home, Homes } from "../src/sync/homes.ts";
import { botIdentity } from "../src/sync/mirror/commit-identity.ts";
import type { Metrics } from "../src/telemetry/metrics.ts";
import { type ForkHook, forkHookOf } from "./fork-hook.ts";

/** What the process gives to its workers. */
export interface WorkerSurroundings {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Variables that git and its libcurl need: PATH, proxies, certificates. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
  /** Told how many requests a forge still allows, whenever its answer says so. */
  readonly onBudget?: (budget: RateBudget) => void;
}

/** The adapters of one job, all of which end with its signal. */
export interface JobTools {
  readonly homes: Homes;
  openRepository(sourceProject: Project): Promise<Repository>;
  /** @throws TandemError kind `environment` for a project that is not where the configuration says its forge is */
  remoteOf(project: Project): Remote;
  /** The bot's name and address in commits on a forge. */
  identityOf(bot: User, forge?: ForgeName): { readonly name: string; readonly email: string };
  /** With what forks get their webhook; undefined where the configuration does not say with which address and secret. */
  readonly forkHook: ApplyDeps | undefined;
  /** What the job has cost so far. */
  readonly cost: { readonly forgeCalls: number; readonly gitCommands: number };
  /** Gives back what the job has opened. Never throws. */
  close(): Promise<void>;
}

/** Makes tools for jobs. */
export interface WorkerContext extends WorkerSurroundings {
  /** Which places did not take a commit status; lives as long as the process. */
  readonly statusMemory: StatusMemory;
  toolsFor(signal: AbortSignal): JobTools;
  /** Ends what goes on between jobs. */
  close(): Promise<void>;
}

/** Builds the context. */
export function createWorkerContext(surroundings: WorkerSurroundings): WorkerContext {
  const bots = new Map<ForgeName, Promise<User>>();
  const { config, metrics, clock, logger, gitEnvironment } = surroundings;
  const caches = keepCaches({
    directory: config.git.cacheDir,
    maxBytes: config.limits.cacheBytes,
    // A minute for a job to notice that its time is over.
    maxUseMs: (config.limits.jobSeconds + 60) * 1_000,
    environment: gitEnvironment,
    clock,
    logger,
    onSize: (bytes) => metrics.gitCache(bytes),
  });
  const forkHook = forkHookOf(config, logger);
  return {
    ...surroundings,
    statusMemory: createStatusMemory(),
    toolsFor: (signal) => createTools(surroundings, { bots, caches, forkHook }, signal),
    close: () => caches.close(),
  };
}

/** What the jobs of a process share. */
interface Shared {
  /** Who the bot is on each forge: asked once in the life of a process. */
  readonly bots: Map<ForgeName, Promise<User>>;
  readonly caches: CacheKeeper;
  readonly forkHook: ForkHook | undefined;
}

function createTools(
  { config, metrics, clock, gitEnvironment, onBudget }: WorkerSurroundings,
  { bots, caches, forkHook }: Shared,
  signal: AbortSignal,
): JobTools {
  const opened: KeptCache[] = [];
  const cost = { forgeCalls: 0, gitCommands: 0 };
  const common = {
    clock,
    random: Math.random,
    timeoutMs: config.limits.forgeSeconds * 1_000,
    signal,
    userAgent: `tandem (${hostname()})`,
  };
  const observeOn =
    (forge: ForgeName) =>
    ({ method, route, status, seconds, budget }: ForgeCall): void => {
      cost.forgeCalls++;
      metrics.forgeCall(`${method} ${route}`, status || "error", seconds);
      if (!budget) return;
      metrics.rateBudget(forge, budget);
      onBudget?.(budget);
    };
  const homeOf = async <F extends Forge>(name: ForgeName, forge: F): Promise<Home<F>> => {
    const known = bots.get(name) ?? forge.whoAmI();
    bots.set(name, known);
    try {
      return { forge, bot: await known };
    } catch (error) {
      bots.delete(name);
      throw error;
    }
  };
  let gitlab: Promise<Home<DistForge>> | undefined;
  let github: Promise<Home> | undefined;
  const onGitLab = { ...common, observe: observeOn("gitlab"), url: config.gitlab.url, token: config.gitlabToken };
  const dist = () => {
    gitlab ??= homeOf("gitlab", createGitLabForge(onGitLab));
    return gitlab;
  };
  const onGitHub = () => {
    const { apiUrl } = config.github;
    const options = { ...common, observe: observeOn("github"), apiUrl, token: githubToken(config) };
    github ??= homeOf("github", createGitHubForge(options));
    return github;
  };
  return {
    homes: { dist, source: (name) => (name === "github" ? onGitHub() : dist()) },
    openRepository: async (sourceProject) => {
      const cache = await caches.open(
        {
          forge: sourceProject.forge,
          host: new URL(urlOf(config, sourceProject.forge)).host,
          projectId: sourceProject.id,
        },
        {
          environment: gitEnvironment,
          networkTimeoutMs: config.limits.gitSeconds * 1_000,
          localTimeoutMs: config.limits.localGitSeconds * 1_000,
          fetchBytes: config.limits.fetchBytes,
          memoryBytes: config.limits.gitMemoryBytes,
          signal,
          onCommand: () => {
            cost.gitCommands++;
          },
        },
      );
      opened.push(cache);
      return cache.repository;
    },
    remoteOf: (project) => remoteOf(config, project),
    identityOf: (bot, forge = "gitlab") => botIdentity(bot, urlOf(config, forge)),
    forkHook: forkHook && { ...forkHook, hooks: createHookAdmin(onGitLab) },
    cost,
    close: async () => {
      await Promise.all(opened.map((cache) => cache.release()));
      if (opened.length > 0) void caches.tidy();
    },
  };
}

function urlOf(config: WorkerConfig, forge: ForgeName): string {
  return forge === "github" ? config.github.url : config.gitlab.url;
}

function githubToken({ githubToken: token }: WorkerConfig): Secret {
  if (token) return token;
  throw new TandemError("environment", "There is no token for GitHub", {
    code: "forge-not-configured",
    fix: "Set GITHUB_TOKEN, or GITHUB_TOKEN_FILE.",
  });
}

/** A token goes to its own forge only, whatever an answer of an API says. */
function remoteOf(config: WorkerConfig, { forge, path, httpUrl }: Project): Remote {
  const url = urlOf(config, forge);
  if (new URL(httpUrl).origin !== new URL(url).origin)
    throw new TandemError("environment", `The clone URL of ${path} is not on ${url}: ${httpUrl}`, {
      code: "clone-url-foreign",
      fix: `Set ${forge}.url to the address that the forge itself uses.`,
    });
  return { url: httpUrl, token: forge === "github" ? githubToken(config) : config.gitlabToken };
}
