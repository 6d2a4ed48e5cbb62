// A small world of its own for each trial: one package on a GitLab double, its people, and the bot's directory.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TandemError } from "../../src/model/errors.ts";
import { type Job, subjectOf } from "../../src/model/jobs.ts";
import { ATTEMPTS, decideRetry, type Retry } from "../../src/queue/retry.ts";
import { type GitLabDouble, startGitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { type Account, createPackage, type Package } from "../support/package.ts";
import type { Answer, KillPoint, Order } from "./orders.ts";
import type { Worker } from "./worker.ts";

/** The world. */
export interface ChaosWorld {
  readonly double: GitLabDouble;
  readonly home: string;
  readonly bot: Account;
  readonly alice: Account;
  readonly mia: Account;
  readonly pkg: Package;
  /** Works on jobs, and on those that they ask for, until all rest. */
  run(jobs: readonly Job[], disturbance?: Disturbance): Promise<readonly Attempt[]>;
  close(): Promise<void>;
}

/** What goes wrong meanwhile. */
export interface Disturbance {
  /** In which job, counted from 0 in the order in which they run. */
  readonly kill?: KillPoint & { readonly job: number };
  /** The disk of the killed worker is lost: the next one has an empty git cache. */
  readonly losesDisk?: boolean;
  readonly order?: Pick<Order, "apiUrl" | "callMs" | "clockAheadMs">;
}

/** One attempt of a job. */
export interface Attempt {
  readonly job: Job;
  /** Number of the job, from 0; its attempts share it. */
  readonly number: number;
  readonly answer: Answer | "killed";
}

/** More jobs than any story needs: a circle of jobs is an error. */
const MOST_JOBS = 12;

/**
 * Makes the world.
 * @param root an empty directory for it; gone after `close`
 */
export async function makeChaosWorld(worker: Worker, root: string): Promise<ChaosWorld> {
  const home = join(root, "tandem");
  mkdirSync(home, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(home, "tandem.yaml"), JSON.stringify(CONFIG));
  const double = await startGitLabDouble({ dataDir: join(root, "gitlab"), forkDelayMs: 0 });
  double.settings.pipelineMode = "manual";
  const bot = double.admin.createUser("tandem-bot", { name: "Tandem", token: "glpat-chaos-bot" });
  const alice = double.admin.createUser("alice", { name: "Alice Contributor" });
  const pkg = await createPackage(double, { name: "hello", source: "src/hello", dist: "rpms/hello" });
  const mia = {
    user: pkg.maintainer,
    token: double.admin.createToken(pkg.maintainer, { value: "glpat-chaos-mia" }).value,
  };
  double.admin.addMember(pkg.source, bot.user, 30);
  return {
    ...{ double, home, bot, alice, mia, pkg },
    run: (jobs, disturbance = {}) =>
      runAll({ worker, jobs, disturbance, order: { home, gitlabUrl: double.url, token: bot.token } }),
    async close() {
      await double.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const CONFIG = {
  // Nobody listens there.
  publicUrl: "http://127.0.0.1:9",
  routes: [
    {
      name: "chaos",
      source: "src/{package}",
      branches: ["*"],
      dist: "rpms/{package}",
      onSourceMerge: "merge",
      copyCiFile: true,
    },
  ],
};

interface Session {
  readonly worker: Worker;
  readonly jobs: readonly Job[];
  readonly disturbance: Disturbance;
  readonly order: Pick<Order, "home" | "gitlabUrl" | "token">;
}

async function runAll(session: Session): Promise<readonly Attempt[]> {
  const waiting = [...session.jobs];
  const attempts: Attempt[] = [];
  for (let number = 0; ; number++) {
    const job = waiting.shift();
    if (!job) return attempts;
    if (number >= MOST_JOBS) throw new Error(`jobs follow each other without end: ${subjectOf(job)}`);
    const own = await runOne(session, job, number);
    attempts.push(...own);
    const last = own.at(-1)?.answer;
    if (!last || last === "killed" || !("outcome" in last)) continue;
    for (const next of last.outcome.follow ?? [])
      if (!waiting.some((each) => subjectOf(each) === subjectOf(next))) waiting.push(next);
  }
}

/** Tries a job as often as the queue does, without its pauses. A killed attempt does not count. */
async function runOne({ worker, disturbance, order }: Session, job: Job, number: number): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  const { kill, losesDisk, order: changes } = disturbance;
  for (let count = 1, waits = 0; count <= ATTEMPTS && waits < ATTEMPTS; ) {
    const answer = await worker.obey({
      ...{ ...order, ...changes, job, lastAttempt: count >= ATTEMPTS, again: attempts.length > 0 },
      ...(kill?.job === number && attempts.length === 0 ? { kill } : {}),
    });
    attempts.push({ job, number, answer });
    if (answer === "killed") {
      if (losesDisk) rmSync(join(order.home, "git"), { recursive: true, force: true });
      continue;
    }
    const next = nextAfter(answer, count);
    if (next === "give-up") break;
    if (next === "wait") waits++;
    else count++;
  }
  return attempts;
}

function nextAfter(answer: Answer, count: number): Retry["action"] {
  if ("outcome" in answer) return "give-up";
  const { kind, code, message, retryAt } = answer.error;
  const error = new TandemError(kind, message, { code, ...(retryAt === undefined ? {} : { retryAt }) });
  return decideRetry(error, count, 0, Date.now()).action;
}

/** A mirror job. */
export function mirrorOf({ projectId, iid }: Pick<MergeRequest, "projectId" | "iid">): Job {
  return { v: 1, queue: "mirror", forge: "gitlab", projectId, iid, origin: "chaos" };
}

/** A backsync job of the package's branch. */
export function backsyncOf({ pkg }: Pick<ChaosWorld, "pkg">): Job {
  return { v: 1, queue: "backsync", forge: "gitlab", projectId: pkg.dist.id, branch: pkg.branch, origin: "chaos" };
}
