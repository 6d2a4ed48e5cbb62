// The GitHub client against a real HTTP server that answers as told.
import { describe, expect, it } from "@jest/globals";
import { createGitHubForge } from "../../../src/forge/github/github-forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { json, redirect, reset } from "./told-server.ts";
import { BOT, describeTransport, NOW, TOKEN, type TransportSubject, useBench } from "./transport-contract.ts";

const SHA = parseSha("1".repeat(40)) as Sha;
const user = { id: 9, login: "bot", name: "Bot" };

const subject: TransportSubject = {
  name: "GitHub",
  create: (url, options) => createGitHubForge({ ...options, apiUrl: `${url}/api/v3` }),
  apiPath: "/api/v3",
  account: user,
  headers: {
    authorization: `Bearer ${TOKEN}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  },
  noteRoute: "repositories/:id/issues/:number/comments",
};

const bench = useBench(subject);
describeTransport(subject, bench);

describe("GitHub's API", () => {
  it("asks by id, with every name encoded and the route without them in the metrics", async () => {
    const { server, calls, forge } = bench();
    server.tell(json(404, {}), json(404, {}), json(404, {}));
    expect(await forge().readBranch(7, "feature/a+b#1?x=é%")).toBeUndefined();
    expect(await forge().hasFile(7, ".distro/a b/../c#.yaml", SHA)).toBe(false);
    expect(await forge().readMergeRequest(7, 5)).toBeUndefined();
    expect(server.requests.map(({ path }) => path)).toEqual([
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
    const { server, forge } = bench();
    expect(await forge().readProject(path)).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  const exists = { resource: "PullRequest", code: "custom", message: "A pull request already exists for bot:b." };
  it.each([
    [403, { message: "Resource not accessible" }, "user", "forge-forbidden", "Resource not accessible"],
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
    [451, { message: "Blocked" }, "user", "forge-not-found", "Blocked"],
    [500, [1], "upstream", "forge-unavailable", "[1]"],
    [503, "", "upstream", "forge-unavailable", ""],
  ])("classifies %i %j as %s", async (status, body, kind, code, said) => {
    const { server, write } = bench();
    server.tell(json(status, body));
    await expect(write()).rejects.toMatchObject({
      kind,
      code,
      message: expect.stringMatching(
        new RegExp(`^GitHub answered ${status} to POST repositories/:id/issues/:number/comments: `),
      ),
    });
    server.tell(json(status, body));
    await expect(write()).rejects.toThrow(said);
  });

  it.each([
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
      const { server, forge } = bench();
      server.tell(json(status, { message }, headers));
      await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "rate-limit", code: "forge-rate-limit", retryAt });
      expect(server.requests).toHaveLength(1);
    },
  );

  it("takes a rate limit for what it is also where a refusal has an answer of its own", async () => {
    const { server, forge } = bench();
    const limited = json(403, { message: "API rate limit exceeded" }, { "x-ratelimit-remaining": "0" });
    const status = { context: "tandem", state: "success", description: "", targetUrl: "https://x.test" } as const;
    for (const ask of [
      () => forge().isMember(7, BOT),
      () => forge().acknowledge(7, 5, 1),
      () => forge().setCommitStatus(7, SHA, status),
      () => forge().hasFile(7, "a", SHA),
    ]) {
      server.tell(limited);
      await expect(ask()).rejects.toMatchObject({ kind: "rate-limit" });
    }
    server.tell(json(200, []), limited);
    await expect(forge().setCommitStatus(7, SHA, status)).rejects.toMatchObject({ kind: "rate-limit" });
  });

  it("is never asked again for a change that it did not confirm", async () => {
    const { server, forge } = bench();
    server.tell(reset, reset);
    await expect(forge().updateMergeRequest(7, 5, { title: "T" })).rejects.toMatchObject({ kind: "upstream" });
    expect(server.requests.map(({ method }) => method)).toEqual(["PATCH"]);
  });

  it("does not take a renamed branch for the one that was asked for", async () => {
    const { server, forge } = bench();
    const commit = { sha: SHA, parents: [], commit: { message: "m", committer: null } };
    server.tell(redirect("/api/v3/repositories/7/branches/main"), json(200, { name: "main", commit }));
    expect(await forge().readBranch(7, "master")).toBeUndefined();
  });

  it("does not follow a list that never ends, nor the addresses in it", async () => {
    const { server, forge } = bench();
    const at = "2026-01-01T00:00:00Z";
    const page = Array.from({ length: 100 }, (_, id) => ({ id, body: "", user, created_at: at, updated_at: at }));
    const link = { link: '<https://elsewhere.example/?page=2>; rel="next"' };
    server.tell(...Array.from({ length: 150 }, () => json(200, page, link)));
    await expect(forge().findNotes(7, 5)).rejects.toMatchObject({ code: "forge-answer-too-large" });
    expect(server.requests).toHaveLength(100);
    expect(server.requests[99]?.path).toContain("page=100");
  });

  it("says that a file of more than 100 MB is there, and a folder is none", async () => {
    const { server, forge } = bench();
    const errors = [{ resource: "Blob", field: "data", code: "too_large" }];
    server.tell(
      json(403, { message: "This API returns blobs up to 100 MB in size.", errors }),
      json(200, { type: "dir", entries: [] }),
    );
    expect(await forge().hasFile(7, "big", SHA)).toBe(true);
    expect(await forge().hasFile(7, "folder", SHA)).toBe(false);
  });

  it("takes a comment of a deleted account", async () => {
    const { server, forge } = bench();
    const at = "2026-01-01T00:00:00Z";
    server.tell(json(200, [{ id: 1, body: null, user: null, created_at: at, updated_at: at }]));
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
    const { server, forge } = bench();
    server.tell(json(200, { permission: "admin", user: { ...user, id: 10 } }));
    expect(await forge().isMember(7, BOT)).toBe(false);
  });

  it("asks once for the bot's account and for a repository that is ready", async () => {
    const { server, forge } = bench();
    const repository = {
      id: 7,
      full_name: "o/r",
      html_url: "h",
      clone_url: "c",
      private: false,
      owner: user,
      fork: false,
      default_branch: "main",
      created_at: "2020-01-01T00:00:00Z",
    };
    server.tell(json(200, user), json(200, repository));
    const one = forge();
    await Promise.all([one.whoAmI(), one.whoAmI(), one.readProject(7), one.readProject(7)]);
    expect(server.requests).toHaveLength(2);
  });
});
