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

  it("asks for fewer comments at once when a hundred are too large", async () => {
    const { server, forge } = bench();
    const at = "2026-01-02T03:04:05.678Z";
    const note = { id: 8, body: "text", system: false, author: null, created_at: at, updated_at: at };
    server.tell(boasting, json(200, [note]));
    expect((await forge().findNotes(7, 5)).map(({ id }) => id)).toEqual([8]);
    expect(server.requests.map(({ path }) => /per_page=(\d+)/.exec(path)?.[1])).toEqual(["100", "5"]);
  });
});
