// The API in front of a real Redis that goes away, stays silent, and comes back: GitLab hears 503 within the ten seconds that
// it waits, and nothing has to be restarted.
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { type Enqueuer, openEnqueuer } from "../../../src/queue/enqueue.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { mergeRequestPayload } from "../../support/gitlab-payloads.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";
import { type RunningApi, startApi, tokenFor } from "./start-api.ts";

const BURST = 100;
/** GitLab's limit for a webhook. */
const GITLAB_WAITS_MS = 10_000;
const UNAVAILABLE = { status: 503, retryAfter: "30" };
const ACCEPTED = { status: 202, retryAfter: null };

(hasRedis ? describe : describe.skip)("deliveries while Redis", () => {
  let port: number;
  let server: RedisServer;
  let backend: Backend;
  let enqueuer: Enqueuer;
  let api: RunningApi;
  let token: string;

  beforeEach(async () => {
    port = await freePort();
    server = await startRedis(port);
    backend = await openBackend({ kind: "redis", url: new Secret(server.url) }, "produce", recordingLogger());
    enqueuer = openEnqueuer(backend);
    api = await startApi({ queue: enqueuer });
    token = await tokenFor("group/src");
    await eventually(() => enqueuer.ping().then(() => true), { what: "the first answer of Redis" });
  });

  afterEach(async () => {
    await api.close();
    await enqueuer.close();
    await backend.close();
    await server.stop();
  });

  const deliver = async (iid: number) => {
    const response = await fetch(`${api.url}/api/webhooks/gitlab`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Gitlab-Event": "Merge Request Hook",
        "X-Gitlab-Token": token,
        "Idempotency-Key": `delivery-${iid}`,
      },
      body: JSON.stringify(mergeRequestPayload({ iid })),
      signal: AbortSignal.timeout(GITLAB_WAITS_MS),
    });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };
  const burst = () => Promise.all(Array.from({ length: BURST }, (_, index) => deliver(index + 1)));
  const waiting = async () => {
    const queue = backend.openQueue("mirror");
    const ids = (await queue.getWaiting()).map(({ deduplicationId }) => deduplicationId).sort();
    await queue.close();
    return ids;
  };
  const all = Array.from({ length: BURST }, (_, index) => `gitlab/101!${index + 1}`).sort();

  it("is down get 503; when it is back they are taken, each once", async () => {
    await server.stop();
    expect(await burst()).toEqual(Array(BURST).fill(UNAVAILABLE));
    server = await startRedis(port);
    await eventually(() => enqueuer.ping().then(() => true), { what: "Redis again" });
    expect(await burst()).toEqual(Array(BURST).fill(ACCEPTED));
    expect(await waiting()).toEqual(all);
  });

  it("is silent get 503; when it speaks again the same deliveries are taken, each once", async () => {
    const admin = new Redis(server.url);
    await admin.client("PAUSE", 60_000, "WRITE");
    expect(await burst()).toEqual(Array(BURST).fill(UNAVAILABLE));
    await admin.client("UNPAUSE");
    admin.disconnect();
    await eventually(() => enqueuer.ping().then(() => true), { what: "Redis again" });
    expect(await burst()).toEqual(Array(BURST).fill(ACCEPTED));
    expect(await waiting()).toEqual(all);
  });
});
