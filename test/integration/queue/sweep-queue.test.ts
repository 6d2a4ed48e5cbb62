// What the sweep needs of the queue: a schedule that exists once, a memory, and jobs that wait behind those of webhooks.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Queue, Worker } from "bullmq";
import { TandemError } from "../../../src/model/errors.ts";
import type { MirrorJob, SweepJob, Urgency } from "../../../src/model/jobs.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { type ConsumeOptions, consume } from "../../../src/queue/consume.ts";
import { type Enqueuer, openEnqueuer } from "../../../src/queue/enqueue.ts";
import { NO_LIMIT } from "../../../src/queue/job-options.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { openRecords } from "../../../src/queue/records.ts";
import { keepSchedule } from "../../../src/queue/schedule.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";

const done: Outcome = { state: "done", summary: "done" };
const job = (iid: number): MirrorJob => ({ v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid, origin: "test" });
const sweep = (route: string): SweepJob => ({ v: 1, queue: "sweep", route, origin: "test" });

describe.each(hasRedis ? ["embedded", "redis"] : ["embedded"])("the sweep's queue on %s", (kind) => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-queue-"));
  const logger = recordingLogger();
  let redis: RedisServer | undefined;
  let backend: Backend;
  let enqueuer: Enqueuer;
  let queues: Record<"mirror" | "sweep", Queue>;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    if (kind === "redis") redis = await startRedis();
    else await prepareEmbeddedQueue(directory);
    const location: QueueLocation = redis
      ? { kind: "redis", url: new Secret(redis.url) }
      : { kind: "embedded", directory };
    backend = await openBackend(location, "consume", logger);
    enqueuer = openEnqueuer(backend);
    queues = { mirror: backend.openQueue("mirror"), sweep: backend.openQueue("sweep") };
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    for (const { key } of await queues.sweep.getJobSchedulers()) await queues.sweep.removeJobScheduler(key);
    await queues.mirror.obliterate({ force: true });
    await queues.sweep.obliterate({ force: true });
  });
  afterAll(async () => {
    await queues.mirror.close();
    await queues.sweep.close();
    await enqueuer.close();
    await backend.close();
    await redis?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const options = (given: Partial<ConsumeOptions> = {}): ConsumeOptions => ({
    ...{ concurrency: 1, lockSeconds: 30, jobSeconds: 60, clock: systemClock, random: () => 0, logger },
    observe: () => {},
    follow: (jobs, urgency) => enqueuer.enqueue(jobs, undefined, urgency),
    holdBack: async () => false,
    ...given,
  });
  const work = (handler: (job: MirrorJob) => Promise<Outcome>, given?: Partial<ConsumeOptions>): Worker => {
    const worker = consume(backend, "mirror", handler, options(given));
    open.push(worker);
    return worker;
  };
  const schedule = (routes: readonly string[], everyMs: number) => {
    const kept = keepSchedule(backend, {
      ...{ jobs: routes.map(sweep), everyMs, clock: systemClock, logger },
      enqueue: (jobs) => enqueuer.enqueue(jobs, undefined, "background"),
    });
    open.push(kept);
    return kept;
  };
  const schedulers = async () => (await queues.sweep.getJobSchedulers()).map(({ key }) => key).sort();
  const completed = (queue: Queue, count: number) =>
    eventually(async () => (await queue.getJobCountByTypes("completed")) === count, { what: `${count} completed` });

  it("schedules each route once, however many workers start, and at once where nobody knows when it was last", async () => {
    schedule(["one", "two"], 900_000);
    schedule(["one", "two"], 900_000);
    await eventually(async () => (await schedulers()).length === 2, { what: "two schedulers" });
    await eventually(async () => (await queues.sweep.getJobCountByTypes("prioritized")) === 2, {
      what: "first sweeps",
    });
    expect(await queues.sweep.getJobCountByTypes("delayed")).toBe(2);
  });

  it("forgets a route that is gone at the next start, and takes another interval over", async () => {
    await schedule(["one", "two"], 900_000).close();
    await eventually(async () => (await schedulers()).length === 2, { what: "two schedulers" });
    schedule(["two", "three"], 600_000);
    await eventually(async () => (await schedulers()).join() === "three,two", { what: "the new routes" });
    await eventually(async () => (await queues.sweep.getJobSchedulers()).every(({ every }) => every === 600_000), {
      what: "the new interval",
    });
    expect(await queues.sweep.getJobCountByTypes("delayed")).toBe(2);
  });

  it("sets the schedule up again in a queue that was wiped, and it runs", async () => {
    schedule(["one"], 500);
    const seen: string[] = [];
    const worker = consume(
      backend,
      "sweep",
      async ({ route }) => {
        seen.push(route);
        return done;
      },
      options(),
    );
    open.push(worker);
    await eventually(() => seen.length >= 3, { what: "three sweeps" });
    await queues.sweep.removeJobScheduler("one");
    const before = seen.length;
    await eventually(() => seen.length >= before + 4, { what: "sweeps after the loss" });
    expect(await schedulers()).toEqual(["one"]);
  });

  it("keeps what a good sweep left, by route", async () => {
    const records = openRecords(backend);
    open.push(records);
    let at = 0;
    open.push(
      consume(
        backend,
        "sweep",
        async ({ route }) => {
          if (route === "bad") throw new TandemError("user", "no", { code: "no" });
          return { ...done, record: { route, at: ++at } };
        },
        options(),
      ),
    );
    expect(await records.last("one")).toBeUndefined();
    for (const [index, route] of ["one", "two", "one"].entries()) {
      await enqueuer.enqueue([sweep(route)]);
      await completed(queues.sweep, index + 1);
    }
    await enqueuer.enqueue([sweep("bad")]);
    await eventually(async () => (await queues.sweep.getFailedCount()) === 1, { what: "the failed one" });
    expect(await records.last("one")).toEqual({ route: "one", at: 3 });
    expect(await records.last("two")).toEqual({ route: "two", at: 2 });
    expect(await records.last("bad")).toBeUndefined();
  });

  it("lets jobs of webhooks go before those of a sweep, and what follows is as urgent as what it follows", async () => {
    const background = [1, 2, 3].map(job);
    await enqueuer.enqueue(background, undefined, "background");
    await enqueuer.enqueue([job(4)]);
    const seen: number[] = [];
    const follows: [number, Urgency][] = [];
    work(
      async ({ iid }) => {
        seen.push(iid);
        return iid === 1 || iid === 4 ? { ...done, follow: [job(iid + 10)] } : done;
      },
      {
        follow: async (jobs, urgency) => {
          for (const next of jobs) if (next.queue === "mirror") follows.push([next.iid, urgency]);
          await enqueuer.enqueue(jobs, undefined, urgency);
        },
      },
    );
    await completed(queues.mirror, 6);
    expect(seen).toEqual([4, 14, 1, 2, 3, 11]);
    expect(follows).toEqual([
      [14, "now"],
      [11, "background"],
    ]);
  });

  it.each(["with", "without"])(
    "lets a webhook's wish %s a key pull a waiting job of the same subject forward",
    async (key) => {
      await enqueuer.enqueue([1, 2, 3].map(job), undefined, "background");
      await enqueuer.enqueue([job(3)], key === "with" ? () => "delivery" : undefined);
      const seen: number[] = [];
      work(async ({ iid }) => {
        seen.push(iid);
        return done;
      });
      await completed(queues.mirror, 3);
      expect(seen).toEqual([3, 1, 2]);
    },
  );

  it("does not let a sweep push a waiting job of a webhook back", async () => {
    await enqueuer.enqueue([job(2)]);
    await enqueuer.enqueue([job(1), job(2)], undefined, "background");
    const seen: number[] = [];
    work(async ({ iid }) => {
      seen.push(iid);
      return done;
    });
    await completed(queues.mirror, 2);
    expect(seen).toEqual([2, 1]);
  });

  it.each([
    [
      "the same delivery, sent again",
      async () => {
        // It seldom comes to the process that took it first, and never at once.
        const other = openEnqueuer(backend);
        open.push(other);
        await other.enqueue([job(1)], () => "delivery");
      },
    ],
    ["a sweep", () => enqueuer.enqueue([job(1)], undefined, "background")],
  ])("tries a job that has failed again for %s, still one at a time", async (_, again) => {
    let isBroken = true;
    let [active, most, runs] = [0, 0, 0];
    work(
      async () => {
        runs++;
        active++;
        most = Math.max(most, active);
        await systemClock.sleep(20);
        active--;
        if (isBroken) throw new TandemError("auth", "the token is refused", { code: "forge-unauthorized" });
        return done;
      },
      { concurrency: 4 },
    );
    await enqueuer.enqueue([job(1)], () => "delivery");
    await eventually(async () => (await queues.mirror.getFailedCount()) === 1, { what: "the failed job" });
    isBroken = false;
    await again();
    await enqueuer.enqueue([job(1)], () => "another");
    await eventually(async () => (await queues.mirror.getCompletedCount()) > 0 && active === 0, { what: "a good job" });
    expect(most).toBe(1);
    expect(runs).toBeGreaterThanOrEqual(2);
  });

  it("holds all queues and workers back while the forge limits the bot, uses up no attempt, and goes on taking jobs", async () => {
    const started: { queue: string; at: number }[] = [];
    let heldUntil = 0;
    const holdBack = async (_: TandemError, ms: number) => {
      heldUntil = Date.now() + ms;
      await enqueuer.holdBack(ms);
      return true;
    };
    const limited = async () => {
      started.push({ queue: "mirror", at: Date.now() });
      if (heldUntil === 0)
        throw new TandemError("rate-limit", "slow down", { code: "limit", retryAt: Date.now() + 4_000 });
      return done;
    };
    // Two workers of one queue and one of another, as if in three processes.
    work(limited, { holdBack });
    const swept = async () => {
      started.push({ queue: "sweep", at: Date.now() });
      return done;
    };
    open.push(consume(backend, "sweep", swept, options()));
    await enqueuer.enqueue([job(1)]);
    await eventually(async () => (await queues.sweep.getRateLimitTtl(NO_LIMIT.max)) > 0, { what: "the limit" });
    work(limited, { holdBack });
    await enqueuer.enqueue([job(2), sweep("one")]);
    await enqueuer.holdBack(1);
    await completed(queues.mirror, 2);
    await completed(queues.sweep, 1);
    const later = started.slice(1);
    expect(later.map(({ queue }) => queue).sort()).toEqual(["mirror", "mirror", "sweep"]);
    // The queue's clock and ours may differ by a little.
    for (const { at } of later) expect(at).toBeGreaterThanOrEqual(heldUntil - 100);
    expect((await queues.mirror.getCompleted()).map(({ attemptsMade }) => attemptsMade)).toEqual([1, 1]);
  });

  it("holds sweeps back alone", async () => {
    await enqueuer.holdBack(600_000, ["sweep"]);
    const seen: string[] = [];
    const note = async (given: MirrorJob | SweepJob) => {
      seen.push(given.queue);
      return done;
    };
    work(note);
    open.push(consume(backend, "sweep", note, options()));
    await enqueuer.enqueue([sweep("one"), job(1)]);
    await completed(queues.mirror, 1);
    expect(seen).toEqual(["mirror"]);
    await queues.sweep.removeRateLimitKey();
  });
});
