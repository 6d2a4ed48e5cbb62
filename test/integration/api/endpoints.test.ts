// Probes, metrics, unknown paths and methods, headers of every answer, and the end of the server.
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { listen } from "../../../src/api/listen.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { mergeRequestPayload } from "../../support/gitlab-payloads.ts";
import { GITHUB_SECRET, post, type RunningApi, request, startApi, tokenFor } from "./start-api.ts";

let api: RunningApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

describe("probes", () => {
  it.each(["GET", "HEAD"])("%s /api/healthz is 200 even without a queue", async (method) => {
    api.queue.state = "down";
    const { status, body } = await request(`${api.url}/api/healthz`, { method });
    expect(status).toBe(200);
    expect(body).toEqual(method === "GET" ? { status: "ok" } : {});
  });

  it("R24: /api/readyz follows the queue", async () => {
    expect((await request(`${api.url}/api/readyz`)).body).toEqual({ status: "ready" });
    for (const state of ["down", "broken"] as const) {
      api.queue.state = state;
      const { status, body, text } = await request(`${api.url}/api/readyz`);
      expect([status, body]).toEqual([503, { status: "not-ready", reasons: ["the queue cannot be reached"] }]);
      expect(text).not.toContain("hidden-password");
    }
    api.queue.state = "up";
    expect((await request(`${api.url}/api/readyz`)).status).toBe(200);
  });

  it("/api/readyz does not wait for a silent queue", async () => {
    api.queue.state = "silent";
    const answer = request(`${api.url}/api/readyz`);
    const timer = setInterval(() => api.clock.advance(1_000), 20);
    expect((await answer.finally(() => clearInterval(timer))).status).toBe(503);
  });
});

it("/metrics counts deliveries by event and result, whatever names strangers invent", async () => {
  await post(api, mergeRequestPayload(), { "X-Gitlab-Token": await tokenFor("group") });
  await post(api, mergeRequestPayload(), { "X-Gitlab-Event": "Invented Hook" });
  await post(api, mergeRequestPayload(), { "X-Gitlab-Event": undefined });
  const { headers, text } = await request(`${api.url}/metrics`);
  expect(headers.get("content-type")).toContain("text/plain");
  expect(text).toContain('tandem_deliveries_total{event="Merge Request Hook",result="accepted"} 1');
  expect(text).toContain('tandem_deliveries_total{event="other",result="unauthenticated"} 1');
  expect(text).not.toContain("Invented");
});

it("/api/webhooks/github takes what GitHub signed, and nothing that GitLab's token is for", async () => {
  const url = `${api.url}/api/webhooks/github`;
  const body = JSON.stringify({ pull_request: { number: 5 }, repository: { id: 77, full_name: "org/pkg" } });
  const headers = { "Content-Type": "application/json", "X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "d-1" };
  const signature = `sha256=${createHmac("sha256", GITHUB_SECRET).update(body).digest("hex")}`;
  const signed = { ...headers, "X-Hub-Signature-256": signature };
  expect((await request(url, { method: "POST", headers: signed, body })).body).toEqual({ status: "accepted", jobs: 1 });
  expect([...api.jobs]).toMatchObject([["d-1~github/77!5", { queue: "mirror", forge: "github", origin: "d-1" }]]);
  const withToken = { ...headers, "X-Gitlab-Token": await tokenFor("org") };
  expect((await request(url, { method: "POST", headers: withToken, body })).status).toBe(401);
});

describe("everything else", () => {
  it.each(["/", "/api", "/API/healthz", "/api/healthz/x", "/..%2f..%2fetc/passwd"])("%s is 404", async (path) => {
    const { status, body } = await request(`${api.url}${path}`);
    expect([status, body]).toEqual([404, { status: "refused", reason: "no such path" }]);
  });

  it.each([
    ["GET", "/api/webhooks/gitlab", "POST"],
    ["PUT", "/api/webhooks/gitlab", "POST"],
    ["GET", "/api/webhooks/github", "POST"],
    ["OPTIONS", "/api/webhooks/gitlab", "POST"],
    ["POST", "/api/healthz", "GET, HEAD"],
    ["DELETE", "/api/readyz", "GET, HEAD"],
    ["POST", "/metrics", "GET, HEAD"],
  ])("%s %s is 405 and names %s", async (method, path, allow) => {
    const { status, headers, body } = await request(`${api.url}${path}`, { method });
    expect([status, headers.get("allow"), body.status]).toEqual([405, allow, "refused"]);
  });

  it("any Host header will do, so that probes by address work", async () => {
    const text = await raw(
      api.port,
      "GET /api/healthz HTTP/1.1\r\nHost: whatever.example\r\nConnection: close\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 200/);
  });

  it("a broken request is 400, and the service lives on", async () => {
    expect(await raw(api.port, "NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(api.port, "GET /api/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 40[04]/,
    );
    expect((await request(`${api.url}/api/healthz`)).status).toBe(200);
  });

  it.each(["/api/healthz", "/metrics", "/nowhere", "/api/webhooks/gitlab"])(
    "%s says no more than it has to",
    async (path) => {
      const { headers } = await request(`${api.url}${path}`);
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("cache-control")).toBe("no-store");
    },
  );
});

describe("listening", () => {
  it("says which address is taken", async () => {
    const taken = listen(() => {}, { host: "127.0.0.1", port: api.port, clock: systemClock });
    await expect(taken).rejects.toMatchObject({
      kind: "environment",
      code: "cannot-listen",
      message: expect.stringContaining(String(api.port)),
    });
  });

  it("ends a request under way before it closes, and takes no new one", async () => {
    let finish = () => {};
    const arrived = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let answer = () => {};
    const server = await listen(
      (_request, response) => {
        answer = () => response.end("done");
        finish();
      },
      { host: "127.0.0.1", port: 0, clock: systemClock },
    );
    const asked = fetch(`http://127.0.0.1:${server.port}/`);
    await arrived;
    const closed = server.close();
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    answer();
    expect(await (await asked).text()).toBe("done");
    await closed;
  });
});

/** Sends bytes and reads until the other side closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
