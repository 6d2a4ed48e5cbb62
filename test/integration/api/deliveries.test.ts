// What is answered to deliveries of every form, over real HTTP.
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  mergeRequestPayload,
  notePayload,
  otherPayload,
  pipelinePayload,
  pushPayload,
} from "../../support/gitlab-payloads.ts";
import { post, type RunningApi, request, SECRET, startApi, tokenFor } from "./start-api.ts";

const MiB = 1024 * 1024;

let api: RunningApi;
let auth: { readonly "X-Gitlab-Token": string };
beforeEach(async () => {
  api = await startApi();
  auth = { "X-Gitlab-Token": await tokenFor("group") };
});
afterEach(() => api.close());

describe("accepted", () => {
  it("a merge request's delivery becomes a job that knows its delivery", async () => {
    const headers = { ...auth, "Idempotency-Key": "delivery-1" };
    const { status, body } = await post(api, mergeRequestPayload({ projectId: 7, iid: 3 }), headers);
    expect([status, body]).toEqual([202, { status: "accepted", jobs: 1 }]);
    expect([...api.jobs]).toEqual([
      ["delivery-1~gitlab/7!3", { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid: 3, origin: "delivery-1" }],
    ]);
  });

  it("the same delivery again gets the same key, another one another", async () => {
    for (const id of ["a", "a", "b"])
      await post(api, mergeRequestPayload(), { ...auth, "Idempotency-Key": id, "X-Gitlab-Event-UUID": "same" });
    expect([...api.jobs.keys()]).toEqual(["a~gitlab/101!5", "b~gitlab/101!5"]);
  });

  it("without any id the body is the id", async () => {
    for (const iid of [1, 1, 2])
      await post(api, mergeRequestPayload({ iid }), { ...auth, "X-Gitlab-Webhook-UUID": String(Math.random()) });
    expect(api.jobs.size).toBe(2);
  });

  it("a pipeline of a pair becomes a ci job", async () => {
    const headers = { "X-Gitlab-Token": await tokenFor("bot"), "X-Gitlab-Event": "Pipeline Hook" };
    expect((await post(api, pipelinePayload(), headers)).body).toEqual({ status: "accepted", jobs: 1 });
    expect([...api.jobs.values()]).toMatchObject([{ queue: "ci", projectId: 303, ref: "src-5-c9s" }]);
  });

  it.each([
    ["Note Hook", notePayload({ iid: 3 }), { queue: "mirror", projectId: 101, iid: 3 }],
    ["Push Hook", pushPayload(), { queue: "backsync", projectId: 404, branch: "c9s" }],
    ["Merge Request Hook", mergeRequestPayload({ path: "group/rpms/pkg" }), { queue: "ci", projectId: 101, iid: 5 }],
  ])("a %s becomes its job", async (event, payload, job) => {
    expect((await post(api, payload, { ...auth, "X-Gitlab-Event": event })).body).toEqual({
      status: "accepted",
      jobs: 1,
    });
    expect([...api.jobs.values()]).toMatchObject([job]);
  });

  it.each(["application/json; charset=utf-8", "Application/JSON"])("content type %s", async (type) => {
    expect((await post(api, mergeRequestPayload(), { ...auth, "Content-Type": type })).status).toBe(202);
  });

  it("a body of just 25 MiB", async () => {
    const start = JSON.stringify(mergeRequestPayload());
    const body = start + " ".repeat(25 * MiB - start.length);
    expect((await post(api, body, auth)).body).toEqual({ status: "accepted", jobs: 1 });
  });
});

describe("ignored, with the reason", () => {
  it.each([
    ["Confidential Note Hook", otherPayload("note"), "Confidential Note Hook is not handled"],
    ["Confidential Issue Hook", otherPayload("issue"), "Confidential Issue Hook is not handled"],
    ["Tag Push Hook", otherPayload("tag_push"), "Tag Push Hook is not handled"],
    ["Release Hook", otherPayload("release"), "Release Hook is not handled"],
    ["Job Hook", otherPayload("build"), "Job Hook is not handled"],
    ["System Hook", { event_name: "user_create" }, "System Hook is not handled"],
    [
      "Merge Request Hook",
      mergeRequestPayload({ path: "group/elsewhere/pkg" }),
      "No route serves merge requests of this project",
    ],
    [
      "Pipeline Hook",
      pipelinePayload({ path: "group/elsewhere/pkg", ref: "c9s" }),
      "The pipeline is not for a branch of a pair",
    ],
    ["Note Hook", notePayload({ note: "/packit build" }), "The comment is no command"],
    ["Push Hook", pushPayload({ ref: "refs/heads/main" }), "No route leads to this branch"],
    ["Push Hook", pushPayload({ path: "group/src/pkg" }), "Pushes to source-git come as changes of its merge requests"],
  ])("%s", async (event, payload, reason) => {
    const { status, body } = await post(api, payload, { ...auth, "X-Gitlab-Event": event });
    expect([status, body]).toEqual([202, { status: "ignored", reason: reason }]);
    expect(api.jobs.size).toBe(0);
  });
});

