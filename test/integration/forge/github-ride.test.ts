// A pull request on GitHub rides to dist-git on GitLab: hooks of both doubles, the API, the jobs and the adapters, all in
// this process, with a queue that is a list.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { mintWebhookToken } from "../../../src/admin/hooks/make-token.ts";
import { createApp } from "../../../src/api/app.ts";
import { type Listening, listen } from "../../../src/api/listen.ts";
import { createVerifier } from "../../../src/api/verify-delivery.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { Job } from "../../../src/model/jobs.ts";
import { Secret } from "../../../src/model/secret.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { backsyncHandler } from "../../../workers/backsync.worker.ts";
import { ciHandler } from "../../../workers/ci.worker.ts";
import { createWorkerContext } from "../../../workers/context.ts";
import { mirrorHandler } from "../../../workers/mirror.worker.ts";
import { withTools } from "../../../workers/with-tools.ts";
import { type GitHubDouble, startGitHubDouble } from "../../github-double/github-double.ts";
import type { PullRequest, Repository, User } from "../../github-double/world.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { createPackage, helloSource, type Package } from "../../support/package.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

const GITHUB_SECRET = "hook-secret-of-github";
const GITLAB_SECRET = "hook-secret-of-gitlab-0123456789abcdef";
const directory = mkdtempSync(join(tmpdir(), "tandem-ride-"));
let github: GitHubDouble;
let gitlab: GitLabDouble;
let api: Listening;
let alice: User;
let bot: User;
let pkg: Package;
let repository: Repository;
const queue: Job[] = [];
/** What a job asked GitHub twice. */
const repeated: string[] = [];
const logger = recordingLogger();
let settle: () => Promise<void>;

