// The transport against a real HTTP server that answers as told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { routeOf } from "../../../src/forge/gitlab/transport.ts";
import type { ForgeCall } from "../../../src/forge/http/transport-options.ts";
import { Secret } from "../../../src/model/secret.ts";

const TOKEN = "glpat-very-secret";
const NOW = 1_700_000_000_000;

type Answer = (response: ServerResponse) => void;
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const text =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
const reset: Answer = (response) => response.socket?.destroy();
const silence: Answer = () => {};
const user = { id: 9, username: "bot", name: "Bot" };

let server: Server;
let url = "";
let answers: Answer[] = [];
let requests: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
let calls: ForgeCall[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    request.resume();
    request.on("end", () => (answers.shift() ?? json(500, { message: "no answer left" }))(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}/gitlab` : "";
});
beforeEach(() => {
  answers = [];
  requests = [];
  calls = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const forge = (signal?: AbortSignal) =>
  createGitLabForge({
    url,
    token: new Secret(TOKEN),
    clock: { now: () => NOW, sleep: async () => {} },
    random: () => 0,
    timeoutMs: 300,
    userAgent: "tandem (test)",
    observe: (call) => calls.push(call),
    ...(signal ? { signal } : {}),
  });
const newMergeRequest = {
  sourceProjectId: 1,
  sourceBranch: "b",
  targetProjectId: 2,
  targetBranch: "t",
  title: "T",
  description: "",
};

describe("the GitLab transport", () => {
  it("sends the token as a header, below the base path, and names itself", async () => {
    answers = [json(200, user)];
    await expect(forge().whoAmI()).resolves.toEqual(user);
    expect(requests[0]).toMatchObject({ method: "GET", path: "/gitlab/api/v4/user" });
    expect(requests[0]?.headers).toMatchObject({ "private-token": TOKEN, "user-agent": "tandem (test)" });
    expect(calls).toEqual([{ method: "GET", route: "user", status: 200, seconds: 0 }]);
  });

  it.each([
    ["503", [text(503, "busy"), json(200, user)]],
    ["502 twice", [text(502, "busy"), text(502, "busy"), json(200, user)]],
    ["a reset connection", [reset, json(200, user)]],
    ["half an answer", [(r: ServerResponse) => r.writeHead(200, { "content-length": "99" }).end("{"), json(200, user)]],
    ["HTML instead of JSON", [text(200, "<html>login</html>"), json(200, user)]],
    ["no answer in time", [silence, json(200, user)]],
  ] satisfies [string, Answer[]][])("bridges %s for a read", async (_, given) => {
    answers = [...given];
    await expect(forge().whoAmI()).resolves.toEqual(user);
  });

  it.each([
    ["500", text(500, "oops")],
    ["502", text(502, "oops")],
    ["a reset connection", reset],
    ["no answer in time", silence],
  ])("never repeats a POST after %s", async (_, answer) => {
    answers = [answer];
    await expect(forge().createMergeRequest(newMergeRequest)).rejects.toMatchObject({ kind: "upstream" });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [401, { message: "401 Unauthorized" }, "auth", "forge-unauthorized"],
    [403, { message: "403 Forbidden" }, "user", "forge-forbidden"],
    [409, { message: ["Another open merge request already exists"] }, "stale", "forge-conflict"],
    [422, { message: { base: ["no"] } }, "bug", "forge-refused"],
    [400, { error: "title is missing" }, "bug", "forge-refused"],
  ])("classifies %i", async (status, body, kind, code) => {
    answers = [json(status, body)];
    const said = Object.values(body)[0];
    await expect(forge().createMergeRequest(newMergeRequest)).rejects.toMatchObject({
      kind,
      code,
      message: expect.stringContaining(typeof said === "string" ? said : JSON.stringify(said)),
    });
  });

  it.each([
    ["Retry-After", { "retry-after": "7" }, NOW + 7_000],
    ["RateLimit-Reset", { "ratelimit-reset": "1700000042" }, 1_700_000_042_000],
    ["nothing", {}, undefined],
  ] satisfies [string, Record<string, string>, number | undefined][])(
    "says when to come back after a 429 with %s, and does not press",
    async (_, headers, retryAt) => {
      answers = [text(429, "Retry later", headers)];
      await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "rate-limit", retryAt });
      expect(requests).toHaveLength(1);
    },
  );

  it("gives up on a read after two quick retries", async () => {
    answers = [text(503, ""), text(503, ""), text(503, ""), json(200, user)];
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "upstream", code: "forge-unavailable" });
    expect(requests).toHaveLength(3);
  });

  it("keeps the token out of errors, whatever GitLab says", async () => {
    answers = [json(400, { message: `bad token ${TOKEN}` })];
    const error: unknown = await forge()
      .whoAmI()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining("bad token [secret]") });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(TOKEN);
  });

  it("follows a redirect of a read on the same host", async () => {
    answers = [(r) => r.writeHead(301, { location: "/gitlab/api/v4/moved" }).end(), json(200, user)];
    await expect(forge().whoAmI()).resolves.toEqual(user);
    expect(requests[1]?.path).toBe("/gitlab/api/v4/moved");
  });

  it.each([
    ["to another host", "https://gitlab.example/api/v4/user"],
    ["in circles", "/gitlab/api/v4/user"],
  ])("refuses a redirect %s, so that the token does not travel", async (_, location) => {
    answers = Array.from({ length: 9 }, (): Answer => (r) => r.writeHead(302, { location }).end());
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "environment", code: "forge-redirect" });
  });

  it("refuses a redirect of a write", async () => {
    answers = [(r) => r.writeHead(301, { location: "/gitlab/api/v4/x" }).end()];
    await expect(forge().createMergeRequest(newMergeRequest)).rejects.toMatchObject({ code: "forge-redirect" });
    expect(requests).toHaveLength(1);
  });

  it("ends with the job's signal", async () => {
    answers = [silence];
    const abort = new AbortController();
    const answer = forge(abort.signal).whoAmI();
    abort.abort();
    await expect(answer).rejects.toMatchObject({ kind: "upstream", code: "job-timeout" });
  });

  it("takes an answer of another shape for the forge's failure", async () => {
    answers = [json(200, { id: "nine" })];
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "upstream", code: "forge-answer-broken" });
  });

  it.each([
    ["projects/group%2Fpkg/merge_requests/5/notes", "projects/:id/merge_requests/:id/notes"],
    ["projects/7/repository/commits/0123abcd/statuses", "projects/:id/repository/commits/:id/statuses"],
    ["user", "user"],
  ])("labels %s as %s", (endpoint, route) => {
    expect(routeOf(endpoint)).toBe(route);
  });
});
