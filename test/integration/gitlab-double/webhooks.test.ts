import { createHmac } from "node:crypto";
import { beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, alices, project, received } = world;
const signingToken = `whsec_${Buffer.from("a key of thirty-two bytes, made up").toString("base64")}`;
let fork: Project;

beforeAll(async () => {
  fork = await world.makeFork();
  const group = double.admin.createGroup("top");
  double.admin.addHook(group, { url: world.receiverUrl, token: "group", events: ["note"] });
  double.admin.addHook(project, { url: world.receiverUrl, token: "secret", signingToken });
});

beforeEach(() => {
  received.length = 0;
  double.logs.clear();
});

const kinds = (): unknown[] =>
  received.map(({ body }) => {
    const attributes = body.object_attributes as { action?: string; status?: string };
    return `${body.object_kind} ${attributes.action ?? attributes.status}`;
  });

it("carry GitLab's headers and a signature over the raw body", async () => {
  await world.openMergeRequest(fork);
  await double.idle();
  const [{ headers, raw }] = received as [(typeof received)[number]];
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-gitlab-event": "Merge Request Hook",
    "x-gitlab-token": "secret",
    "x-gitlab-instance": double.url,
    "user-agent": `GitLab/${double.settings.version}`,
  });
  expect(headers["webhook-id"]).toBe(headers["idempotency-key"]);
  expect(headers["x-gitlab-event-uuid"]).not.toBe(headers["idempotency-key"]);
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${raw}`;
  const key = Buffer.from(signingToken.slice("whsec_".length), "base64");
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
});

it("tell of a merge request's life in order, and hide addresses", async () => {
  const [mr] = double.view.mergeRequests(project);
  const at = `/projects/${project.id}/merge_requests/${mr?.iid}`;
  const oldrev = mr?.sha;
  await bots("PUT", at, { title: "Draft: Two" });
  await double.admin.commit(fork, { branch: "feature", message: "m\n", files: { x: "y" }, user: world.bot.user });
  await bots("PUT", at, { state_event: "close" });
  await bots("PUT", at, { state_event: "reopen" });
  await alices("POST", `${at}/approve`);
  await double.idle();
  const actions = kinds().filter((kind) => String(kind).startsWith("merge_request"));
  const expected = ["update", "update", "close", "reopen", "approved"];
  expect(actions).toEqual(expected.map((action) => `merge_request ${action}`));
  const [retitled, pushed] = received.map(({ body }) => body) as [Record<string, unknown>, Record<string, unknown>];
  expect(retitled.changes).toMatchObject({ draft: { previous: false, current: true } });
  expect(retitled.object_attributes).not.toHaveProperty("oldrev");
  expect(pushed.object_attributes).toMatchObject({ oldrev, draft: true, target: { id: project.id } });
  expect(retitled.user).toMatchObject({ email: "[REDACTED]" });
});

it("reach project hooks and group hooks alike, unless the group is free", async () => {
  const [mr] = double.view.mergeRequests(project);
  const notes = `/projects/${project.id}/merge_requests/${mr?.iid}/notes`;
  await bots("POST", notes, { body: "hello" });
  await double.idle();
  expect(received.map(({ headers }) => headers["x-gitlab-token"]).sort()).toEqual(["group", "secret"]);
  const top = double.admin.createGroup("top");
  top.plan = "free";
  received.length = 0;
  await bots("POST", notes, { body: "again" });
  await double.idle();
  expect(received.map(({ headers }) => headers["x-gitlab-token"])).toEqual(["secret"]);
  expect((await double.request("GET", "/groups/top/hooks", { token: "glpat-root" })).status).toBe(403);
  top.plan = "premium";
});

it("tell of comments with note, merge request and address", async () => {
  const [mr] = double.view.mergeRequests(project);
  await bots("POST", `/projects/${project.id}/merge_requests/${mr?.iid}/notes`, { body: "look" });
  await double.idle();
  const note = received.find(({ headers }) => headers["x-gitlab-event"] === "Note Hook")?.body;
  expect(note?.object_attributes).toMatchObject({ note: "look", action: "create", noteable_type: "MergeRequest" });
  expect(note?.merge_request).toMatchObject({ iid: mr?.iid, source_branch: "feature" });
});

it.each(["drop", "repeat", "hold"] as const)("can be disturbed: %s", async (fault) => {
  const mr = double.view.mergeRequests(project)[0];
  const at = `/projects/${project.id}/merge_requests/${mr?.iid}`;
  double.faults.deliveries(fault, { times: fault === "hold" ? 2 : 1, event: "merge_requests" });
  await bots("PUT", at, { title: `${fault} 1` });
  await bots("PUT", at, { title: `${fault} 2` });
  await double.idle();
  const titles = () => received.map(({ body }) => (body.object_attributes as { title: string }).title);
  const keys = () => received.map(({ headers }) => headers["idempotency-key"]);
  if (fault === "drop") expect(titles()).toEqual(["drop 2"]);
  if (fault === "repeat") {
    expect(titles().sort()).toEqual(["repeat 1", "repeat 1", "repeat 2"]);
    expect(new Set(keys()).size).toBe(2);
  }
  if (fault !== "hold") return;
  expect(received).toEqual([]);
  double.releaseDeliveries("reversed");
  await double.idle();
  expect(titles()).toEqual(["hold 2", "hold 1"]);
});

it("are sent again with the same key", async () => {
  const mr = double.view.mergeRequests(project)[0];
  await bots("PUT", `/projects/${project.id}/merge_requests/${mr?.iid}`, { title: "again" });
  await double.idle();
  const [delivery] = double.logs.deliveries;
  expect(delivery).toMatchObject({ outcome: "delivered", responseStatus: 202, responseBody: "accepted" });
  const repeated = await double.redeliver(delivery?.id ?? 0);
  expect(repeated.id).not.toBe(delivery?.id);
  expect(received.map(({ headers }) => headers["idempotency-key"])).toEqual(
    Array(2).fill(received[0]?.headers["idempotency-key"]),
  );
});

it("stop at a hook that the request's chain already called", async () => {
  const mr = double.view.mergeRequests(project)[0];
  const at = `/projects/${project.id}/merge_requests/${mr?.iid}`;
  await bots("PUT", at, { title: "first" });
  await double.idle();
  const headers = { "X-Gitlab-Event-UUID": String(received[0]?.headers["x-gitlab-event-uuid"]) };
  await double.request("PUT", at, { token: world.bot.token, headers, body: { title: "second" } });
  await double.idle();
  expect(received).toHaveLength(1);
  expect(double.logs.deliveries.at(-1)?.outcome).toBe("recursion-blocked");
});

it("rest after four failures when that is switched on, and are never retried", async () => {
  const dead = double.admin.addHook(project, { url: "http://127.0.0.1:9/closed", events: ["merge_requests"] });
  double.settings.autoDisableHooks = true;
  const at = `/projects/${project.id}/merge_requests/${double.view.mergeRequests(project)[0]?.iid}`;
  for (let time = 1; time <= 5; time += 1) {
    await bots("PUT", at, { title: `title ${time}` });
    await double.idle();
  }
  double.settings.autoDisableHooks = false;
  const outcomes = double.logs.deliveries.filter((each) => each.hookId === dead.id).map((each) => each.outcome);
  expect(outcomes).toEqual([...Array(4).fill("failed"), "hook-disabled"]);
  const shown = await alices("GET", `/projects/${project.id}/hooks/${dead.id}`);
  expect(shown.body).toMatchObject({ alert_status: "temporarily_disabled" });
  await alices("DELETE", `/projects/${project.id}/hooks/${dead.id}`);
});

it("are set up and tried by the API; the test has neither action nor oldrev; tokens are never shown", async () => {
  const hooks = `/projects/${project.id}/hooks`;
  const body = { url: world.receiverUrl, token: "api", merge_requests_events: true, push_events: false };
  const made = await alices("POST", hooks, body);
  expect(made).toMatchObject({ status: 201, body: { merge_requests_events: true, push_events: false } });
  expect(JSON.stringify(made.body)).not.toContain(`"api"`);
  const tried = await alices("POST", `${hooks}/${made.body.id}/test/merge_requests_events`);
  expect(tried).toMatchObject({ status: 201, body: { message: "201 Created" } });
  const sent = received.at(-1)?.body.object_attributes as Record<string, unknown>;
  expect(sent).not.toHaveProperty("action");
  expect(sent).not.toHaveProperty("oldrev");
  expect((await alices("PUT", `${hooks}/${made.body.id}`, { note_events: true })).body).toMatchObject({
    note_events: true,
    merge_requests_events: true,
  });
  expect((await alices("DELETE", `${hooks}/${made.body.id}`)).status).toBe(204);
});
