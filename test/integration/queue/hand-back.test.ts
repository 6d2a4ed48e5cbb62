// A process that ends gives running jobs back: another one does them at once, and no attempt is lost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { MirrorJob } from "../../../src/model/jobs.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import { type ConsumeOptions, consume, type Handler } from "../../../src/queue/consume.ts";
import { openEnqueuer } from "../../../src/queue/enqueue.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, startRedis } from "../../support/redis-server.ts";

const job: MirrorJob = { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid: 1, origin: "delivery-1" };

describe("a job that hangs while its process ends", () => {
  it.each(hasRedis ? ["embedded", "redis"] : ["embedded"])("is done by the next one (%s)", async (kind) => {
    const directory = mkdtempSync(join(tmpdir(), "tandem-hand-"));
    const redis = kind === "redis" ? await startRedis() : undefined;
    if (!redis) await prepareEmbeddedQueue(directory);
    const location: QueueLocation = redis
      ? { kind: "redis", url: new Secret(redis.url) }
      : { kind: "embedded", directory };
    const logger = recordingLogger();
    const backend = await openBackend(location, "consume", logger);
    const enqueuer = openEnqueuer(backend);
    const queue = backend.openQueue("mirror");
    const start = (handler: Handler<MirrorJob>, more: Partial<ConsumeOptions> = {}) =>
      consume(backend, "mirror", handler, {
        concurrency: 1,
        // Were the job not given back, the next process would have to wait for that long.
        lockSeconds: 3_600,
        jobSeconds: 3_600,
        clock: systemClock,
        random: () => 0,
        logger,
        observe: () => {},
        follow: (jobs) => enqueuer.enqueue(jobs),
        holdBack: async () => false,
        ...more,
      });
    try {
      let hangs = false;
      const handBack = new AbortController();
      const first = start(
        (_, { signal }) =>
          new Promise((_resolve, reject) => {
            hangs = true;
            signal.addEventListener("abort", () => reject(signal.reason));
          }),
        { handBack: handBack.signal },
      );
      await enqueuer.enqueue([job]);
      await eventually(() => hangs, { what: "the job" });
      const closed = first.close();
      handBack.abort(new Error("the process ends"));
      await closed;
      const attempts: boolean[] = [];
      const second = start(async (_, { lastAttempt }) => {
        attempts.push(lastAttempt);
        return { state: "done", summary: "done" };
      });
      await eventually(async () => (await queue.getJobCountByTypes("completed")) === 1, { what: "the end" });
      expect(attempts).toEqual([false]);
      expect(await queue.getJobCountByTypes("waiting", "delayed", "failed", "active")).toBe(0);
      await second.close();
    } finally {
      await queue.close();
      await enqueuer.close();
      await backend.close();
      await redis?.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
