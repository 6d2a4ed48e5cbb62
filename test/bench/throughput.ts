// Measures how many merge requests per second get their pairs with one, two and four worker processes, against plain git, and
// whether a worker's memory stays flat over thousands of jobs.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import type { Service } from "../support/service.ts";
import { plainRide } from "./plain-ride.ts";
import { residentMiB } from "./server-process.ts";
import { type Field, setField, type Task } from "./throughput-field.ts";

const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 200);
const PACKAGES = Number(process.env.BENCH_PACKAGES ?? 20);
const WORKERS = (process.env.BENCH_WORKERS ?? "1,2,4").split(",").map(Number);
/** Each answer of the forge's API is held back for so long: a GitLab is never as near as the double is. */
const FORGE_MS = Number(process.env.BENCH_FORGE_MS ?? 50);
/** Jobs that find everything in step, for the memory. */
const JOBS = Number(process.env.BENCH_JOBS ?? 5_000);
const LOOKS = 10;
/** As many as a worker process does at once. */
const PLAIN_AT_ONCE = 4;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function measure(field: Field, home: string): Promise<void> {
  print(
    `${REQUESTS} merge requests over ${PACKAGES} packages; the forge answers after ${FORGE_MS} ms; ${availableParallelism()} cores, ${showLoad()}`,
  );
  // Forks, caches and the sweep of the first start are not what is measured.
  await withWorkers(field, 1, async () => field.work([]));
  await withWorkers(field, 1, async () => field.work(await field.openRequests(PACKAGES)));

  print(`\n${columns(["", "jobs/s", "of the first", "RSS MiB of each worker"])}`);
  let tasks: readonly Task[] = [];
  let first: number | undefined;
  for (const count of WORKERS) {
    tasks = await field.openRequests(REQUESTS);
    field.double.faults.delay({ path: /^\/api\//, times: Number.POSITIVE_INFINITY }, FORGE_MS);
    const { perSecond, rss } = await withWorkers(field, count, async (workers) => {
      const seconds = await field.work(tasks);
      return { perSecond: tasks.length / seconds, rss: workers.map(({ pid }) => residentMiB(pid).toFixed(0)) };
    });
    field.double.faults.clear();
    first ??= perSecond;
    checkPairs(field, tasks);
    const name = count === 1 ? "1 worker" : `${count} workers`;
    print(columns([name, perSecond.toFixed(2), `× ${(perSecond / first).toFixed(2)}`, rss.join(", ")]));
  }
  const plain = tasks.length / (await plainSeconds(field, tasks, home));
  print(
    columns([`plain git, ${PLAIN_AT_ONCE} at once`, plain.toFixed(2), `× ${(plain / (first ?? plain)).toFixed(2)}`]),
  );
  await measureMemory(field, tasks);
  print(showLoad());
}

/** Fetch, commit and push for the same changes, without a call of the forge's API. */
async function plainSeconds({ double, bot }: Field, tasks: readonly Task[], home: string): Promise<number> {
  const lanes = new Map<number, Task[]>();
  const names = [...new Set(tasks.map(({ pkg }) => pkg.name))];
  // A clone serves one ride at a time.
  for (const task of tasks) {
    const lane = names.indexOf(task.pkg.name) % PLAIN_AT_ONCE;
    lanes.set(lane, [...(lanes.get(lane) ?? []), task]);
  }
  const times = await Promise.all(
    [...lanes.values()].map(async (lane) => {
      let ms = 0;
      for (const { pkg, contribution } of lane)
        ms += await plainRide({ stage: { double, bot }, pkg, home, calls: 0 }, contribution);
      return ms;
    }),
  );
  return Math.max(...times) / 1_000;
}

/** The same merge requests again and again, in step each time. */
async function measureMemory(field: Field, tasks: readonly Task[]): Promise<void> {
  await withWorkers(field, 1, async ([worker]) => {
    if (!worker) return;
    const rss = () => residentMiB(worker.pid).toFixed(0);
    print(`\nMemory of one worker, in MiB: ${rss()} at the start`);
    const rounds = Math.ceil(JOBS / tasks.length);
    let seconds = 0;
    for (let round = 1; round <= rounds; round++) {
      seconds += await field.work(tasks);
      if (round % Math.ceil(rounds / LOOKS) === 0 || round === rounds)
        print(`${String(round * tasks.length).padStart(6)} jobs in step: ${rss()}`);
    }
    print(
      `${((rounds * tasks.length) / seconds).toFixed(1)} jobs/s that find nothing to do, the forge answering at once`,
    );
  });
}

/** Fails unless each merge request has exactly one pair and one comment. */
function checkPairs({ double: { view }, bot }: Field, tasks: readonly Task[]): void {
  for (const { pkg, contribution } of tasks) {
    const { mergeRequest } = contribution;
    const branch = `src-${mergeRequest.iid}-${pkg.branch}`;
    const pairs = view.mergeRequests(pkg.dist).filter(({ sourceBranch }) => sourceBranch === branch).length;
    const comments = view.notes(mergeRequest).filter(({ authorId }) => authorId === bot.user.id).length;
    if (pairs !== 1 || comments !== 1)
      throw new Error(`!${mergeRequest.iid} of ${pkg.name} has ${pairs} pairs and ${comments} comments`);
  }
}

async function withWorkers<T>(
  field: Field,
  count: number,
  use: (workers: readonly Service[]) => Promise<T>,
): Promise<T> {
  const workers = await field.startWorkers(count);
  try {
    return await use(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(index === 0 ? 24 : 15))
    .join("")
    .trimEnd();
}

function showLoad(): string {
  return `load of the machine ${loadavg()[0]?.toFixed(1)}`;
}

const root = mkdtempSync(join(tmpdir(), "tandem-throughput-"));
const redis = hasRedis ? await startRedis() : undefined;
try {
  if (redis) {
    const field = await setField(root, redis.url, PACKAGES);
    await measure(field, join(root, "plain")).finally(() => field.close());
  } else print("redis-server is not installed: several workers need it, so nothing was measured");
} finally {
  await redis?.stop();
  rmSync(root, { recursive: true, force: true });
}
