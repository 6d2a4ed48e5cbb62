// What is GitHub's own, beside the contract: the adapter and the double together, git and webhooks included.
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { CommitStatus, Forge, Project, User } from "../../../src/forge/forge.ts";
import { createGitHubForge } from "../../../src/forge/github/github-forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { ensureFork } from "../../../src/sync/ensure-fork.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { type GitHubDouble, startGitHubDouble } from "../../github-double/github-double.ts";
import type { User as Account, Repository } from "../../github-double/world.ts";
import { transportOptions } from "../../support/transport-options.ts";

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), "tandem-github-"));
let double: GitHubDouble;
let forge: Forge;
let bot: { readonly user: Account; readonly token: string };
let me: User;
let alice: { readonly user: Account; readonly token: string };
let repository: Repository;
let source: Project;
let made = 0;

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("not found");
  return value;
};
const sha = (text: string | undefined): Sha => found(parseSha(text ?? ""));

beforeAll(async () => {
  double = await startGitHubDouble({ dataDir: directory });
  bot = double.admin.createUser("tandem-bot", { name: "Tandem" });
  alice = double.admin.createUser("alice");
  forge = createForge();
  me = await forge.whoAmI();
});
function createForge(): Forge {
  return createGitHubForge({ ...transportOptions(bot.token), apiUrl: double.apiUrl });
}
beforeEach(async () => {
  repository = await double.admin.createRepository(`org/pkg${++made}`, {
    files: { "README.md": "hello\n", "a/b.txt": "b\n" },
  });
  source = found(await forge.readProject(repository.id));
});
afterEach(async () => {
  double.faults.clear();
  await double.idle();
  expect(double.unknownRequests).toEqual([]);
});
afterAll(async () => {
  await double.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("a repository", () => {
  it("that was renamed is found by its old name, and written to by its id", async () => {
    const old = source.path;
    double.admin.rename(repository, `renamed${made}`);
    expect(await createForge().readProject(old)).toMatchObject({ id: source.id, path: `org/renamed${made}` });
    const pull = await double.admin.openPullRequest(repository, { user: alice.user, branch: "fix" });
    await forge.createNote(source.id, pull.number, "still here");
    expect(double.world.commentsOf(pull)).toHaveLength(1);
  });

  it("that is private is not there for strangers", async () => {
    const hidden = await double.admin.createRepository(`org/hidden${made}`, { files: { a: "a" }, private: true });
    expect(await forge.readProject(hidden.id)).toBeUndefined();
    double.admin.addCollaborator(hidden, bot.user, "read");
    expect(await forge.readProject(hidden.id)).toMatchObject({ id: hidden.id });
  });

  it("says of a folder that it is no file, and of an empty repository that there is nothing", async () => {
    const head = sha(repository.git.branch("main"));
    expect(await forge.hasFile(source.id, "a/b.txt", head)).toBe(true);
    expect(await forge.hasFile(source.id, "a", head)).toBe(false);
    const { id } = await double.admin.createRepository(`org/empty${made}`);
    expect(await forge.readBranch(id, "main")).toBeUndefined();
    expect(await forge.readCommit(id, head)).toBeUndefined();
    expect(await forge.hasFile(id, "a", head)).toBe(false);
  });
});

describe("the bot's fork", () => {
  const fork = (parent: Project, forkWaitSeconds = 5) =>
    ensureFork({ forge, clock: systemClock, signal: AbortSignal.timeout(20_000), forkWaitSeconds }, parent, me);

  it("is waited for until it is filled", async () => {
    double.settings.forkDelayMs = 300;
    const ready = await fork(source);
    double.settings.forkDelayMs = 20;
    expect(ready).toMatchObject({ state: "ready", forkedFromId: source.id });
    expect(await forge.readBranch(ready.id, "main")).toBeDefined();
  });

  it("that is not filled in time is a failure of the forge", async () => {
    double.settings.forkDelayMs = 700;
    await expect(fork(source, 0.2)).rejects.toMatchObject({ kind: "upstream", code: "fork-not-ready" });
    double.settings.forkDelayMs = 20;
  });

  it("is found by the next attempt when the answer got lost", async () => {
    double.faults.reset({ method: "POST", path: /\/forks$/ }, "after");
    await expect(fork(source)).rejects.toMatchObject({ kind: "upstream" });
    expect((await fork(source)).forkedFromId).toBe(source.id);
    expect([...double.world.repositories.values()].filter(({ parentId }) => parentId === source.id)).toHaveLength(1);
  });

  it("of an empty repository is refused", async () => {
    const { id } = await double.admin.createRepository(`org/empty${made}`);
    const empty = found(await forge.readProject(id));
    await expect(forge.createFork(empty, me)).rejects.toMatchObject({ kind: "user", code: "forge-forbidden" });
  });
});

describe("a pull request", () => {
  const open = async () => {
    const fork = await ensureFork(
      { forge, clock: systemClock, signal: AbortSignal.timeout(20_000), forkWaitSeconds: 5 },
      source,
      me,
    );
    const inFork = double.world.repositoryOf(fork.id);
    const branch = "sync-from-dist-git/main";
    await double.admin.commit(inFork, { user: bot.user, branch, files: { a: "a" } });
    const request = {
      sourceProject: fork,
      sourceBranch: branch,
      targetProjectId: source.id,
      targetBranch: "main",
    };
    return { inFork, branch, pull: await forge.createMergeRequest({ ...request, title: "Draft: T", description: "" }) };
  };

  it("is no draft because of its title", async () => {
    const { pull, branch } = await open();
    expect(pull).toMatchObject({ draft: false, title: "Draft: T", sourceBranch: branch, autoMerge: false });
    expect(pull.headRef).toBe(`refs/pull/${pull.iid}/head`);
  });

  it("follows pushes, is reopened, and when it was pushed over meanwhile says that it cannot be", async () => {
    const { inFork, pull, branch } = await open();
    const base = repository.git.branch("main") ?? "";
    const commit = (files: Record<string, string>, parent?: string) =>
      double.admin.commit(inFork, { user: bot.user, branch, files, ...(parent ? { parent } : {}) });
    const next = await commit({ b: "b" });
    expect((await forge.readMergeRequest(source.id, pull.iid))?.head).toBe(next);
    await forge.updateMergeRequest(source.id, pull.iid, { state: "closed" });
    const later = await commit({ c: "c" });
    const reopened = await forge.updateMergeRequest(source.id, pull.iid, { state: "opened" });
    expect(reopened).toMatchObject({ state: "opened", head: later });
    await forge.updateMergeRequest(source.id, pull.iid, { state: "closed" });
    await commit({ d: "d" }, base);
    await expect(forge.updateMergeRequest(source.id, pull.iid, { state: "opened" })).rejects.toMatchObject({
      kind: "user",
      code: "reopen-refused",
    });
  });

  it("of others may not be changed without write access", async () => {
    const pull = await double.admin.openPullRequest(repository, { user: alice.user, branch: "fix" });
    await expect(forge.updateMergeRequest(source.id, pull.number, { title: "x" })).rejects.toMatchObject({
      kind: "user",
      code: "forge-forbidden",
    });
  });
});

describe("a commit status", () => {
  const status: CommitStatus = { context: "tandem", state: "running", description: "", targetUrl: "https://x.test/1" };

  it("R10: is set in the target for a contributor's commit, and denied in the fork and for an unknown commit", async () => {
    const pull = await double.admin.openPullRequest(repository, { user: alice.user, branch: "fix" });
    double.admin.addCollaborator(repository, bot.user, "write");
    expect(await forge.setCommitStatus(pull.head.repositoryId, sha(pull.headSha), status)).toBe("denied");
    expect(await forge.setCommitStatus(source.id, sha("2".repeat(40)), status)).toBe("denied");
    expect(await forge.setCommitStatus(source.id, sha(pull.headSha), status)).toBe("set");
    expect(await forge.setCommitStatus(source.id, sha(pull.headSha), { ...status, state: "pending" })).toBe(
      "unchanged",
    );
    expect(double.world.statuses.at(-1)).toMatchObject({ state: "pending", repositoryId: source.id });
  });
});

it("nobody is known to be a member where the bot may not push", async () => {
  double.admin.addCollaborator(repository, alice.user, "maintain");
  const she = { id: alice.user.id, username: "alice", name: "Alice" };
  expect(await forge.isMember(source.id, she)).toBe(false);
  double.admin.addCollaborator(repository, bot.user, "write");
  expect(await forge.isMember(source.id, she)).toBe(true);
  double.admin.addCollaborator(repository, alice.user, "triage");
  expect(await forge.isMember(source.id, she)).toBe(false);
  expect(await forge.isMember(source.id, { id: 1, username: "nobody", name: "" })).toBe(false);
});

describe("git", () => {
  /** Runs git as a client; resolves with its output, rejects with its messages. */
  const git = async (...args: string[]): Promise<string> => {
    const isolation = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull, GIT_TERMINAL_PROMPT: "0" };
    const who = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@x", GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@x" };
    const { stdout, stderr } = await run("git", args, {
      cwd: directory,
      env: { PATH: process.env.PATH, ...isolation, ...who },
    });
    return stdout + stderr;
  };
  const address = (project: Project, token?: string) =>
    project.httpUrl.replace("://", token === undefined ? "://" : `://oauth2:${token}@`);

  it("finds the head of a pull request, pushes with write access only, and moves the pull request", async () => {
    const pull = await double.admin.openPullRequest(repository, { user: alice.user, branch: "fix" });
    const listed = await git("ls-remote", address(source), `refs/pull/${pull.number}/head`);
    expect(listed.split("\t")[0]).toBe(pull.headSha);
    const clone = `clone${made}`;
    const fork = found(await forge.readProject(pull.head.repositoryId));
    await git("clone", "--quiet", "--branch", "fix", address(fork, alice.token), clone);
    await mkdir(join(directory, clone), { recursive: true });
    await writeFile(join(directory, clone, "new.txt"), "x\n");
    await git("-C", clone, "add", "new.txt");
    await git("-C", clone, "commit", "--quiet", "-m", "Add a file");
    const head = (await git("-C", clone, "rev-parse", "HEAD")).trim();
    await expect(git("-C", clone, "push", address(source, bot.token), "HEAD:refs/heads/x")).rejects.toThrow(
      /403|denied/,
    );
    await expect(git("-C", clone, "push", address(fork, "wrong"), "HEAD:fix")).rejects.toThrow();
    await expect(git("-C", clone, "push", address(fork, alice.token), "HEAD:refs/pull/9/head")).rejects.toThrow(
      /hidden/,
    );
    await git("-C", clone, "push", "--quiet", address(fork, alice.token), "HEAD:fix");
    expect((await forge.readMergeRequest(source.id, pull.number))?.head).toBe(head);
    expect(await git("ls-remote", address(source), `refs/pull/${pull.number}/head`)).toContain(head);
  });
});

