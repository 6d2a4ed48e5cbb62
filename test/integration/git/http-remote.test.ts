// Remotes over smart HTTP: `git http-backend` behind a server that asks for a token.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { Repository } from "../../../src/git/repository.ts";
import { Secret } from "../../../src/model/secret.ts";
import { createTestRepository, type TestRepository, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const token = new Secret("glpat-very-secret");
const expected = `Basic ${Buffer.from("oauth2:glpat-very-secret").toString("base64")}`;
const cache = join(root, "cache.git");
const seen: { url: string; authorization: string | undefined }[] = [];
let origin = "";
let remote: TestRepository;
let repository: Repository;

const server = createServer((request, response) => {
  const { url = "", headers } = request;
  seen.push({ url, authorization: headers.authorization });
  const status = /^\/status\/(\d+)\//.exec(url)?.[1];
  if (status) response.writeHead(Number(status), { location: `http://127.0.0.1:1${url}` }).end("no");
  else if (headers.authorization !== expected) response.writeHead(401, { "www-authenticate": "Basic" }).end();
  else backend(request, response);
});

function backend(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "", "http://x");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      REMOTE_USER: "bot",
    },
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf("\r\n\r\n");
    const headers = output
      .toString("latin1", 0, end)
      .split("\r\n")
      .map((line) => line.split(": "));
    const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== "Status")));
    response.end(output.subarray(end + 4));
  });
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  remote = await createTestRepository(join(root, "remote.git"));
  await remote.commit({ message: "Base", files: { a: "1" } });
  await remote.git(["config", "http.receivepack", "true"]);
  repository = await openBareRepository({ directory: cache, environment: { PATH: process.env.PATH ?? "" } });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("a remote that asks for a token", () => {
  it("fetches and pushes with it, and leaves no trace of it on the disk", async () => {
    const to = { url: `${origin}/remote.git`, token };
    await repository.fetch(to, ["+refs/heads/main:refs/source/main"]);
    const commit = await repository.resolveCommit("refs/source/main");
    if (!commit) throw new Error("nothing fetched");
    expect(await repository.push(to, { commit, branch: "src-1-c9s", expected: undefined })).toBe("pushed");
    expect(await remote.head("src-1-c9s")).toBe(commit);
    for (const name of readdirSync(cache, { recursive: true, withFileTypes: true })) {
      if (name.isFile())
        expect(readFileSync(join(name.parentPath, name.name), "latin1")).not.toMatch(/very-secret|b2F1dGgyOm/);
    }
  });

  it("a wrong or missing token is an auth error without the token in it", async () => {
    for (const wrong of [new Secret("glpat-other"), undefined]) {
      const from = { url: `${origin}/remote.git`, ...(wrong ? { token: wrong } : {}) };
      const error: unknown = await repository
        .fetch(from, ["+refs/heads/main:refs/x"])
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: "auth", code: "remote-auth" });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/glpat/);
    }
  });

  it("the token is never sent to where a redirect leads", async () => {
    seen.length = 0;
    await expect(
      repository.fetch({ url: `${origin}/status/302/x.git`, token }, ["+refs/heads/main:refs/x"]),
    ).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["403", "auth", "remote-auth"],
    ["404", "user", "remote-missing"],
    ["429", "upstream", "remote-failed"],
    ["500", "upstream", "remote-failed"],
    ["503", "upstream", "remote-failed"],
  ])("status %s is kind %s", async (status, kind, code) => {
    await expect(
      repository.fetch({ url: `${origin}/status/${status}/x.git`, token }, ["+refs/heads/a:refs/a"]),
    ).rejects.toMatchObject({
      kind,
      code,
    });
  });

  it("a server that is not there is kind upstream", async () => {
    await expect(
      repository.fetch({ url: "http://127.0.0.1:1/x.git", token }, ["+refs/heads/a:refs/a"]),
    ).rejects.toMatchObject({
      kind: "upstream",
    });
  });

  it("a push that a hook refuses is the user's error", async () => {
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(root, "remote.git", "hooks", "pre-receive"), "#!/bin/sh\necho protected >&2\nexit 1\n", {
      mode: 0o755,
    });
    const commit = await repository.resolveCommit("refs/source/main");
    if (!commit) throw new Error("nothing fetched");
    await expect(
      repository.push({ url: `${origin}/remote.git`, token }, { commit, branch: "refused", expected: undefined }),
    ).rejects.toMatchObject({ kind: "user", code: "push-rejected" });
  });

  it("a server that hangs ends at the time limit", async () => {
    const slow = createServer(() => undefined);
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const hasty = await openBareRepository({
      directory: cache,
      environment: { PATH: process.env.PATH ?? "" },
      networkTimeoutMs: 300,
    });
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/x.git`;
    await expect(hasty.fetch({ url, token }, ["+refs/heads/a:refs/a"])).rejects.toMatchObject({
      kind: "upstream",
      code: "git-timeout",
    });
    slow.closeAllConnections();
    slow.close();
  });
});
