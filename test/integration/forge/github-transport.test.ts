// The GitHub client against a real HTTP server that answers as told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createGitHubForge } from "../../../src/forge/github/github-forge.ts";
import type { ForgeCall } from "../../../src/forge/http/transport-options.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { Secret } from "../../../src/model/secret.ts";

const TOKEN = "ghp_very-secret";
const NOW = 1_700_000_000_000;
const SHA = parseSha("1".repeat(40)) as Sha;

type Answer = (response: ServerResponse) => void;
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const text =
  (status: number, body: string): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "text/html" }).end(body);
const redirect =
  (location: string, status = 301): Answer =>
  (response) =>
    response.writeHead(status, { location }).end();
const reset: Answer = (response) => response.socket?.destroy();
const silence: Answer = () => {};
const user = { id: 9, login: "bot", name: "Bot" };
const me = { id: 9, username: "bot", name: "Bot" };

let server: Server;
let url = "";
let answers: Answer[] = [];
let requests: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
let calls: ForgeCall[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    requests.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
    (answers.shift() ?? json(500, { message: "no answer left" }))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}/api/v3` : "";
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
  createGitHubForge({
    apiUrl: url,
    token: new Secret(TOKEN),
    clock: { now: () => NOW, sleep: async () => {} },
    random: () => 0,
    timeoutMs: 300,
    userAgent: "tandem (test)",
    observe: (call) => calls.push(call),
    ...(signal ? { signal } : {}),
  });
/** A write that is one request. */
const write = () => forge().createNote(7, 5, "text");
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((thrown: unknown) => thrown);

describe("the GitHub client", () => {
  it("sends the token as a header, below the base path, names itself and the version of the API", async () => {
    answers = [json(200, user)];
    await expect(forge().whoAmI()).resolves.toEqual(me);
    expect(requests[0]).toMatchObject({ method: "GET", path: "/api/v3/user" });
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      "user-agent": "tandem (test)",
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    });
    expect(calls).toEqual([{ method: "GET", route: "user", status: 200, seconds: 0 }]);
  });

  it("asks by id, with every name encoded and the route without them in the metrics", async () => {
    answers = [json(404, {}), json(404, {}), json(404, {})];
    expect(await forge().readBranch(7, "feature/a+b#1?x=é%")).toBeUndefined();
    expect(await forge().hasFile(7, ".distro/a b/../c#.yaml", SHA)).toBe(false);
    expect(await forge().readMergeRequest(7, 5)).toBeUndefined();
    expect(requests.map(({ path }) => path)).toEqual([
      "/api/v3/repositories/7/branches/feature%2Fa%2Bb%231%3Fx%3D%C3%A9%25",
      `/api/v3/repositories/7/contents/.distro%2Fa%20b%2F..%2Fc%23.yaml?ref=${SHA}`,
      "/api/v3/repositories/7/pulls/5",
    ]);
    expect(calls.map(({ route, status }) => [route, status])).toEqual([
      ["repositories/:id/branches/:branch", 404],
      ["repositories/:id/contents/:path", 404],
      ["repositories/:id/pulls/:number", 404],
    ]);
  });

  it.each(["../user", "a/../b", "a", "a/b/c", "a/b?x", "a//b", ""])("asks nothing for the path %j", async (path) => {
    expect(await forge().readProject(path)).toBeUndefined();
    expect(requests).toEqual([]);
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
    await expect(forge().whoAmI()).resolves.toEqual(me);
  });

  it.each([
    ["500", text(500, "oops")],
    ["502", text(502, "oops")],
    ["a reset connection", reset],
    ["no answer in time", silence],
    ["HTML instead of JSON", text(200, "<html>")],
  ])("never repeats a write after %s", async (_, answer) => {
    answers = [answer, answer];
    await expect(write()).rejects.toMatchObject({ kind: "upstream" });
    answers = [answer, answer];
    await expect(forge().updateMergeRequest(7, 5, { title: "T" })).rejects.toMatchObject({ kind: "upstream" });
    expect(requests.map(({ method }) => method)).toEqual(["POST", "PATCH"]);
  });

  const exists = { resource: "PullRequest", code: "custom", message: "A pull request already exists for bot:b." };
  it.each([
    [401, { message: "Bad credentials" }, "auth", "forge-unauthorized", "Bad credentials"],
    [403, { message: "Resource not accessible" }, "user", "forge-forbidden", "Resource not accessible"],
    [404, { message: "Not Found" }, "user", "forge-not-found", "Not Found"],
    [409, { message: "Conflict" }, "stale", "forge-conflict", "Conflict"],
    [410, { message: "This issue was deleted" }, "user", "forge-not-found", "deleted"],
    [422, { message: "Validation Failed", errors: [exists] }, "stale", "forge-conflict", "already exists for bot:b."],
    [
      422,
      { message: "Validation Failed", errors: [{ resource: "R", field: "f", code: "invalid" }] },
      "bug",
      "forge-refused",
      "Validation Failed: R f invalid",
    ],
    [422, { message: "Invalid", errors: ["a", { x: 1 }] }, "bug", "forge-refused", "Invalid: a"],
    [400, { message: "Problems parsing JSON" }, "bug", "forge-refused", "Problems parsing JSON"],
    [451, { message: "Blocked" }, "user", "forge-not-found", "Blocked"],
    [500, [1], "upstream", "forge-unavailable", "[1]"],
    [503, "", "upstream", "forge-unavailable", ""],
  ])("classifies %i %j as %s", async (status, body, kind, code, said) => {
    answers = [json(status, body)];
    await expect(write()).rejects.toMatchObject({
      kind,
      code,
      message: expect.stringMatching(
        new RegExp(`^GitHub answered ${status} to POST repositories/:id/issues/:number/comments: `),
      ),
    });
    answers = [json(status, body)];
    await expect(write()).rejects.toThrow(said);
  });

  it.each([
    ["429 with retry-after", 429, "slow down", { "retry-after": "7" }, NOW + 7_000],
    ["429 that says nothing", 429, "slow down", {}, NOW + 60_000],
    ["403 with retry-after", 403, "abuse", { "retry-after": "30" }, NOW + 30_000],
    [
      "403, nothing remaining",
      403,
      "API rate limit exceeded",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000042" },
      1_700_000_042_000,
    ],
    [
      "403, nothing remaining, no reset",
      403,
      "API rate limit exceeded",
      { "x-ratelimit-remaining": "0" },
      NOW + 60_000,
    ],
    [
      "403 by its text alone",
      403,
      "You have exceeded a secondary rate limit.",
      { "x-ratelimit-remaining": "12", "x-ratelimit-reset": "1" },
      NOW + 60_000,
    ],
  ] as [string, number, string, Record<string, string>, number][])(
    "says when to come back after %s, and does not press",
    async (_, status, message, headers, retryAt) => {
      answers = [json(status, { message }, headers)];
      await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "rate-limit", code: "forge-rate-limit", retryAt });
      expect(requests).toHaveLength(1);
    },
  );

  it("takes a rate limit for what it is also where a refusal has an answer of its own", async () => {
    const limited = json(403, { message: "API rate limit exceeded" }, { "x-ratelimit-remaining": "0" });
    const status = { context: "tandem", state: "success", description: "", targetUrl: "https://x.test" } as const;
    for (const ask of [
      () => forge().isMember(7, me),
      () => forge().acknowledge(7, 5, 1),
      () => forge().setCommitStatus(7, SHA, status),
      () => forge().hasFile(7, "a", SHA),
    ]) {
      answers = [limited];
      await expect(ask()).rejects.toMatchObject({ kind: "rate-limit" });
    }
    answers = [json(200, []), limited];
    await expect(forge().setCommitStatus(7, SHA, status)).rejects.toMatchObject({ kind: "rate-limit" });
  });

  it("gives up on a read after two quick retries", async () => {
    answers = [text(503, ""), text(503, ""), text(503, ""), json(200, user)];
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "upstream", code: "forge-unavailable" });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ["a refusal that repeats it", json(400, { message: `bad token ${TOKEN}` })],
    ["a reset connection", reset],
    ["an answer that is not JSON", text(200, TOKEN)],
    ["an answer of another shape", json(200, { id: TOKEN })],
    ["a redirect elsewhere", redirect("https://elsewhere.example/")],
  ])("keeps the token out of the error after %s", async (_, answer) => {
    answers = [answer, answer, answer];
    const error = (await caught(forge().whoAmI())) as Error;
    expect(error).toBeInstanceOf(Error);
    const cause = error.cause instanceof Error ? [error.cause.message, error.cause.stack] : error.cause;
    expect(JSON.stringify([error, error.message, error.stack, cause])).not.toContain(TOKEN);
  });

  it("follows a redirect of a read on the same host", async () => {
    answers = [redirect("/api/v3/repositories/7"), json(200, user)];
    await expect(forge().whoAmI()).resolves.toEqual(me);
    expect(requests[1]?.path).toBe("/api/v3/repositories/7");
  });

  it.each([
    ["to another host", "https://api.elsewhere.example/user"],
    ["in circles", "/api/v3/user"],
  ])("refuses a redirect %s, so that the token does not travel", async (_, location) => {
    answers = Array.from({ length: 9 }, () => redirect(location, 302));
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "environment", code: "forge-redirect" });
  });

  it("refuses a redirect of a write", async () => {
    answers = [redirect("/api/v3/repositories/8/issues/5/comments", 307)];
    await expect(write()).rejects.toMatchObject({ code: "forge-redirect" });
    expect(requests).toHaveLength(1);
  });

  it("does not take a renamed branch for the one that was asked for", async () => {
    const commit = { sha: SHA, parents: [], commit: { message: "m", committer: null } };
    answers = [redirect("/api/v3/repositories/7/branches/main"), json(200, { name: "main", commit })];
    expect(await forge().readBranch(7, "master")).toBeUndefined();
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

  it("does not follow a list that never ends, nor the addresses in it", async () => {
    const at = "2026-01-01T00:00:00Z";
    const page = Array.from({ length: 100 }, (_, id) => ({ id, body: "", user, created_at: at, updated_at: at }));
    const link = { link: '<https://elsewhere.example/?page=2>; rel="next"' };
    answers = Array.from({ length: 150 }, () => json(200, page, link));
    await expect(forge().findNotes(7, 5)).rejects.toMatchObject({ code: "forge-answer-too-large" });
    expect(requests).toHaveLength(100);
    expect(requests[99]?.path).toContain("page=100");
  });

  it("says that a file of more than 100 MB is there, and a folder is none", async () => {
    const errors = [{ resource: "Blob", field: "data", code: "too_large" }];
    answers = [
      json(403, { message: "This API returns blobs up to 100 MB in size.", errors }),
      json(200, { type: "dir", entries: [] }),
    ];
    expect(await forge().hasFile(7, "big", SHA)).toBe(true);
    expect(await forge().hasFile(7, "folder", SHA)).toBe(false);
  });

  it("takes a comment of a deleted account", async () => {
    const at = "2026-01-01T00:00:00Z";
    answers = [json(200, [{ id: 1, body: null, user: null, created_at: at, updated_at: at }])];
    expect(await forge().findNotes(7, 5)).toEqual([
      {
        id: 1,
        author: { id: 0, username: "ghost", name: "ghost" },
        body: "",
        createdAt: Date.parse(at),
        updatedAt: Date.parse(at),
      },
    ]);
  });

  it("does not take somebody for a member who has the name of one", async () => {
    answers = [json(200, { permission: "admin", user: { ...user, id: 10 } })];
    expect(await forge().isMember(7, me)).toBe(false);
  });

  it("asks once for the bot's account and for a repository that is ready", async () => {
    const repository = {
      id: 7,
      full_name: "o/r",
      html_url: "h",
      clone_url: "c",
      owner: user,
      fork: false,
      default_branch: "main",
      created_at: "2020-01-01T00:00:00Z",
    };
    answers = [json(200, user), json(200, repository)];
    const one = forge();
    await Promise.all([one.whoAmI(), one.whoAmI(), one.readProject(7), one.readProject(7)]);
    expect(requests).toHaveLength(2);
  });
});
