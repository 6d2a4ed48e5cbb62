// Works on jobs in this process, as a worker does but without a queue, and tells what each has asked of the GitLab double.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import type { Job } from "../../src/model/jobs.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import type { JobContext } from "../../src/queue/consume.ts";
import { systemClock } from "../../src/telemetry/clock.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { backsyncHandler } from "../../workers/backsync.worker.ts";
import { ciHandler } from "../../workers/ci.worker.ts";
import { createWorkerContext } from "../../workers/context.ts";
import { mirrorHandler } from "../../workers/mirror.worker.ts";
import { sweepHandler } from "../../workers/sweep.worker.ts";
import { withTools } from "../../workers/with-tools.ts";
import type { GitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { RequestRecord } from "../gitlab-double/state/logs.ts";
import type { Account } from "./package.ts";
import { recordingLogger } from "./recording-logger.ts";

/** What a job has asked of others. */
export interface JobRun {
  readonly outcome: Outcome;
  /** Requests to the API, in order. */
  readonly calls: readonly RequestRecord[];
  /** For each fetch, push and look at a remote's refs: `<service> <path of the repository>`. */
  readonly remotes: readonly string[];
  /** What the job itself has counted. */
  readonly cost: { readonly forgeCalls: number; readonly gitCommands: number };
}

/** A worker that works on one job at a time. */
export interface JobRunner {
  /** Throws what the job throws. */
  run(job: Job): Promise<JobRun>;
}

/** How the worker runs. */
export interface RunnerOptions {
  readonly double: GitLabDouble;
  readonly bot: Account;
  /** Directory for the git cache. */
  readonly home: string;
}

/** Makes a worker with the configuration of staging. */
export function createJobRunner({ double, bot, home }: RunnerOptions): JobRunner {
  // JSON is YAML. Nobody listens at that address.
  const configFile = join(home, "tandem.yaml");
  mkdirSync(home, { recursive: true });
  writeFileSync(configFile, JSON.stringify({ publicUrl: "http://127.0.0.1:9" }));
  const config = loadConfig({
    role: "worker",
    cwd: home,
    env: {
      TANDEM_ENV: "staging",
      TANDEM_CONFIG: configFile,
      GITLAB_URL: double.url,
      GITLAB_TOKEN: bot.token,
      GITLAB_WEBHOOK_SECRET: "a secret of a runner's hooks",
      TANDEM_GIT_CACHE: join(home, "git"),
      QUEUE_URL: `embedded:${join(home, "queue")}`,
    },
  });
  let cost: JobRun["cost"] = { forgeCalls: 0, gitCommands: 0 };
  const metrics = createMetrics();
  const context = createWorkerContext({
    config,
    logger: recordingLogger(),
    clock: systemClock,
    gitEnvironment: { PATH: process.env.PATH ?? "" },
    metrics: {
      ...metrics,
      jobCost(queue, counted) {
        cost = { ...counted };
        metrics.jobCost(queue, counted);
      },
    },
  });
  const work = (job: Job, attempt: JobContext): Promise<Outcome> => {
    switch (job.queue) {
      case "mirror":
        return withTools(context, "mirror", mirrorHandler)(job, attempt);
      case "ci":
        return withTools(context, "ci", ciHandler)(job, attempt);
      case "backsync":
        return withTools(context, "backsync", backsyncHandler)(job, attempt);
      case "sweep":
        return withTools(
          context,
          "sweep",
          sweepHandler(async () => undefined),
        )(job, attempt);
    }
  };
  const isBotOrNobody = (username: string | undefined) => username === undefined || username === bot.user.username;
  return {
    async run(job) {
      await double.idle();
      const from = double.logs.requests.length;
      const attempt = { logger: recordingLogger(), signal: new AbortController().signal, lastAttempt: true };
      const outcome = await work(job, attempt);
      // A request enters the log when the double is done with it.
      await double.idle();
      const asked = double.logs.requests.slice(from);
      const calls = asked.filter((request) => isCall(request) && request.username === bot.user.username);
      // git reads public repositories without a name, and says its name when it is asked for one.
      const remotes = asked
        .filter(({ username, status }) => status !== 401 && isBotOrNobody(username))
        .flatMap(toRemote);
      return { outcome, calls, remotes, cost };
    },
  };
}

/** A job's cost in numbers. `remotes`: fetches, pushes and looks at a remote's refs, which are git commands as well. */
export interface Counts {
  readonly reads: number;
  readonly writes: number;
  readonly remotes: number;
  readonly gitCommands: number;
}

/** Counts. */
export function countsOf({ calls, remotes, cost }: Pick<JobRun, "calls" | "remotes" | "cost">): Counts {
  const reads = calls.filter(({ method }) => method === "GET").length;
  return { reads, writes: calls.length - reads, remotes: remotes.length, gitCommands: cost.gitCommands };
}

function isCall({ path }: RequestRecord): boolean {
  return path.startsWith("/api/");
}

/** Every conversation with a remote begins with one such request. */
function toRemote({ path, query }: RequestRecord): readonly string[] {
  const repository = /^\/(.+)\.git\/info\/refs$/.exec(path)?.[1];
  const service = new URLSearchParams(query).get("service");
  return repository && service ? [`${service} ${repository}`] : [];
}