it("the double's hooks are signed, in order, and can be lost or repeated", async () => {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
  const { deliveries } = double.webhooks;
  const before = deliveries.length;
  double.admin.addHook(repository, { url, secret: "s3cret", events: ["pull_request", "issue_comment", "push"] });
  const pull = await double.admin.openPullRequest(repository, { user: alice.user, branch: "fix" });
  await forge.createNote(source.id, pull.number, "/tandem sync");
  double.faults.dropDeliveries();
  await double.admin.call(alice.user, "PATCH", `/repositories/${source.id}/pulls/${pull.number}`, { title: "Lost" });
  await double.admin.commit(repository, { user: repository.owner, branch: "main", files: { z: "z" } });
  await double.idle();
  const names = received.map(({ headers }) => headers["x-github-event"]);
  expect(names).toEqual(["ping", "pull_request", "issue_comment", "push"]);
  for (const { headers, body } of received) {
    const mac = createHmac("sha256", "s3cret").update(body).digest("hex");
    expect(headers["x-hub-signature-256"]).toBe(`sha256=${mac}`);
  }
  expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({
    action: "opened",
    pull_request: { number: pull.number },
    repository: { id: repository.id, full_name: source.path },
  });
  await double.webhooks.redeliver(found(deliveries[before + 1]));
  const ids = received.map(({ headers }) => headers["x-github-delivery"]);
  expect(ids.at(-1)).toBe(ids[1]);
  expect(new Set(ids).size).toBe(4);
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
});
