// The contract of the queue, on every backend that this machine has: embedded always, Redis where there is a server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Queue, Worker } from "bullmq";
import { TandemError } from "../../../src/model/errors.ts";
import type { Job, MirrorJob } from "../../../src/model/jobs.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { type ConsumeOptions, consume, type Handler } from "../../../src/queue/consume.ts";
import { type Enqueuer, openEnqueuer } from "../../../src/queue/enqueue.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";

const done: Outcome = { state: "done", summary: "done" };
const job = (iid: number): MirrorJob => ({ v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid, origin: "test" });

let redis: RedisServer | undefined;
const directories: string[] = [];
afterAll(async () => {
  await redis?.stop();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A place for an embedded queue. Nothing is there yet. */
const embedded = async () => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-queue-"));
  directories.push(directory);
  return { kind: "embedded", directory } as const;
};
const preparedEmbedded = async (): Promise<QueueLocation> => {
  const location = await embedded();
  await prepareEmbeddedQueue(location.directory);
  return location;
};
const onRedis = async (): Promise<QueueLocation> => {
  redis ??= await startRedis();
  return { kind: "redis", url: new Secret(redis.url) };
};
const backends: (readonly [string, () => Promise<QueueLocation>])[] = [["embedded", preparedEmbedded]];
if (hasRedis) backends.push(["redis", onRedis]);

describe.each(backends)("the queue on %s", (_, locate) => {
  const logger = recordingLogger();
  let backend: Backend;
  let enqueuer: Enqueuer;
  let queue: Queue;
  let worker: Worker | undefined;

  beforeAll(async () => {
    backend = await openBackend(await locate(), "consume", logger);
    enqueuer = openEnqueuer(backend);
    queue = backend.openQueue("mirror");
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
    await queue.obliterate({ force: true });
  });
  afterAll(async () => {
    await queue.close();
    await enqueuer.close();
    await backend.close();
  });

  const start = (handler: Handler<MirrorJob>, options: Partial<ConsumeOptions> = {}) => {
    worker = consume(backend, "mirror", handler, {
      concurrency: 4,
      lockSeconds: 30,
      jobSeconds: 60,
      clock: systemClock,
      random: () => 0,
      logger,
      observe: () => {},
      follow: (jobs) => enqueuer.enqueue(jobs),
      holdBack: async () => false,
      ...options,
    });
  };
  const finished = (name: "completed" | "failed", count: number) =>
    eventually(async () => (await queue.getJobCountByTypes(name)) === count, { what: `${count} ${name}` });

  it("answers a ping", async () => {
    await expect(enqueuer.ping()).resolves.toBeUndefined();
  });

  it("hands a job to the worker at once, with its data", async () => {
    const seen: Job[] = [];
    start(async (given) => {
      seen.push(given);
      return done;
    });
    await worker?.waitUntilReady();
    const before = Date.now();
    await enqueuer.enqueue([job(1)]);
    await eventually(() => seen.length === 1, { withinMs: 4_000, what: "the job" });
    // BullMQ's fallback poll is five seconds: a wake-up by notification is far quicker.
    expect(Date.now() - before).toBeLessThan(3_000);
    expect(seen).toEqual([job(1)]);
  });

  it("R1: takes the same job id once, also after the job is completed", async () => {
    let runs = 0;
    start(async () => {
      runs++;
      return done;
    });
    const key = () => "gitlab-delivery-1";
    await enqueuer.enqueue([job(1)], key);
    await finished("completed", 1);
    await enqueuer.enqueue([job(1)], key);
    await enqueuer.enqueue([job(2)], () => "gitlab-delivery-2");
    await finished("completed", 2);
    expect(runs).toBe(2);
  });

  it("never works on one subject twice at once, and keeps the newest wish", async () => {
    let active = 0;
    let most = 0;
    let runs = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    start(async () => {
      runs++;
      active++;
      most = Math.max(most, active);
      if (runs === 1) await held;
      active--;
      return done;
    });
    await enqueuer.enqueue([job(1)]);
    await eventually(() => runs === 1, { what: "the first run" });
    for (let wish = 0; wish < 5; wish++) await enqueuer.enqueue([job(1)]);
    release();
    await finished("completed", 2);
    expect({ runs, most }).toEqual({ runs: 2, most: 1 });
  });

  it("works on different subjects side by side", async () => {
    let active = 0;
    start(async () => {
      active++;
      await eventually(() => active === 3, { what: "three at once" });
      return done;
    });
    await enqueuer.enqueue([job(1), job(2), job(3)]);
    await finished("completed", 3);
  });

  it("tries again after a failure of the forge", async () => {
    let runs = 0;
    start(async () => {
      if (++runs < 3) throw new TandemError("stale", "the branch moved", { code: "lease-lost" });
      return done;
    });
    await enqueuer.enqueue([job(1)]);
    await finished("completed", 1);
    expect(runs).toBe(3);
  });

  it.each(["user", "auth", "bug"] as const)(
    "keeps a job that failed with %s visible, and does not try again",
    async (kind) => {
      let runs = 0;
      start(async () => {
        runs++;
        throw new TandemError(kind, "no", { code: "refused" });
      });
      await enqueuer.enqueue([job(1)]);
      await finished("failed", 1);
      const [failed] = await queue.getFailed();
      expect(failed?.failedReason).toBe(`${kind}/refused: no`);
      expect(runs).toBe(1);
    },
  );

  it("takes data of another version for a bug, and keeps it", async () => {
    start(async () => done);
    await queue.add("mirror", { v: 99 }, { attempts: 5 });
    await finished("failed", 1);
    expect((await queue.getFailed())[0]?.failedReason).toMatch(/^bug\/unexpected/);
  });

  it("waits for a rate limit without using up an attempt", async () => {
    const attempts: number[] = [];
    start(async (_given, { lastAttempt }) => {
      attempts.push(lastAttempt ? 1 : 0);
      if (attempts.length === 1) {
        throw new TandemError("rate-limit", "slow down", { code: "forge-rate-limit", retryAt: Date.now() });
      }
      return done;
    });
    await enqueuer.enqueue([job(1)]);
    await finished("completed", 1);
    const [completed] = await queue.getCompleted();
    expect(completed?.attemptsMade).toBe(1);
    expect(attempts).toHaveLength(2);
  });

  it("tells an attempt whether the job was begun before", async () => {
    const seen: unknown[] = [];
    start(async (_given, { again }) => {
      seen.push(again);
      if (seen.length === 1) throw new TandemError("stale", "it moved", { code: "test" });
      return done;
    });
    await enqueuer.enqueue([job(1)]);
    await finished("completed", 1);
    expect(seen).toEqual([false, true]);
  });

  it("queues what an outcome asks for", async () => {
    const seen: number[] = [];
    start(async ({ iid }) => {
      seen.push(iid);
      return iid === 1 ? { ...done, follow: [job(2)] } : done;
    });
    await enqueuer.enqueue([job(1)]);
    await finished("completed", 2);
    expect(seen).toEqual([1, 2]);
  });

  it("aborts a job that takes too long, and tries it again: whatever waited is ended with a kind", async () => {
    const kinds: string[] = [];
    let runs = 0;
    start(
      async (_given, { signal }) => {
        if (++runs === 1) await systemClock.sleep(10_000, signal);
        return done;
      },
      { jobSeconds: 0.2, observe: ({ outcome }) => kinds.push(outcome) },
    );
    await enqueuer.enqueue([job(1)]);
    await finished("completed", 1);
    expect(kinds).toEqual(["upstream", "done"]);
  });
});

describe("the embedded queue", () => {
  it("keeps its jobs over a restart, and refuses a second process", async () => {
    const location = await embedded();
    const logger = recordingLogger();
    const first = await openBackend(location, "consume", logger);
    const producer = openEnqueuer(first);
    await producer.enqueue([job(1)]);
    await expect(openBackend(location, "consume", logger)).rejects.toMatchObject({
      kind: "environment",
      code: "queue-in-use",
    });
    await producer.close();
    await first.close();

    const second = await openBackend(location, "consume", logger);
    const queue = second.openQueue("mirror");
    expect(await queue.getWaitingCount()).toBe(1);
    await queue.close();
    await second.close();
  });

  it("says what to do when the path is too long for a socket", async () => {
    const directory = join(tmpdir(), "x".repeat(120));
    await expect(openBackend({ kind: "embedded", directory }, "consume", recordingLogger())).rejects.toMatchObject({
      code: "queue-path-too-long",
    });
  });
});

(hasRedis ? describe : describe.skip)("a Redis that is away", () => {
  it("lets a producer fail fast with kind environment", async () => {
    const server = await startRedis();
    const backend = await openBackend({ kind: "redis", url: new Secret(server.url) }, "produce", recordingLogger());
    const producer = openEnqueuer(backend);
    await eventually(() => producer.ping().then(() => true), { what: "the first answer" });
    await server.stop();
    const before = Date.now();
    await expect(producer.enqueue([job(1)])).rejects.toMatchObject({ kind: "environment", code: "queue-unreachable" });
    expect(Date.now() - before).toBeLessThan(5_000);
    await producer.close();
    await backend.close();
  });

  it("may come later than the producer: then the producer heals", async () => {
    const port = await freePort();
    const location: QueueLocation = { kind: "redis", url: new Secret(`redis://127.0.0.1:${port}`) };
    const backend = await openBackend(location, "produce", recordingLogger());
    const producer = openEnqueuer(backend);
    await expect(producer.enqueue([job(1)])).rejects.toMatchObject({ code: "queue-unreachable" });
    const server = await startRedis(port);
    await eventually(() => producer.enqueue([job(2)]).then(() => true), { what: "the first job" });
    await producer.close();
    await backend.close();
    await server.stop();
  });
});
