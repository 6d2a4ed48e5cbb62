// GitLab's transport against a real HTTP server that answers as told.
import { describe, expect, it } from "@jest/globals";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { routeOf } from "../../../src/forge/gitlab/transport.ts";
import { sha } from "../../support/forge-values.ts";
import { boasting, json, reset, text } from "./told-server.ts";
import { BOT, describeTransport, TOKEN, type TransportSubject, useBench } from "./transport-contract.ts";

const subject: TransportSubject = {
  name: "GitLab",
  create: (url, options) => createGitLabForge({ ...options, url: `${url}/gitlab` }),
  apiPath: "/gitlab/api/v4",
  account: BOT,
  headers: { "private-token": TOKEN },
  noteRoute: "projects/:id/merge_requests/:id/notes",
};

const bench = useBench(subject);
describeTransport(subject, bench);

describe("GitLab's API", () => {
  it.each([
    [{ message: ["Another open merge request already exists"] }, '["Another open merge request already exists"]'],
    [{ message: { base: ["no"] } }, '{"base":["no"]}'],
    [{ error: "title is missing" }, "title is missing"],
    [{ other: 1 }, '{"other":1}'],
  ])("says %j", async (body, said) => {
    const { server, write } = bench();
    server.tell(json(422, body));
    await expect(write()).rejects.toMatchObject({ context: { status: 422, description: said } });
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ["RateLimit-Reset", { "ratelimit-reset": "1700000042" }, 1_700_000_042_000],
    ["nothing", {}, undefined],
  ])("says when to come back after a 429 with %s", async (_, headers, retryAt) => {
    const { server, forge } = bench();
    server.tell(text(429, "Retry later", headers));
    await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "rate-limit", retryAt });
    expect(server.requests).toHaveLength(1);
  });

  it("is asked again for a write whose effect is the same twice", async () => {
    const { server, forge } = bench();
    const note = {
      id: 1,
      body: "text",
      system: false,
      author: BOT,
      created_at: "2026-01-01",
      updated_at: "2026-01-01",
    };
    server.tell(reset, json(200, note));
    expect(await forge().updateNote(7, 5, 1, "text")).toMatchObject({ id: 1 });
    expect(server.requests.map(({ method }) => method)).toEqual(["PUT", "PUT"]);
  });

  it.each([
    ["projects/group%2Fpkg/merge_requests/5/notes", "projects/:id/merge_requests/:id/notes"],
    ["projects/7/repository/commits/0123abcd/statuses?name=a/b", "projects/:id/repository/commits/:id/statuses"],
    ["projects/7/repository/files/api%2Fv4%2Fa", "projects/:id/repository/files/:id"],
    ["user", "user"],
  ])("is shown without ids: %s as %s", (path, route) => {
    expect(routeOf(new URL(path, "https://gitlab.example/gitlab/api/v4/"))).toBe(route);
  });

  it("takes a file that is too large to be sent for one that is there", async () => {
    const { server, forge } = bench();
    server.tell(boasting);
    expect(await forge().hasFile(7, ".distro/source-git.yaml", sha("a"))).toBe(true);
  });

  // What `npm run chaos` has found.
  it("does not take any answer for a status that is set", async () => {
    const { server, forge } = bench();
    server.tell(json(200, []), json(200, { hello: ["world"] }));
    const status = {
      context: "tandem",
      state: "success",
      description: "done",
      targetUrl: "https://x.example",
    } as const;
    await expect(forge().setCommitStatus(7, sha("a"), status)).rejects.toMatchObject({ code: "forge-answer-broken" });
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it("asks for fewer comments at once when a hundred are too large", async () => {
    const { server, forge } = bench();
    const at = "2026-01-02T03:04:05.678Z";
    const note = { id: 8, body: "text", system: false, author: null, created_at: at, updated_at: at };
    server.tell(boasting, json(200, [note]));
    expect((await forge().findNotes(7, 5)).map(({ id }) => id)).toEqual([8]);
    expect(server.requests.map(({ path }) => /per_page=(\d+)/.exec(path)?.[1])).toEqual(["100", "5"]);
  });

  it("keeps no more of comments than one process should hold, whoever writes them", async () => {
    const { server, forge } = bench();
    const at = "2026-01-02T03:04:05.678Z";
    const notes = (count: number, body: string) =>
      json(
        200,
        Array.from({ length: count }, (_, id) => ({
          id,
          body,
          system: false,
          author: null,
          created_at: at,
          updated_at: at,
        })),
      );
    server.tell(notes(100, "x".repeat(200_000)), notes(3, "short"));
    const found = await forge().findNotes(7, 5);
    expect(found).toHaveLength(103);
    expect(Math.max(...found.map(({ body }) => body.length))).toBe(100_000);
    expect(server.requests.map(({ path }) => /[?&]page=(\d+)/.exec(path)?.[1])).toEqual(["1", "2"]);
    server.tell(...Array.from({ length: 6 }, () => notes(100, "x".repeat(100_000))));
    await expect(forge().findNotes(7, 5)).rejects.toMatchObject({ kind: "upstream", code: "forge-answer-too-large" });
    expect(server.requests).toHaveLength(6);
  });
});
