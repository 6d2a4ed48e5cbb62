// What is answered to GitHub's deliveries, over real HTTP. Signatures are made here with node's own HMAC.
import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import express from "express";
import { type GitHubWebhookDeps, githubWebhook } from "../../../src/api/github-webhook.ts";
import type { JobQueue } from "../../../src/api/job-queue.ts";
import { type Listening, listen } from "../../../src/api/listen.ts";
import { onError } from "../../../src/api/refusals.ts";
import { TandemError } from "../../../src/model/errors.ts";
import type { Job } from "../../../src/model/jobs.ts";
import type { Route } from "../../../src/model/routes.ts";
import { Secret } from "../../../src/model/secret.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

const SECRET = "the-present-hook-secret";
const OLD_SECRET = "the-former-hook-secret";
const LIMIT = 100_000;

const route: Route = {
  name: "test",
  forge: "github",
  source: "org/{package}",
  branches: ["c9s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: false,
  trust: "anyone",
};
const repository = { id: 77, full_name: "org/pkg" };
const pullRequest = { action: "synchronize", number: 5, pull_request: { number: 5, title: "T" }, repository };
const ping = { zen: "Keep it logically awesome.", hook_id: 1, hook: { type: "Repository" }, repository };

let server: Listening;
let jobs: Map<string, Job>;
let lines: string[];
let queueIsUp: boolean;

async function start(secrets: readonly string[]): Promise<Listening> {
  jobs = new Map();
  lines = [];
  queueIsUp = true;
  const queue: JobQueue = {
    async enqueue(list, keyOf) {
      if (!queueIsUp) throw new TandemError("environment", "redis is away", { code: "queue-unreachable" });
      for (const job of list) jobs.set(keyOf(job), job);
    },
    ping: async () => {},
  };
  const logger = createLogger({ level: "debug", secrets: [SECRET, OLD_SECRET], write: (line) => lines.push(line) });
  const deps: GitHubWebhookDeps = {
    routes: [route],
    queue,
    clock: systemClock,
    webhookBytes: LIMIT,
    logger,
    metrics: createMetrics(),
    githubSecrets: secrets.map((each) => new Secret(each)),
    commandPrefix: "/tandem",
  };
  const app = express().post("/hook", githubWebhook(deps)).use(onError(logger));
  return listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
}
beforeEach(async () => {
  server = await start([SECRET, OLD_SECRET]);
});
afterEach(() => server.close());

const sign = (body: string | Buffer, secret = SECRET) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Posts a delivery, well signed unless the headers say otherwise; an undefined header is left out. */
async function post(payload: unknown, headers: Readonly<Record<string, string | undefined>> = {}) {
  const body = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const all: Record<string, string | undefined> = {
    "Content-Type": "application/json",
    "X-GitHub-Event": "pull_request",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-Hub-Signature-256": sign(body),
    ...headers,
  };
  const given = Object.entries(all).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const response = await fetch(`http://127.0.0.1:${server.port}/hook`, { method: "POST", headers: given, body });
  const text = await response.text();
  for (const secret of [SECRET, OLD_SECRET]) expect(text + lines.join("")).not.toContain(secret);
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, headers: response.headers };
}

describe("accepted", () => {
  it("a pull request becomes a job", async () => {
    const { status, body } = await post(pullRequest);
    expect([status, body]).toEqual([202, { status: "accepted", jobs: 1 }]);
    expect([...jobs.values()]).toMatchObject([{ queue: "mirror", forge: "github", projectId: 77, iid: 5 }]);
  });

  it("a delivery signed with the former secret", async () => {
    const answered = await post(pullRequest, { "X-Hub-Signature-256": sign(JSON.stringify(pullRequest), OLD_SECRET) });
    expect(answered.status).toBe(202);
  });

  it("a command in a comment", async () => {
    const payload = {
      action: "created",
      issue: { number: 5, pull_request: { url: "x" } },
      comment: { body: "/tandem sync" },
      repository,
    };
    expect((await post(payload, { "X-GitHub-Event": "issue_comment" })).body).toEqual({ status: "accepted", jobs: 1 });
  });

  it("text outside of ASCII, and a body that was pretty-printed", async () => {
    const text = JSON.stringify({ ...pullRequest, pull_request: { number: 5, title: "Größe 🚲" } }, null, 2);
    expect((await post(text)).status).toBe(202);
  });
});

