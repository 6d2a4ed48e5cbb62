import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "@jest/globals";
import type { Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const run = promisify(execFile);
const world = await startWorld();
const { double, project, alice, bot } = world;
const port = new URL(double.url).port;
let fork: Project;
let clone: string;

/** Runs git as a client; resolves with its output, rejects with its messages. */
async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@x.example" };
  const committer = { GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@x.example" };
  const isolation = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull, GIT_TERMINAL_PROMPT: "0" };
  const env = { PATH: process.env.PATH, ...identity, ...committer, ...isolation };
  const { stdout, stderr } = await run("git", args, { cwd, env });
  return stdout + stderr;
}

const url = (path: string, token?: string): string =>
  `http://${token === undefined ? "" : `any:${token}@`}127.0.0.1:${port}/${path}.git`;

async function commit(name: string, text: string): Promise<string> {
  await writeFile(join(clone, name), text);
  await git(clone, "add", name);
  await git(clone, "commit", "-m", `Write ${name}`);
  return (await git(clone, "rev-parse", "HEAD")).trim();
}

beforeAll(async () => {
  fork = await world.makeFork();
  clone = join(world.dir, "clone");
  await git(world.dir, "clone", "--quiet", url("bot/pkg", bot.token), clone);
  double.admin.addHook(fork, { url: world.receiverUrl, events: ["push"] });
});

it("clones a public project without a token", async () => {
  const target = join(world.dir, "public");
  await git(world.dir, "clone", "--quiet", url("top/rpms/pkg"), target);
  expect(await git(target, "show", "HEAD:a.txt")).toBe("one\n");
});

it("asks for a token and hides private projects", async () => {
  await double.admin.createProject("hidden/thing", { visibility: "private", files: { x: "y" } });
  await expect(git(world.dir, "ls-remote", url("hidden/thing"))).rejects.toThrow(
    /could not read Username|Authentication/,
  );
  await expect(git(world.dir, "ls-remote", url("hidden/thing", bot.token))).rejects.toThrow(/not found/);
  await expect(git(world.dir, "ls-remote", url("no/such", bot.token))).rejects.toThrow(/not found/);
  await expect(git(world.dir, "ls-remote", url("hidden/thing", "wrong"))).rejects.toThrow(/Authentication failed/);
  expect((await fetch(`${url("hidden/thing")}/info/refs?service=git-upload-pack`)).status).toBe(401);
});

it("takes a push and tells the hooks, the merge request and the pipelines", async () => {
  await git(clone, "checkout", "--quiet", "feature");
  const mr = await world.openMergeRequest(fork);
  const oldHead = mr.sha;
  const sha = await commit("b.txt", "b\n");
  await git(clone, "push", "--quiet", "origin", "HEAD:feature");
  expect(double.view.branches(fork).feature).toBe(sha);
  await double.idle();
  expect(mr.sha).toBe(sha);
  expect(double.view.refs(project).get("refs/merge-requests/1/head")).toBe(sha);
  expect(double.view.mergeRequestPipelines(mr)[0]).toMatchObject({ sha, status: "success" });
  const push = world.received.at(-1)?.body;
  expect(push).toMatchObject({ object_kind: "push", before: oldHead, after: sha, user_username: "bot" });
  expect(push?.commits).toMatchObject([{ id: sha, added: ["b.txt"], modified: [], removed: [] }]);
});

it("takes a big push in chunks and a forced one with a lease", async () => {
  await commit("big.bin", Array.from({ length: 60_000 }, (_, line) => `${line * 7919}`).join("\n"));
  await git(clone, "-c", "http.postBuffer=65536", "push", "--quiet", "origin", "HEAD:big");
  const sha = await commit("c.txt", "c\n");
  await git(clone, "push", "--quiet", "--force-with-lease", "origin", "HEAD:feature");
  expect(double.view.branches(fork).feature).toBe(sha);
});

it("serves the head of a merge request and single commits from the target project", async () => {
  const empty = join(world.dir, "empty");
  await mkdir(empty);
  await git(empty, "init", "--quiet");
  await double.idle();
  const head = double.view.mergeRequests(project)[0]?.sha ?? "";
  await git(empty, "fetch", "--quiet", url("top/rpms/pkg"), "refs/merge-requests/1/head:refs/heads/mr");
  expect((await git(empty, "rev-parse", "mr")).trim()).toBe(head);
  await git(empty, "fetch", "--quiet", "--depth=1", url("top/rpms/pkg"), head);
});

