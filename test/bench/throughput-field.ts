// What the measurement of the throughput runs on: a GitLab double without hooks, packages with merge requests, a queue on
// Redis that is filled by hand, and as many worker processes as are asked for.
import { join } from "node:path";
import type { JobType } from "bullmq";
import { Secret } from "../../src/model/secret.ts";
import { openEnqueuer, QUEUE_NAMES } from "../../src/queue/enqueue.ts";
import { openBackend } from "../../src/queue/open-backend.ts";
import { type GitLabDouble, startGitLabDouble } from "../gitlab-double/gitlab-double.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, type Contribution, contribute, createPackage, type Package } from "../support/package.ts";
import { recordingLogger } from "../support/recording-logger.ts";
import { type Service, startService } from "../support/service.ts";

/** A merge request and its package. */
export interface Task {
  readonly pkg: Package;
  readonly contribution: Contribution;
}

/** Everything that is needed. */
export interface Field {
  readonly double: GitLabDouble;
  readonly bot: Account;
  /** Opens merge requests, the packages in turn. */
  openRequests(count: number): Promise<readonly Task[]>;
  /** Starts workers that share one git cache; resolves when they take jobs. */
  startWorkers(count: number): Promise<readonly Service[]>;
  /** Queues a job for each; resolves with the seconds until nothing is queued any more. Throws when a job failed. */
  work(tasks: readonly Task[]): Promise<number>;
  close(): Promise<void>;
}

const GROUPS = { source: "packit-service/src", dist: "packit-service/rpms" } as const;
const WITHIN_MS = 30 * 60_000;

/** Sets it up; nothing runs yet but the double. */
export async function setField(home: string, redisUrl: string, packageCount: number): Promise<Field> {
  const double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  const bot: Account = double.admin.createUser("tandem-bot", { name: "Tandem", token: "glpat-bench-bot-token" });
  const alice: Account = double.admin.createUser("alice", { name: "Alice Contributor" });
  for (const group of Object.values(GROUPS)) double.admin.createGroup(group);
  const packages: Package[] = [];
  for (let nth = 1; nth <= packageCount; nth++) {
    const name = `package-${nth}`;
    packages.push(
      await createPackage(double, { name, source: `${GROUPS.source}/${name}`, dist: `${GROUPS.dist}/${name}` }),
    );
  }
  const backend = await openBackend({ kind: "redis", url: new Secret(redisUrl) }, "consume", recordingLogger());
  const enqueuer = openEnqueuer(backend);
  const queues = QUEUE_NAMES.map((name) => backend.openQueue(name));
  let opened = 0;
  return {
    double,
    bot,
    async openRequests(count) {
      const tasks: Task[] = [];
      for (; tasks.length < count; opened++) {
        const pkg = packages[opened % packages.length];
        if (!pkg) throw new Error("there is no package");
        tasks.push({ pkg, contribution: await contribute(double, pkg, alice, { branch: `fix-${opened}` }) });
      }
      await double.idle();
      return tasks;
    },
    startWorkers: (count) =>
      Promise.all(
        Array.from({ length: count }, () =>
          startService({
            command: "worker",
            home: join(home, "tandem"),
            environment: "staging",
            gitlabUrl: double.url,
            token: bot.token,
            webhookSecret: "bench-webhook-secret-0123456789abcdef",
            queueUrl: redisUrl,
            // The sweep of the first start finds nothing yet, and there is no other one.
            config: { sweep: { everySeconds: 86_400 } },
          }),
        ),
      ),
    async work(tasks) {
      const started = performance.now();
      await enqueuer.enqueue(tasks.map(({ contribution: { mergeRequest } }) => jobOf(mergeRequest)));
      const isDone = async () => {
        const counts = await Promise.all(queues.map((queue) => queue.getJobCountByTypes(...undone(queue.name))));
        return counts.every((count) => count === 0);
      };
      await eventually(isDone, { withinMs: WITHIN_MS, what: "the end of all jobs" });
      const seconds = (performance.now() - started) / 1_000;
      const failed = (await Promise.all(queues.map((queue) => queue.getFailed(0, 0)))).flat()[0];
      if (failed) throw new Error(`job ${failed.id} failed: ${failed.failedReason}`);
      return seconds;
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await enqueuer.close();
      await backend.close();
      await double.close();
    },
  };
}

/** The next sweep always stands there, delayed. */
function undone(queue: string): JobType[] {
  return ["waiting", "prioritized", "active", ...(queue === "sweep" ? [] : (["delayed"] as const))];
}

function jobOf({ projectId, iid }: { readonly projectId: number; readonly iid: number }) {
  return { v: 1, queue: "mirror", forge: "gitlab", projectId, iid, origin: "bench" } as const;
}
