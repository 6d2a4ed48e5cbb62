// What people are shown, read from the records of real queues.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Worker } from "bullmq";
import { userError } from "../../../src/model/errors.ts";
import type { Job } from "../../../src/model/jobs.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { type ConsumeOptions, consume } from "../../../src/queue/consume.ts";
import { type Enqueuer, openEnqueuer } from "../../../src/queue/enqueue.ts";
import { type History, openHistory } from "../../../src/queue/history.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { route } from "../../support/forge-values.ts";
import { pairRecord } from "../../support/history-values.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";

const mirror = (iid: number, origin: string): Job => {
  return { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid, origin };
};
const done = (record?: Outcome["record"]): Outcome => {
  return { state: "done", summary: "told: in-step\u0000", ...(record ? { record } : {}) };
};

describe.each(hasRedis ? ["embedded", "redis"] : ["embedded"])("the history on %s", (kind) => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-history-"));
  const logger = recordingLogger();
  const workers: Worker[] = [];
  let redis: RedisServer | undefined;
  let backend: Backend;
  let enqueuer: Enqueuer;
  let history: History;
  /** What the next mirror job does. */
  let next: () => Promise<Outcome> = async () => done();
  /** How far the history's clock is ahead, so that it looks again. */
  let ahead = 0;
  const look = () => {
    ahead += 2_000;
    return history;
  };

  beforeAll(async () => {
    if (kind === "redis") redis = await startRedis();
    const location: QueueLocation = redis
      ? { kind: "redis", url: new Secret(redis.url) }
      : { kind: "embedded", directory };
    backend = await openBackend(location, "produce", logger);
    const consumer = redis ? await openBackend(location, "consume", logger) : backend;
    enqueuer = openEnqueuer(backend);
    await eventually(() => enqueuer.ping().then(() => true), { what: "the queue" });
    history = openHistory(backend, {
      routes: [route],
      clock: { ...systemClock, now: () => systemClock.now() + ahead },
      measure: async () => [],
      heardHere: () => [{ route: route.name, side: "dist", at: 1 }],
    });
    const options: ConsumeOptions = {
      ...{ concurrency: 1, lockSeconds: 30, jobSeconds: 60, clock: systemClock, random: () => 0, logger },
      ...{ observe: () => {}, follow: async () => {}, holdBack: async () => false },
    };
    const sweep = { at: 5, fullAt: 5, found: 2, seen: { source: 1, dist: 1 } };
    workers.push(
      consume(consumer, "mirror", () => next(), options),
      consume(consumer, "ci", async () => done({ v: 1, pairs: ["gitlab-7-1"] }), options),
      consume(consumer, "sweep", async () => done(sweep), options),
    );
    if (consumer !== backend) workers.push({ close: () => consumer.close() } as Worker);
  });
  afterAll(async () => {
    for (const worker of workers) await worker.close();
    await history.close();
    await enqueuer.close();
    await backend.close();
    await redis?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const deliver = (job: Job) => enqueuer.enqueue([job], () => `${job.origin}~${job.queue === "sweep" ? "s" : "m"}`);
  const states = async () => (await look().listPairs({}, "admin", 1)).items.map(({ id, state }) => `${id} ${state}`);
  const settled = (...expected: readonly string[]) =>
    eventually(async () => expect(await states()).toEqual(expected) === undefined, { what: expected.join(", ") });

  it("begins empty", async () => {
    expect(await history.listPairs({}, "admin", 1)).toEqual({ items: [], total: 0, page: 1, pageSize: 50 });
    expect((await history.readHealth()).sweeps).toEqual([]);
  });

  it("shows a pair that a job has opened, and what it may show to whom", async () => {
    next = async () => done(pairRecord(1, { opened: true }));
    await deliver(mirror(1, "first"));
    await settled("gitlab-7-1 in-step");
    const [admin, anybody] = [
      await history.readPair("gitlab-7-1", "admin"),
      await history.readPair("gitlab-7-1", "public"),
    ];
    expect(admin).toMatchObject({ package: "acl", dist: { iid: 101 }, checks: "success", summary: "told: in-step" });
    expect(anybody).toEqual({ ...admin, summary: "" });
    const [job] = await history.listPairJobs("gitlab-7-1", "admin");
    expect(job).toMatchObject({ id: "first~m", state: "done", attempts: 1, isPublic: true, route: "staging" });
    expect(job?.details).toMatchObject({ plan: ["decision   follow"], steps: [{ name: "observe" }] });
    const [shown] = await history.listPairJobs("gitlab-7-1", "public");
    expect(shown?.details).toEqual({ summary: "", plan: [], steps: [], errors: [] });
    expect(JSON.stringify(shown)).not.toContain("first");
    const { opened, hours } = await history.readTrend("public");
    expect(opened).toEqual([{ at: expect.any(Number), seconds: expect.any(Number) }]);
    expect(hours.reduce((sum, { ended }) => sum + ended, 0)).toBe(1);
  });

  it("hides a private pair from all but admins", async () => {
    const secret = pairRecord(2);
    const source = { ...secret.source, project: { id: 9, path: "src/secret", isPublic: false } };
    next = async () => done({ ...secret, source });
    await enqueuer.enqueue([{ v: 1, queue: "mirror", forge: "gitlab", projectId: 9, iid: 2, origin: "secret" }]);
    await settled("gitlab-9-2 in-step", "gitlab-7-1 in-step");
    const seen = [
      await history.listPairs({}, "public", 1),
      await history.readPair("gitlab-9-2", "public"),
      await history.listPairJobs("gitlab-9-2", "public"),
      await history.listJobs({}, "public", 1),
    ];
    expect(JSON.stringify(seen)).not.toMatch(/secret|gitlab-9-2/);
    expect(JSON.stringify(seen)).toContain("gitlab-7-1");
  });

  it("shows a pair at work while a job runs, and what became of it", async () => {
    let fail = () => {};
    next = () =>
      new Promise((_, reject) => {
        fail = () => reject(userError("spec-invalid", "The spec\nis odd"));
      });
    await deliver(mirror(1, "second"));
    await settled("gitlab-7-1 working", "gitlab-9-2 in-step");
    const active = await eventually(async () => (await look().listJobs({ state: "active" }, "admin", 1)).items.at(0));
    expect(active).toMatchObject({ pairs: ["gitlab-7-1"], route: "staging" });
    fail();
    await settled("gitlab-7-1 failed", "gitlab-9-2 in-step");
    const [job] = await history.listPairJobs("gitlab-7-1", "admin");
    expect(job).toMatchObject({ state: "failed", details: { summary: "user/spec-invalid: The spec" } });
    expect(job?.details.errors).toEqual(["user/spec-invalid: The spec"]);
    next = async () => done(pairRecord(1, { needsPerson: true }));
    const queue = backend.openQueue("mirror");
    await (await queue.getJob("second~m"))?.retry("failed");
    await queue.close();
    await settled("gitlab-7-1 attention", "gitlab-9-2 in-step");
    expect((await history.listPairJobs("gitlab-7-1", "admin")).map(({ state }) => state)).toEqual(["done", "done"]);
  });

  it("filters, and knows jobs of other queues", async () => {
    await enqueuer.enqueue([{ v: 1, queue: "ci", forge: "gitlab", projectId: 8, iid: 101, origin: "third" }]);
    await enqueuer.enqueue([{ v: 1, queue: "sweep", route: route.name, origin: "schedule" }]);
    await eventually(async () => (await look().readHealth()).sweeps.length === 1, { what: "the sweep" });
    await eventually(async () => (await look().listPairJobs("gitlab-7-1", "public")).at(0)?.queue === "ci");
    expect((await history.readHealth()).heard).toEqual([
      { route: "staging", side: "source", at: expect.any(Number) },
      { route: "staging", side: "dist", at: 1 },
    ]);
    const idsOf = async (filter: Parameters<History["listPairs"]>[0]) =>
      (await history.listPairs(filter, "admin", 1)).items.map(({ id }) => id);
    expect(await idsOf({ package: "CL" })).toEqual(["gitlab-7-1"]);
    expect(await idsOf({ state: "attention", life: "open", route: "staging" })).toEqual(["gitlab-7-1"]);
    expect(await idsOf({ life: "ended" })).toEqual([]);
    expect(await idsOf({ route: "other" })).toEqual([]);
    expect(await history.listJobs({ queue: "sweep" }, "public", 1)).toMatchObject({ total: 0 });
    expect((await history.listJobs({ queue: "sweep" }, "admin", 1)).items).toMatchObject([{ state: "done" }]);
    expect(await history.listJobs({}, "admin", 2)).toMatchObject({ items: [], total: 5, page: 2 });
  });

  it("forgets what an operator has wiped", async () => {
    const queue = backend.openQueue("mirror");
    await queue.obliterate({ force: true });
    await queue.close();
    await settled();
  });
});

it("the history says so when the queue is away", async () => {
  const getRanges = () => Promise.reject(new Error("connect ECONNREFUSED"));
  const away = { openQueue: () => ({ getRanges }) } as unknown as Backend;
  const history = openHistory(away, { routes: [], clock: systemClock, measure: async () => [], heardHere: () => [] });
  for (let times = 0; times < 2; times++)
    await expect(history.listPairs({}, "public", 1)).rejects.toMatchObject({
      kind: "environment",
      code: "queue-unreachable",
    });
});