it.each([
  ["a stranger's push", () => url("top/rpms/pkg", bot.token), ["HEAD:x"], /403/],
  ["a push without a token", () => url("top/rpms/pkg"), ["HEAD:x"], /could not read Username/],
  ["a forced push to a protected branch", () => url("top/rpms/pkg", alice.token), ["+HEAD~2:main"], /force push/],
  ["removing a protected branch", () => url("top/rpms/pkg", alice.token), [":main"], /protected|current branch/],
  ["a push to hidden refs", () => url("bot/pkg", bot.token), ["HEAD:refs/merge-requests/9/head"], /hidden|only push/],
])("refuses %s", async (_name, to, refspecs, reason) => {
  if (refspecs[0] === "+HEAD~2:main")
    await git(clone, "push", "--quiet", url("top/rpms/pkg", alice.token), "HEAD:main");
  await expect(git(clone, "push", to(), ...refspecs)).rejects.toThrow(reason);
});

it("lets a Developer push to other branches only", async () => {
  const dev = double.admin.createUser("dev");
  double.admin.addMember(project, dev.user, 30);
  await git(clone, "push", "--quiet", url("top/rpms/pkg", dev.token), "HEAD:topic");
  await commit("d.txt", "d\n");
  await expect(git(clone, "push", url("top/rpms/pkg", dev.token), "HEAD:main")).rejects.toThrow(/protected branches/);
});

it("sends no push hook when a push moves more than three branches", async () => {
  await double.idle();
  const before = world.received.length;
  await git(clone, "push", "--quiet", "origin", "HEAD:m1", "HEAD:m2", "HEAD:m3", "HEAD:m4");
  await double.idle();
  expect(world.received.length).toBe(before);
  await git(clone, "push", "--quiet", "origin", ":m1");
  await double.idle();
  expect(world.received.at(-1)?.body).toMatchObject({ after: "0".repeat(40), checkout_sha: null, commits: [] });
});

it("can break the connection before or after a push took effect", async () => {
  const sha = await commit("e.txt", "e\n");
  const path = /bot\/pkg\.git\/git-receive-pack$/;
  double.faults.reset({ method: "POST", path }, "before");
  await expect(git(clone, "push", "origin", "HEAD:broken")).rejects.toThrow();
  expect(double.view.branches(fork).broken).toBeUndefined();
  double.faults.reset({ method: "POST", path }, "after");
  await expect(git(clone, "push", "origin", "HEAD:broken")).rejects.toThrow();
  expect(double.view.branches(fork).broken).toBe(sha);
});

it("lets members of the target push to a branch whose merge request allows it, and to no other", async () => {
  await git(clone, "push", "--quiet", "origin", "HEAD:shared");
  const mr = await world.openMergeRequest(fork, { source_branch: "shared", allow_collaboration: true });
  const sha = await commit("f.txt", "f\n");
  await expect(git(clone, "push", url("bot/pkg", alice.token), "HEAD:other")).rejects.toThrow(/not allowed/);
  await git(clone, "push", "--quiet", url("bot/pkg", alice.token), "HEAD:shared");
  await double.idle();
  expect(mr.sha).toBe(sha);
});

it("follows concurrent pushes to one project without losing or doubling any", async () => {
  await double.idle();
  world.received.length = 0;
  await Promise.all(["p1", "p2", "p3"].map((name) => git(clone, "push", "--quiet", "origin", `HEAD:${name}`)));
  await double.idle();
  expect(world.received.map(({ body }) => body.ref).sort()).toEqual(
    ["p1", "p2", "p3"].map((name) => `refs/heads/${name}`),
  );
});

it("calls a test's function when a push took effect and before the client knows", async () => {
  const seen: unknown[] = [];
  const path = /bot\/pkg\.git\/git-receive-pack$/;
  double.faults.onRequest({ method: "POST", path, times: 1 }, "after", () => {
    seen.push(double.view.branches(fork).watched);
  });
  await git(clone, "push", "--quiet", "origin", "HEAD:watched");
  expect(seen).toEqual([(await git(clone, "rev-parse", "HEAD")).trim()]);
});

it("is done with a client that leaves in the middle of an answer", async () => {
  const big = await double.admin.createProject("top/big", {
    files: { noise: randomBytes(20_000_000).toString("base64") },
  });
  const sha = double.view.branches(big).main;
  for (let times = 0; times < 3; times++) {
    const leave = new AbortController();
    const answer = await fetch(`${url("top/big")}/git-upload-pack`, {
      method: "POST",
      headers: { "content-type": "application/x-git-upload-pack-request" },
      body: `0032want ${sha}\n00000009done\n`,
      signal: leave.signal,
    });
    await answer.body?.getReader().read();
    leave.abort();
  }
  await double.idle();
});