describe("refused with 401", () => {
  const good = sign(JSON.stringify(pullRequest));
  it.each([
    ["missing", undefined, /is missing/],
    ["empty", "", /is not `sha256=`/],
    ["without =", good.replace("=", ""), /is not `sha256=`/],
    ["the digest alone", good.slice("sha256=".length), /is not `sha256=`/],
    ["of SHA-1", good.replace("sha256=", "sha1="), /is not `sha256=`/],
    ["cut short", good.slice(0, -1), /is not `sha256=`/],
    ["in capitals", good.toUpperCase(), /is not `sha256=`/],
    ["of a wrong secret", sign(JSON.stringify(pullRequest), "other"), /fits no secret/],
    ["of an empty secret", sign(JSON.stringify(pullRequest), ""), /fits no secret/],
    ["of another body", sign("{}"), /fits no secret/],
  ])("signature %s", async (_, signature, reason) => {
    const { status, body } = await post(pullRequest, { "X-Hub-Signature-256": signature });
    expect([status, body]).toEqual([401, { status: "unauthenticated", reason: expect.stringMatching(reason) }]);
    expect(jobs.size).toBe(0);
  });

  it("an unsigned ping, or one of no interest: first the signature, then the event", async () => {
    for (const event of ["ping", "push", "never-heard-of"]) {
      expect((await post(ping, { "X-GitHub-Event": event, "X-Hub-Signature-256": sign("") })).status).toBe(401);
    }
  });

  it("bytes that are no UTF-8, though the text that they are read as is signed", async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect((await post(bytes, { "X-Hub-Signature-256": sign(bytes.toString("utf8")) })).status).toBe(401);
    expect((await post(bytes)).status).toBe(401);
  });

  it("an empty body, though signed", async () => {
    expect((await post("")).status).toBe(401);
  });
});

describe("refused with 400, once authenticated", () => {
  it.each([
    ["not JSON", "{", /not JSON/],
    ["a number", "7", /not a JSON object/],
    ["an array", [pullRequest], /not a JSON object/],
    ["null", null, /not a JSON object/],
    ["an empty object", {}, /not a JSON object/],
    ["a pull request without repository", { pull_request: { number: 5 } }, /repository/],
    ["a pull request without number", { repository, pull_request: {} }, /pull_request\.number/],
    [
      "a repository whose name is no name",
      { repository: { id: 1, full_name: "../x" }, pull_request: { number: 5 } },
      /name/,
    ],
  ])("%s", async (_, payload, reason) => {
    const { status, body } = await post(payload);
    expect([status, body]).toEqual([400, { status: "malformed", reason: expect.stringMatching(reason) }]);
  });

  it("a delivery that names no event", async () => {
    expect((await post(pullRequest, { "X-GitHub-Event": undefined })).status).toBe(400);
  });
});

describe("answered without work", () => {
  it.each([
    ["ping", ping, "pong"],
    ["push", { repository, ref: "refs/heads/c9s" }, "push is not handled"],
    ["check_run", { repository, action: "rerequested" }, "check_run is not handled"],
    ["from-the-future", { repository }, "This event is not known"],
  ])("%s", async (event, payload, reason) => {
    const { status, body } = await post(payload, { "X-GitHub-Event": event });
    expect([status, body]).toEqual([202, { status: "ignored", reason }]);
  });

  it("a repository that no route serves", async () => {
    const elsewhere = { ...pullRequest, repository: { id: 1, full_name: "other/pkg" } };
    expect((await post(elsewhere)).body).toMatchObject({ status: "ignored" });
    expect(jobs.size).toBe(0);
  });
});

describe("limits and failures", () => {
  it("a content type that is not JSON is 415", async () => {
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await post(pullRequest, type)).status).toBe(415);
  });

  it("a huge body is refused", async () => {
    expect((await post({ ...pullRequest, text: "x".repeat(LIMIT) })).status).toBe(413);
  });

  it("a body without a signature is not waited for", async () => {
    const status = await new Promise((resolve, reject) => {
      const { port } = server;
      const headers = { "Content-Type": "application/json", "Content-Length": 1_000 };
      const sent = httpRequest({ host: "127.0.0.1", port, path: "/hook", method: "POST", headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on("error", reject);
      sent.write("{"); // the rest never comes
    });
    expect(status).toBe(401);
  });

  it("a queue that is away is 503 with a time to come back", async () => {
    queueIsUp = false;
    const { status, headers } = await post(pullRequest);
    expect([status, headers.get("retry-after")]).toEqual([503, "30"]);
  });

  it("without a secret the endpoint says that it is not configured", async () => {
    await server.close();
    server = await start([]);
    const { status, body } = await post(pullRequest);
    expect([status, body.reason]).toEqual([404, expect.stringContaining("GITHUB_WEBHOOK_SECRET")]);
  });
});