beforeAll(async () => {
  github = await startGitHubDouble({ dataDir: join(directory, "github") });
  gitlab = await startGitLabDouble({ dataDir: join(directory, "gitlab") });
  bot = github.admin.createUser("tandem-bot").user;
  alice = github.admin.createUser("alice").user;
  const distBot = gitlab.admin.createUser("tandem-bot", { name: "Tandem" });
  const route = { name: "hub", forge: "github", source: "org/{package}", branches: ["c9s"], dist: "rpms/{package}" };
  const overlay = join(directory, "tandem.json");
  writeFileSync(overlay, JSON.stringify({ github: { url: github.url, apiUrl: github.apiUrl }, routes: [route] }));
  const config = loadConfig({
    role: "all",
    cwd: directory,
    env: {
      TANDEM_CONFIG: overlay,
      GITLAB_URL: gitlab.url,
      GITLAB_TOKEN: distBot.token,
      GITHUB_TOKEN: "ghp_tandem-bot",
      GITLAB_WEBHOOK_SECRET: GITLAB_SECRET,
      GITHUB_WEBHOOK_SECRET: GITHUB_SECRET,
    },
  });
  const common = { logger, metrics: createMetrics(), clock: systemClock };
  const app = createApp({
    ...common,
    routes: config.routes,
    sweepEverySeconds: 900,
    commandPrefix: config.commands.prefix,
    webhookBytes: 1_000_000,
    queue: { enqueue: async (jobs) => void queue.push(...jobs), ping: async () => {} },
    verifier: createVerifier(config.webhooks, systemClock),
    githubSecrets: config.webhooks.githubSecrets,
  });
  api = await listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  const gitEnvironment = { PATH: process.env.PATH ?? "" };
  const context = createWorkerContext({ ...common, config, gitEnvironment });
  const attempt = { logger: common.logger, signal: AbortSignal.timeout(120_000), lastAttempt: true };
  const work = (job: Job) => {
    switch (job.queue) {
      case "mirror":
        return withTools(context, "mirror", mirrorHandler)(job, attempt);
      case "ci":
        return withTools(context, "ci", ciHandler)(job, attempt);
      case "backsync":
        return withTools(context, "backsync", backsyncHandler)(job, attempt);
      default:
        throw new Error(`nobody asks for ${job.queue} here`);
    }
  };
  settle = async () => {
    for (;;) {
      await Promise.all([github.idle(), gitlab.idle()]);
      const job = queue.shift();
      if (!job) return;
      const before = github.requests.length;
      const { follow = [] } = await work(job);
      await github.idle();
      repeated.push(...repeatedReads(github.requests.slice(before)));
      queue.push(...follow);
    }
  };
});
afterEach(() => {
  expect(repeated).toEqual([]);
  expect([...github.unknownRequests, ...gitlab.logs.unknownRequests]).toEqual([]);
  expect(logger.lines.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  const said = JSON.stringify(logger.lines);
  for (const secret of [GITHUB_SECRET, GITLAB_SECRET, "ghp_tandem-bot", "glpat-tandem-bot"]) {
    expect(said).not.toContain(secret);
  }
});
beforeEach(async () => {
  const name = `pkg${Math.random().toString(36).slice(2, 8)}`;
  pkg = await createPackage(gitlab, { name, source: `elsewhere/${name}`, dist: `rpms/${name}` });
  const from = gitlab.view.repositoryDir(pkg.source);
  repository = await github.admin.createRepository(`org/${name}`, { from, defaultBranch: "c9s" });
  github.admin.addCollaborator(repository, bot, "write");
  github.admin.addHook(repository, { url: `http://127.0.0.1:${api.port}/api/webhooks/github`, secret: GITHUB_SECRET });
});
afterAll(async () => {
  await Promise.all([api.close(), github.close(), gitlab.close()]);
  rmSync(directory, { recursive: true, force: true });
});

/** Whether a new fork is filled may be asked again: it is asked for and its default branch. */
function repeatedReads(requests: typeof github.requests): readonly string[] {
  const calls = requests.filter(({ userAgent }) => userAgent?.startsWith("tandem "));
  const forking = calls.findIndex(({ method, path }) => method === "POST" && path.endsWith("/forks"));
  const isPolling = (path: string, index: number) =>
    forking >= 0 && index > forking && /\/repositories\/\d+(?:\/branches\/c9s)?$/.test(path);
  const reads = calls.flatMap(({ method, path, query }, index) =>
    method === "GET" && !isPolling(path, index) ? [`${path}?${query}`] : [],
  );
  return reads.filter((read, index) => reads.indexOf(read) < index);
}

const open = () =>
  github.admin.openPullRequest(repository, {
    user: alice,
    branch: "fix",
    title: "Greet politely",
    body: "The old greeting was short.",
    files: { "hello.c": helloSource("Good morning") },
  });
const pairOf = (): MergeRequest | undefined => gitlab.view.mergeRequests(pkg.dist)[0];
const commentsOf = (pull: PullRequest) => github.world.commentsOf(pull).filter(({ user }) => user === bot);
const statusOf = (pull: PullRequest, context: string) =>
  github.world.statuses.filter((each) => each.sha === pull.headSha && each.context === context).at(-1);

describe("a pull request on GitHub", () => {
  it("gets a dist-git merge request, one comment and a status, and both follow it to its end", async () => {
    const pull = await open();
    await settle();
    const pair = pairOf();
    expect(pair).toMatchObject({ state: "opened", title: "Greet politely", sourceBranch: `src-${pull.number}-c9s` });
    const [comment, ...others] = commentsOf(pull);
    expect(others).toEqual([]);
    expect(comment?.body).toContain(`/-/merge_requests/${pair?.iid}`);
    expect(pair?.description).toContain(`/pull/${pull.number}`);
    expect(statusOf(pull, "tandem")).toMatchObject({ state: "success" });

    const fork = github.world.repositoryOf(pull.head.repositoryId);
    const files = { "hello.c": helloSource("Good evening") };
    await github.admin.commit(fork, { user: alice, branch: "fix", message: "Greet in the evening\n", files });
    await settle();
    const head = await gitlab.view.commit(
      gitlab.view.project(pairOf()?.sourceProjectId ?? 0) ?? pkg.dist,
      `src-${pull.number}-c9s`,
    );
    expect(head?.message).toContain(`From-source-git-commit: ${pull.headSha}`);

    const path = `/repositories/${repository.id}/pulls/${pull.number}`;
    await github.admin.call(alice, "PATCH", path, { title: "Greet very politely" });
    await settle();
    expect(pairOf()).toMatchObject({ title: "Greet very politely" });
    await github.admin.call(alice, "PATCH", path, { state: "closed" });
    await settle();
    expect(pairOf()).toMatchObject({ state: "closed" });
    await github.admin.call(alice, "PATCH", path, { state: "open" });
    await settle();
    expect(pairOf()).toMatchObject({ state: "opened" });
    await github.admin.call(repository.owner, "PUT", `${path}/merge`);
    await settle();
    expect(commentsOf(pull)).toHaveLength(1);
    expect(gitlab.view.mergeRequests(pkg.dist)).toHaveLength(1);
  });

  it("hears of the checks, in the comment and as a status of the commit that was tested", async () => {
    const url = `http://127.0.0.1:${api.port}/api/webhooks/gitlab`;
    const token = await mintWebhookToken({ namespace: "tandem-bot" }, new Secret(GITLAB_SECRET));
    gitlab.faults.onRequest({ method: "POST", path: /\/fork$/ }, "after", () => {
      for (const fork of gitlab.view.forks(pkg.dist)) gitlab.admin.addHook(fork, { url, token, events: ["pipeline"] });
    });
    const pull = await open();
    await settle();
    expect(statusOf(pull, "Dist-git MR CI Pipeline")).toMatchObject({ state: "success" });
    expect(commentsOf(pull)[0]?.body).toMatch(/rpmlint/);
  });

  it("takes commands of its author, shows that it has seen them, and answers a stranger with one line", async () => {
    const pull = await open();
    await settle();
    const say = async (user: User, body: string) => {
      const path = `/repositories/${repository.id}/issues/${pull.number}/comments`;
      const { id } = (await github.admin.call(user, "POST", path, { body })) as { id: number };
      await settle();
      return github.world.comments.find((each) => each.id === id)?.reactions;
    };
    expect(await say(alice, "/tandem status")).toEqual([{ userId: bot.id, content: "eyes" }]);
    const mallory = github.admin.createUser("mallory").user;
    expect(await say(mallory, "/tandem recreate")).toEqual([]);
    expect(gitlab.view.mergeRequests(pkg.dist)).toHaveLength(1);
    expect(commentsOf(pull)).toMatchObject([{ body: expect.stringContaining("only the author and members") }]);
  });

  it("hears of a commit that only dist-git has, which comes to a pull request of the bot", async () => {
    const pull = await open();
    await settle();
    const url = `http://127.0.0.1:${api.port}/api/webhooks/gitlab`;
    const token = await mintWebhookToken({ namespace: "rpms" }, new Secret(GITLAB_SECRET));
    gitlab.admin.addHook(pkg.dist, { url, token, events: ["push"] });
    const dist = await gitlab.admin.commit(pkg.dist, {
      branch: "c9s",
      user: pkg.maintainer,
      message: "Gate it\n",
      files: { "gating.yaml": "--- !Policy\n" },
    });
    await settle();
    const [made, ...others] = github.world.pulls.filter(({ title }) => title === "Sync from dist-git");
    expect(others).toEqual([]);
    expect(made).toMatchObject({ state: "open", user: bot, head: { ref: "sync-from-dist-git/c9s" } });
    const fork = github.world.repositoryOf(made?.head.repositoryId ?? 0);
    const head = await fork.git.commit(made?.headSha ?? "");
    expect(head?.message).toContain(`From-dist-git-commit: ${dist}`);
    expect(commentsOf(pull)).toMatchObject([{ body: expect.stringContaining(`pull/${made?.number}`) }]);

    await github.admin.call(repository.owner, "PUT", `/repositories/${repository.id}/pulls/${made?.number}/merge`);
    await settle();
    expect(gitlab.view.mergeRequests(pkg.dist)).toHaveLength(1);
    expect(github.world.pulls.filter(({ title }) => title === "Sync from dist-git")).toHaveLength(1);
  });

  it("renamed on the way is still the same", async () => {
    const pull = await open();
    await settle();
    const [comment] = commentsOf(pull);
    github.admin.rename(repository, `${repository.name}-renamed`);
    await github.admin.call(alice, "PATCH", `/repositories/${repository.id}/pulls/${pull.number}`, { title: "Later" });
    await settle();
    // Another name is another package for the route, and its dist-git does not exist: the first pair is left alone.
    expect(gitlab.view.mergeRequests(pkg.dist)).toHaveLength(1);
    expect(commentsOf(pull).map(({ id }) => id)).toEqual([comment?.id]);
  });
});
