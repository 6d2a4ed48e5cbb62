// The admin pages on a real queue: who gets in, what a browser may do with them, and a dead job that is tried again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Queue } from "bullmq";
import { sessionCookie } from "../../../src/api/admin/admission.ts";
import { createApp } from "../../../src/api/app.ts";
import { type Listening, listen } from "../../../src/api/listen.ts";
import { createVerifier } from "../../../src/api/verify-delivery.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Backend } from "../../../src/queue/backend.ts";
import { openEnqueuer } from "../../../src/queue/enqueue.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

const TOKEN = "an-admin-token-of-some-length";
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };

describe("the admin pages", () => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-admin-"));
  const logger = recordingLogger();
  let backend: Backend;
  let queue: Queue;
  let server: Listening;
  let url: string;

  const start = async (token: string | undefined) => {
    const enqueuer = openEnqueuer(backend);
    const webhooks = { jwtSecrets: [], signingTokens: [], githubSecrets: [] };
    const app = createApp({
      routes: [],
      sweepEverySeconds: 900,
      commandPrefix: "/tandem",
      webhookBytes: 1_024,
      verifier: createVerifier(webhooks, systemClock),
      githubSecrets: [],
      queue: enqueuer,
      admin: token === undefined ? undefined : { token: new Secret(token), queues: [queue] },
      clock: systemClock,
      logger,
      metrics: createMetrics(),
    });
    return listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  };

  beforeAll(async () => {
    await prepareEmbeddedQueue(directory);
    backend = await openBackend({ kind: "embedded", directory }, "consume", logger);
    queue = backend.openQueue("mirror");
    server = await start(TOKEN);
    url = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await server.close();
    await queue.close();
    await backend.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("are not there without ADMIN_TOKEN", async () => {
    const without = await start(undefined);
    for (const path of ["/admin/queues", "/admin/login", "/admin/queues/api/queues"])
      expect((await fetch(`http://127.0.0.1:${without.port}${path}`, { headers: AUTHORIZED })).status).toBe(404);
    await without.close();
  });

  const now = systemClock.now();
  const good = sessionCookie(new Secret(TOKEN), now, false).split(";")[0] ?? "";
  const nobodies: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["nothing", {}],
    ["a wrong token", { Authorization: "Bearer an-admin-token-of-some-lengtH" }],
    ["the beginning of the token", { Authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ["another scheme", { Authorization: `Basic ${Buffer.from(`admin:${TOKEN}`).toString("base64")}` }],
    ["the token as cookie", { Cookie: `tandem_admin=${TOKEN}` }],
    ["a session made with another token", { Cookie: sessionCookie(new Secret("another"), now, false) }],
    ["a session that has ended", { Cookie: sessionCookie(new Secret(TOKEN), now - 9 * 3_600_000, false) }],
    ["a session made longer", { Cookie: good.replace(/=(\d+)/, (_, ends) => `=${Number(ends) + 1_000}`) }],
  ];
  it.each(nobodies)("%s opens nothing", async (_, headers) => {
    for (const [method, path] of [
      ["GET", "/admin/queues/api/queues"],
      ["PUT", "/admin/queues/api/queues/mirror/retry/failed"],
      ["PUT", "/admin/queues/api/queues/mirror/obliterate"],
      ["GET", "/admin/queues/static/favicon-32x32.png"],
    ] as const) {
      const { status } = await fetch(`${url}${path}`, { method, headers });
      expect([path, status]).toEqual([path, 401]);
    }
    const page = await fetch(`${url}/admin/queues`, {
      headers: { ...headers, Accept: "text/html" },
      redirect: "manual",
    });
    expect([page.status, page.headers.get("location")]).toEqual([303, "/admin/login?to=%2Fadmin%2Fqueues"]);
  });

  const logIn = (token: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/admin/login`, { method: "POST", body: new URLSearchParams({ token }), headers, redirect: "manual" });

  it("a browser logs in with the token and gets a cookie that is not the token", async () => {
    expect((await logIn("wrong")).status).toBe(401);
    const answer = await logIn(TOKEN);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/admin/queues"]);
    expect(cookie).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    expect((await logIn(TOKEN, { "X-Forwarded-Proto": "https" })).headers.get("set-cookie")).toMatch(/; Secure$/);
    const page = await fetch(`${url}/admin/queues`, { headers: { Cookie: cookie.split(";")[0] ?? "" } });
    expect(page.status).toBe(200);
    const html = await page.text();
    const scripts = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path]) => path);
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) {
      const script = await fetch(`${url}/admin/queues/${path}`, { headers: AUTHORIZED });
      expect([path, script.status]).toEqual([path, 200]);
      await script.arrayBuffer();
    }
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("the login form runs no script and says nothing of what was typed", async () => {
    const answer = await logIn('"><script>alert(1)</script>');
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await answer.text()).not.toContain("alert(1)");
    expect(JSON.stringify(logger)).not.toContain("alert(1)");
  });

  it("show a dead job with its reason, and try it again", async () => {
    const data = { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid: 1, origin: "delivery-1" };
    let fails = true;
    let runs = 0;
    const worker = backend.openWorker(
      "mirror",
      async () => {
        runs++;
        if (fails) throw new Error("auth/forge-unauthorized: the token is refused");
        return "done";
      },
      {},
    );
    try {
      const job = await queue.add("mirror", data, { jobId: "delivery-1~gitlab/7!1" });
      await eventually(() => job.isFailed(), { what: "the failure" });
      const api = `${url}/admin/queues/api/queues`;
      const shown = await (
        await fetch(`${api}?activeQueue=mirror&status=failed&page=1&jobsPerPage=10`, { headers: AUTHORIZED })
      ).text();
      expect(shown).toContain("the token is refused");
      expect(shown).toContain("delivery-1");
      fails = false;
      const retried = await fetch(`${api}/mirror/${encodeURIComponent(job.id ?? "")}/retry`, {
        method: "PUT",
        headers: AUTHORIZED,
      });
      expect(retried.status).toBeLessThan(300);
      await eventually(() => job.isCompleted(), { what: "the second run" });
      expect(runs).toBe(2);
    } finally {
      await worker.close();
    }
  });
});