describe("malformed", () => {
  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["nothing", ""],
    [
      "text that is no UTF-8",
      Buffer.from(JSON.stringify(mergeRequestPayload()).replace("Mend", "M\u00e9nd"), "latin1"),
    ],
    ["an empty object", {}],
    ["a list", []],
    ["a list of deliveries", [mergeRequestPayload()]],
    ["null", null],
    ["a number", 42],
    ["false", false],
    ["text", '"x"'],
    ["a deep nest", "[".repeat(200_000)],
    ["no project", { ...mergeRequestPayload(), project: undefined }],
    ["project null", { ...mergeRequestPayload(), project: null }],
    ["no iid", { ...mergeRequestPayload(), object_attributes: {} }],
  ])("%s is 400", async (_, payload) => {
    const { status, body } = await post(api, payload, auth);
    expect(status).toBe(400);
    expect(body).toEqual({ status: "malformed", reason: expect.any(String) });
  });

  it("no event name is 400", async () => {
    expect((await post(api, mergeRequestPayload(), { ...auth, "X-Gitlab-Event": "" })).status).toBe(400);
  });

  it.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "text/html; application/json",
  ])("content type %s is 415", async (type) => {
    const { status, body } = await post(api, Buffer.from(JSON.stringify(mergeRequestPayload())), {
      ...auth,
      "Content-Type": type,
    });
    expect([status, body.status]).toEqual([415, "unsupported"]);
  });

  it("an encoded body is 415", async () => {
    expect((await post(api, mergeRequestPayload(), { ...auth, "Content-Encoding": "gzip" })).status).toBe(415);
  });
});

describe("too large", () => {
  it("26 MB with a length is 413, and the connection is good for more", async () => {
    const { status, body } = await post(api, Buffer.alloc(26 * MiB, 0x20), auth);
    expect([status, body.status]).toEqual([413, "too-large"]);
    expect((await post(api, mergeRequestPayload(), auth)).status).toBe(202);
  });

  it("26 MB in chunks of no announced length is 413", async () => {
    const chunk = new Uint8Array(MiB).fill(0x20);
    let left = 26;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
    const init = {
      method: "POST",
      headers: { "Content-Type": "application/json", ...auth },
      body: stream,
      duplex: "half",
    };
    expect((await request(`${api.url}/api/webhooks/gitlab`, init as RequestInit)).status).toBe(413);
  });

  it.each([
    ["of a hook", 26, () => auth, 413],
    ["of nobody", 24, () => ({}), 401],
    ["with a bad token", 24, () => ({ "X-Gitlab-Token": "bad" }), 401],
  ])("%s (%i MiB) is answered before the body is sent, and a sender that never ends is cut off", async (...row) => {
    const [, size, headers, status] = row;
    const head = [
      "POST /api/webhooks/gitlab HTTP/1.1",
      "Host: x",
      "Content-Type: application/json",
      `Content-Length: ${size * MiB}`,
      ...Object.entries(headers()).map(([name, value]) => `${name}: ${value}`),
    ];
    const socket = connect(api.port, "127.0.0.1", () => socket.write(`${head.join("\r\n")}\r\n\r\n{`));
    const closed = new Promise((resolve) => socket.once("close", resolve).on("error", resolve));
    const first = await new Promise((resolve) => socket.once("data", (data) => resolve(String(data))));
    expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    api.clock.advance(4_000);
    expect(socket.destroyed).toBe(false);
    // It dribbles, so that no idle timeout of Node's does our work.
    const timer = setInterval(() => {
      api.clock.advance(1_000);
      socket.write(" ");
    }, 20);
    await closed.finally(() => clearInterval(timer));
  });
});

describe("when something of ours is wrong", () => {
  it.each(["down", "silent"] as const)("503 with Retry-After while the queue is %s, soon", async (state) => {
    api.queue.state = state;
    const answer = post(api, mergeRequestPayload(), auth);
    const timer = setInterval(() => api.clock.advance(1_000), 20);
    const { status, headers, body, text } = await answer.finally(() => clearInterval(timer));
    expect([status, body]).toEqual([
      503,
      { status: "unavailable", reason: "the queue cannot be reached, try again later" },
    ]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(text).not.toContain("hidden-password");
    expect(api.lines.join("")).toContain('"level":"error"');
  });

  it("ignored deliveries need no queue", async () => {
    api.queue.state = "down";
    expect((await post(api, otherPayload("issue"), { ...auth, "X-Gitlab-Event": "Issue Hook" })).status).toBe(202);
  });

  it("a bug is 500 without a word about it, and is logged", async () => {
    api.queue.state = "broken";
    const { status, text } = await post(api, mergeRequestPayload(), auth);
    expect(status).toBe(500);
    expect(text).not.toMatch(/hidden-password|at |\.ts/);
    expect(api.lines.join("")).toContain("a bug with");
  });
});

it("logs what it did with each delivery, under its id, and no token", async () => {
  await post(api, mergeRequestPayload(), { ...auth, "Idempotency-Key": "delivery-9" });
  await post(api, mergeRequestPayload(), { "Idempotency-Key": "delivery-10" });
  const records = api.lines.map((line) => JSON.parse(line));
  expect(records).toMatchObject([
    { level: "info", delivery: "delivery-9", event: "Merge Request Hook", result: "accepted", jobs: 1 },
    { level: "info", delivery: "delivery-10", result: "unauthenticated" },
  ]);
  expect(api.lines.join("")).not.toContain(auth["X-Gitlab-Token"]);
  expect(api.lines.join("")).not.toContain(SECRET);
});

it("R11: never answers a random payload with a 5xx", async () => {
  const names = fc.constantFrom("Merge Request Hook", "Pipeline Hook", "Note Hook", "Push Hook", "System Hook", "x");
  const whole = fc.oneof(fc.json(), fc.string());
  const patched = fc
    .tuple(fc.constantFrom("object_kind", "project", "object_attributes"), fc.jsonValue())
    .map(([field, value]) => JSON.stringify({ ...mergeRequestPayload(), [field]: value }));
  await fc.assert(
    fc.asyncProperty(names, fc.oneof(whole, patched), async (name, payload) => {
      const { status, body } = await post(api, payload, { ...auth, "X-Gitlab-Event": name });
      expect([202, 400, 401]).toContain(status);
      expect(body.status).toEqual(expect.any(String));
    }),
    { numRuns: 150 },
  );
});
