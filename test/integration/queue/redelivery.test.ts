// A delivery that comes again adds nothing, and takes nothing from what comes after it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Queue, Worker } from "bullmq";
import type { MirrorJob } from "../../../src/model/jobs.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { consume } from "../../../src/queue/consume.ts";
import { type Enqueuer, openEnqueuer } from "../../../src/queue/enqueue.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";

const JOB: MirrorJob = { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid: 1, origin: "test" };

describe.each(hasRedis ? ["embedded", "redis"] : ["embedded"])("a repeated delivery on %s", (kind) => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-queue-"));
  const logger = recordingLogger();
  let redis: RedisServer | undefined;
  let backend: Backend;
  let enqueuer: Enqueuer;
  let queue: Queue;
  let worker: Worker;
  let runs = 0;
  /** While set, a job does not end. */
  let gate: Promise<void> | undefined;

  beforeAll(async () => {
    if (kind === "redis") redis = await startRedis();
    else await prepareEmbeddedQueue(directory);
    const location: QueueLocation = redis
      ? { kind: "redis", url: new Secret(redis.url) }
      : { kind: "embedded", directory };
    backend = await openBackend(location, "consume", logger);
    enqueuer = openEnqueuer(backend);
    queue = backend.openQueue("mirror");
    const work = async () => {
      runs++;
      await gate;
      return { state: "done", summary: "done" } as const;
    };
    worker = consume(backend, "mirror", work, {
      ...{ concurrency: 4, lockSeconds: 30, jobSeconds: 60, clock: systemClock, random: () => 0, logger },
      ...{ observe: () => {}, follow: async () => {}, holdBack: async () => false },
    });
  });
  afterEach(() => queue.obliterate({ force: true }));
  afterAll(async () => {
    await worker.close();
    await queue.close();
    await enqueuer.close();
    await backend.close();
    await redis?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const deliver = (key: string) => enqueuer.enqueue([JOB], () => key);
  /** Resolves when so many jobs have completed. */
  const completed = (count: number) =>
    eventually(async () => (await queue.getJobCountByTypes("completed")) === count, { what: `${count} completed` });
  /** Adds while a job of the subject is active. */
  const whileActive = async (key: string, then: () => Promise<void>) => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = runs;
    await deliver(key);
    await eventually(() => runs > before, { what: "the active job" });
    await then();
    gate = undefined;
    open();
  };

  it.each<[string, () => Promise<void>, number]>([
    ["after its job has ended", () => deliver("a"), 1],
    ["while its own job is active", () => whileActive("b", () => deliver("b")), 2],
    ["while a later one's job is active", () => whileActive("b", () => deliver("a")), 2],
  ])("R1: %s: it adds no job, and the next delivery about the subject is worked on", async (_, repeat, ended) => {
    await deliver("a");
    await completed(1);
    await repeat();
    await completed(ended);
    await deliver("z");
    await completed(ended + 1);
    expect(await queue.getJob("z")).toBeDefined();
  });
});
