// The webhook of a fork that a worker makes: at once, also after an attempt that died, and never in the way of the job.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { ensureForkHook } from "../../../src/admin/hooks/fork-hook.ts";
import { createTokenMaker } from "../../../src/admin/hooks/make-token.ts";
import type { Project } from "../../../src/forge/forge.ts";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { createHookAdmin } from "../../../src/forge/gitlab/hook-admin.ts";
import { Secret } from "../../../src/model/secret.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import { type Account, contribute, createPackage, helloSource, type Package } from "../../support/package.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { createJobRunner, type JobRunner } from "../../support/run-job.ts";
import { transportOptions } from "../../support/transport-options.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-fork-hook-"));
const HOOKS = /\/projects\/[^/]+\/hooks$/;
let double: GitLabDouble;
let bot: Account;
let alice: Account;
let runner: JobRunner;

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  bot = double.admin.createUser("tandem-bot", { name: "Tandem" });
  alice = double.admin.createUser("alice");
  runner = createJobRunner({ double, bot, home });
});
afterEach(async () => {
  double.faults.clear();
  await double.idle();
  expect(double.logs.unknownRequests).toEqual([]);
});
afterAll(async () => {
  await double.close();
  rmSync(home, { recursive: true, force: true });
});

async function openOne(pkg: Package, branch: string) {
  const { mergeRequest, fork } = await contribute(double, pkg, alice, { branch });
  const { projectId, iid } = mergeRequest;
  const files = { "hello.c": helloSource("Good evening") };
  return {
    run: () => runner.run({ v: 1, queue: "mirror", forge: "gitlab", projectId, iid, origin: "test" }),
    push: () => double.admin.commit(fork, { user: alice.user, branch, message: "Good evening\n", files }),
  };
}

const newPackage = (name: string) =>
  createPackage(double, { name, source: `packit-service/src/${name}`, dist: `packit-service/rpms/${name}` });

function hooksOf(pkg: Package) {
  return double.view.forks(pkg.dist).flatMap((fork) => double.view.hooks(fork));
}

const isHookCall = ({ path }: { readonly path: string }) => HOOKS.test(path);

describe("a worker", () => {
  it("gives the fork its hook before the push that starts the first pipeline, and asks once for each new pair", async () => {
    const pkg = await newPackage("one");
    const first = await openOne(pkg, "first");
    double.logs.clear();
    const { calls } = await first.run();
    expect(calls.filter(isHookCall).map(({ method }) => method)).toEqual(["GET", "POST"]);
    expect(hooksOf(pkg)).toMatchObject([{ url: "http://127.0.0.1:9/api/webhooks/gitlab", events: ["pipeline"] }]);
    const asked = double.logs.requests.map(({ method, path }) => `${method} ${path}`);
    const made = asked.findIndex((request) => /^POST .*\/hooks$/.test(request));
    expect(asked.findIndex((request) => request.endsWith("/git-receive-pack"))).toBeGreaterThan(made);
    await first.push();
    const { calls: later, remotes } = await first.run();
    expect(later.filter(isHookCall)).toEqual([]);
    expect(remotes.some((remote) => remote.startsWith("git-receive-pack"))).toBe(true);
    const second = await openOne(pkg, "second");
    expect((await second.run()).calls.filter(isHookCall).map(({ method }) => method)).toEqual(["GET"]);
    expect(hooksOf(pkg)).toHaveLength(1);
  });

  it("repairs what an attempt left that died between fork and hook, or whose answer got lost", async () => {
    const pkg = await newPackage("two");
    const { run } = await openOne(pkg, "first");
    double.faults.reset({ method: "GET", path: HOOKS, times: 3 });
    double.faults.reset({ method: "POST", path: HOOKS }, "after");
    // The last attempt of its kind goes on without a hook; here it dies before the merge request.
    double.faults.answer({ method: "POST", path: /\/merge_requests$/ }, { status: 500 });
    await expect(run()).rejects.toMatchObject({ kind: "upstream" });
    expect([double.view.forks(pkg.dist).length, hooksOf(pkg).length]).toEqual([1, 0]);
    await run();
    expect(hooksOf(pkg)).toHaveLength(1);
    expect(double.view.mergeRequests(pkg.dist)).toHaveLength(1);
  });

  it("goes on where GitLab refuses the hook", async () => {
    const pkg = await newPackage("three");
    const { run } = await openOne(pkg, "first");
    double.faults.answer({ method: "POST", path: HOOKS }, { status: 403, body: { message: "403 Forbidden" } });
    expect((await run()).outcome.state).toBe("done");
    expect(hooksOf(pkg)).toEqual([]);
    expect(double.view.mergeRequests(pkg.dist)).toHaveLength(1);
  });
});

describe("ensuring the hook", () => {
  let fork: Project;
  beforeAll(async () => {
    const parent = await double.admin.createProject("group/parent", { files: { a: "b\n" } });
    const forge = createGitLabForge({ ...transportOptions(bot.token), url: double.url });
    const found = await forge.readProject(parent.id);
    if (!found) throw new Error("no project");
    fork = await forge.createFork(found, await forge.whoAmI());
    await double.idle();
  });

  const ensure = async (lastAttempt: boolean, token = bot.token) => {
    const logger = recordingLogger();
    const hooks = createHookAdmin({ ...transportOptions(token), url: double.url });
    const tokens = createTokenMaker(new Secret("a secret"));
    const deps = { hooks, tokens, url: "http://127.0.0.1:9/api/webhooks/gitlab", logger, lastAttempt };
    await ensureForkHook(deps, fork, { id: bot.user.id, username: bot.user.username, name: "" });
    return logger.lines.map(({ level, message }) => `${level}: ${message}`);
  };
  const NONE = "warn: the fork has no webhook: its pipelines tell nothing";

  it("is tried again while the forge is away, until the last attempt", async () => {
    double.faults.answer({ method: "GET", path: HOOKS, times: 6 }, { status: 502 });
    await expect(ensure(false)).rejects.toMatchObject({ kind: "upstream" });
    expect(await ensure(true)).toEqual([NONE]);
  });

  it("is refused for good to who may not", async () => expect(await ensure(false, alice.token)).toEqual([NONE]));

  it("waits for a rate limit, also at last", async () => {
    double.faults.rateLimit({ method: "GET", path: HOOKS }, 60);
    await expect(ensure(true)).rejects.toMatchObject({ kind: "rate-limit" });
  });

  it("says that it was made, and nothing when it is there", async () => {
    expect(await ensure(false)).toEqual(["info: the fork has its webhook"]);
    expect(await ensure(false)).toEqual([]);
  });
});
