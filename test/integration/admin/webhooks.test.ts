// `tandem webhook install` and `verify` against the GitLab double, with hooks that post to the real API.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { HookRow } from "../../../src/cli/webhook/rows.ts";
import { addWebhook } from "../../../src/cli/webhook/webhook.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { Hook } from "../../gitlab-double/state/hook-types.ts";
import type { Namespace, Project } from "../../gitlab-double/state/types.ts";
import type { Account } from "../../support/package.ts";
import { runCommand } from "../../support/run-command.ts";
import { type RunningApi, SECRET, startApi } from "../api/start-api.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-webhooks-"));
const ROUTE = { name: "test", source: "group/src/{package}", branches: ["*"], dist: "group/rpms/{package}" };
let double: GitLabDouble;
let api: RunningApi;
/** Owner of the groups. */
let owner: Account;
let bot: Account;
let groups: { readonly all: readonly Namespace[]; readonly source: Namespace; readonly dist: Namespace };
let projects: { readonly source: Project; readonly dist: Project; readonly lonely: Project };

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  api = await startApi();
  const { admin } = double;
  owner = admin.createUser("owner");
  bot = admin.createUser("tandem-bot");
  const [source, dist] = [admin.createGroup("group/src"), admin.createGroup("group/rpms")];
  const top = admin.createGroup("group");
  admin.addMember(top, owner.user, 50);
  groups = { all: [top, source, dist], source, dist };
  const files = { "README.md": "hello\n" };
  projects = {
    source: await admin.createProject("group/src/pkg", { files }),
    dist: await admin.createProject("group/rpms/pkg", { files }),
    lonely: await admin.createProject("group/rpms/lonely", { files }),
  };
});
beforeEach(() => {
  double.settings.hookTestsPerMinute = 1_000;
  for (const group of groups.all) group.plan = "premium";
});
afterEach(async () => {
  double.faults.clear();
  await double.idle();
  expect(double.logs.unknownRequests).toEqual([]);
  for (const place of [...double.view.projects(), ...groups.all])
    for (const hook of double.view.hooks(place)) await remove(place, hook);
});
afterAll(async () => {
  await api.close();
  await double.close();
  rmSync(home, { recursive: true, force: true });
});

function remove(place: Project | Namespace, { id }: Hook) {
  const root = double.view.user("root") ?? double.admin.createUser("root", { admin: true }).user;
  const where = "fullPath" in place ? `/groups/${place.id}` : `/projects/${place.id}`;
  const { plan } = groups.all[0] as Namespace;
  for (const group of groups.all) group.plan = "premium";
  const removed = double.request("DELETE", `${where}/hooks/${id}`, { token: `glpat-${root.username}` });
  for (const group of groups.all) group.plan = plan;
  return removed;
}

interface RunOptions {
  readonly as?: Account;
  readonly config?: object;
  readonly secret?: string;
}

const url = () => `${api.url}/api/webhooks/gitlab`;

function run(args: readonly string[], { as = owner, config, secret = SECRET }: RunOptions = {}) {
  const file = join(home, "tandem.yaml");
  writeFileSync(file, JSON.stringify({ publicUrl: api.url, routes: [ROUTE], ...config }));
  return runCommand(["webhook", ...args], {
    commands: [addWebhook],
    env: {
      PATH: process.env.PATH,
      TANDEM_CONFIG: file,
      GITLAB_URL: double.url,
      GITLAB_TOKEN: as.token,
      GITLAB_WEBHOOK_SECRET: secret,
      TANDEM_GIT_CACHE: join(home, "git"),
    },
    cwd: home,
  });
}

async function rows(args: readonly string[], options: RunOptions = {}) {
  const { code, stdout, stderr } = await run([...args, "--json"], options);
  expect(stderr).toBe("");
  const { webhooks } = JSON.parse(stdout) as { webhooks: readonly HookRow[] };
  return { code, rows: webhooks, states: webhooks.map(({ place, state }) => `${place}: ${state}`) };
}

/** The writes of a command, by method. */
async function writesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  double.logs.clear();
  await work();
  return double.logs.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);
}

function only(place: Project | Namespace): Hook {
  const [hook, second] = double.view.hooks(place);
  if (!hook || second) throw new Error(`not one hook but ${double.view.hooks(place).length}`);
  return hook;
}

describe("in a group with group webhooks", () => {
  it("a dry run writes nothing and says what would be made", async () => {
    double.logs.clear();
    const { code, stdout } = await run(["install", "--dry-run"]);
    expect(double.logs.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^group group\/src +source-git +would be created +merge request events, comments$/m);
    expect(stdout).toMatch(
      /^group group\/rpms +dist-git +would be created +merge request events, comments, pipeline events, push events$/m,
    );
    expect(stdout).toContain("Nothing was changed");
  });

  it("each side gets one, whose token the real API takes; a second run writes nothing", async () => {
    const { code, states } = await rows(["install"]);
    expect([code, states]).toEqual([0, ["group group/src: created", "group group/rpms: created"]]);
    expect(only(groups.source)).toMatchObject({
      url: url(),
      events: ["merge_requests", "note"],
      sslVerification: true,
    });
    expect([...only(groups.dist).events].sort()).toEqual(["merge_requests", "note", "pipeline", "push"]);
    expect(await writesOf(() => run(["install"]))).toEqual([]);
    const verified = await rows(["verify"]);
    expect([verified.code, verified.states]).toEqual([0, ["group group/src: works", "group group/rpms: works"]]);
    expect(double.logs.deliveries.slice(-2).map(({ outcome }) => outcome)).toEqual(["delivered", "delivered"]);
  });

  it.each<readonly [string, (hook: Hook) => Partial<Hook>]>([
    ["its address", () => ({ url: `${url()}/` })],
    ["missing events", () => ({ events: ["push"] })],
    ["surplus events", ({ events }) => ({ events: [...events, "job", "issues"] })],
    ["certificates that are not checked", () => ({ sslVerification: false })],
    ["a branch filter", () => ({ branchFilter: "c9s" })],
    ["a token of somebody's", () => ({ token: "mine", description: null })],
  ])("%s is repaired, with one write", async (_, spoil) => {
    await run(["install"]);
    const hook = only(groups.dist);
    const before = { ...hook, branchFilter: "" };
    Object.assign(hook, spoil(hook));
    expect((await rows(["install", "--dry-run"])).states).toContain("group group/rpms: would be repaired");
    expect(await writesOf(() => run(["install"]))).toEqual(["PUT"]);
    expect(only(groups.dist)).toEqual(before);
  });

  it("a new secret gives every hook a new token", async () => {
    await run(["install"], { secret: "the former secret" });
    expect((await rows(["verify"])).states).toEqual(["group group/src: broken", "group group/rpms: broken"]);
    expect(await writesOf(() => run(["install"]))).toEqual(["PUT", "PUT"]);
    expect((await rows(["verify"])).code).toBe(0);
  });

  it("hooks of others are never touched", async () => {
    const others = [
      "https://other.example/hook",
      `${api.url}/api/webhooks/github`,
      `${double.url}/api/webhooks/gitlab`,
    ];
    for (const other of others) double.admin.addHook(groups.source, { url: other, token: "theirs", events: ["job"] });
    const before = structuredClone(double.view.hooks(groups.source));
    await run(["install"]);
    expect(double.view.hooks(groups.source).slice(0, others.length)).toEqual(before);
    expect(double.view.hooks(groups.source)).toHaveLength(others.length + 1);
  });

  it("of those that are there twice the ones that Tandem made go, others are told", async () => {
    await run(["install"]);
    const hook = only(groups.source);
    const copy = double.admin.addHook(groups.source, { url: url(), events: [...hook.events] });
    copy.description = hook.description;
    const byHand = double.admin.addHook(groups.source, { url: url(), events: ["note"] });
    const { code, rows: found } = await rows(["install"]);
    expect(code).toBe(0);
    expect(double.view.hooks(groups.source).map(({ id }) => id)).toEqual([hook.id, byHand.id]);
    expect(found[0]).toMatchObject({
      state: "as it should be",
      details: [expect.any(String), "removed 1 of the same"],
      remark: expect.stringContaining(`#${byHand.id} post here as well`),
    });
  });

  it("one that was switched off is switched on by a good test, and told when the test is not taken", async () => {
    await run(["install"]);
    const [hook, other] = [only(groups.source), only(groups.dist)];
    hook.disabledUntil = Number.POSITIVE_INFINITY;
    other.disabledUntil = Date.now() + 3_600_000;
    other.token = "not a token";
    const { code, rows: found } = await rows(["install"]);
    expect(code).toBe(2);
    expect(hook.disabledUntil).toBe(0);
    expect(found[0]).toMatchObject({ state: "switched on" });
    expect(found[1]).toMatchObject({
      state: "off",
      todo: { reason: expect.stringContaining("does not take the hook's secret token (401)") },
    });
  });
});

describe("verify", () => {
  beforeEach(async () => {
    await run(["install"]);
  });

  it("says of a wrong token that it is wrong, and what to do", async () => {
    only(groups.source).token = "a token of nobody's";
    const { code, stdout } = await run(["verify"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^group group\/src +source-git +#\d+ +broken/m);
    expect(stdout).toContain(
      "Tandem does not take the hook's secret token (401): X-Gitlab-Token holds no token of this service",
    );
    expect(stdout).toContain("Run tandem webhook install --renew-tokens with the GITLAB_WEBHOOK_SECRET");
    // Its note says that all is well.
    expect(await writesOf(() => run(["install"]))).toEqual([]);
    expect(await writesOf(() => run(["install", "--renew-tokens"]))).toEqual(["PUT", "PUT"]);
    expect((await rows(["verify"])).code).toBe(0);
  });

  it("does not mind a token that somebody made by hand, as long as it is taken", async () => {
    only(groups.source).description = "by hand";
    expect((await rows(["verify"])).states[0]).toBe("group group/src: works");
  });

  it("tells of what is not as it should be, and changes nothing", async () => {
    const hook = only(groups.dist);
    Object.assign(hook, { sslVerification: false, events: ["push"] });
    const before = structuredClone(hook);
    const { code, rows: found } = await rows(["verify"]);
    expect(code).toBe(2);
    expect(found[1]).toMatchObject({
      state: "wrong",
      todo: {
        reason: expect.stringContaining(
          "lacks merge request events, comments, pipeline events; the certificate is not checked",
        ),
      },
    });
    expect(only(groups.dist)).toEqual(before);
  });

  it("tells since when GitLab has it off, and that its test has switched it on", async () => {
    only(groups.source).disabledUntil = Date.parse("2099-01-01T00:00:00Z");
    const { code, rows: found } = await rows(["verify"]);
    expect(code).toBe(0);
    expect(found[0]?.details).toContain("was paused until 2099-01-01T00:00:00.000Z after failures, is on again");
  });

  it("tells of a receiver that is away", async () => {
    const hook = only(groups.source);
    const dead = "http://127.0.0.1:9";
    hook.url = `${dead}/api/webhooks/gitlab`;
    const { rows: found } = await rows(["verify"], { config: { publicUrl: dead } });
    expect(found[0]?.todo?.reason).toContain(`GitLab cannot reach the address ${dead}/api/webhooks/gitlab`);
  });

  it("tells of hooks that are missing", async () => {
    await remove(groups.source, only(groups.source));
    const { code, rows: found } = await rows(["verify"]);
    expect(code).toBe(2);
    expect(found[0]).toMatchObject({ state: "missing", todo: { fix: "Run tandem webhook install." } });
  });

  it("says when GitLab tests no more, or has nothing to test with, and is content", async () => {
    double.settings.hookTestsPerMinute = 0;
    const { code, rows: found } = await rows(["verify"]);
    expect(code).toBe(0);
    expect(found[0]).toMatchObject({ state: "not tested", remark: expect.stringContaining("five tests a minute") });
    double.settings.hookTestsPerMinute = 5;
    await double.admin.createProject("group/empty/src");
    const empty = { ...ROUTE, source: "group/empty/{package}", dist: "group/none/{package}" };
    double.admin.createGroup("group/none");
    const config = { routes: [empty] };
    await run(["install"], { config });
    const untested = await rows(["verify"], { config });
    expect(untested.rows[0]).toMatchObject({
      remark: expect.stringContaining("Ensure the group has a project with commits."),
    });
    for (const path of ["group/empty", "group/none"]) {
      const group = double.admin.createGroup(path);
      for (const hook of double.view.hooks(group)) await remove(group, hook);
    }
  });
});

describe("where groups have no webhooks", () => {
  beforeEach(() => {
    for (const group of groups.all) group.plan = "free";
  });

  it("each project that is served has one, with a token for itself", async () => {
    const { code, states, rows: found } = await rows(["install"]);
    expect([code, states]).toEqual([
      0,
      [
        "group group/src: not here",
        "project group/src/pkg: created",
        "group group/rpms: not here",
        "project group/rpms/pkg: created",
      ],
    ]);
    expect(found[0]?.remark).toContain("The plan of group/src has no group webhooks");
    expect(double.view.hooks(projects.lonely)).toEqual([]);
    expect(await writesOf(() => run(["install"]))).toEqual([]);
    expect((await rows(["verify"])).states.filter((state) => state.endsWith("works"))).toHaveLength(2);
    expect(only(projects.source).description).toMatch(/token is for group\/src\/pkg, key [0-9a-f]{8}\./);
  });

  it("who is no Maintainer is told who can do it", async () => {
    const developer = double.admin.createUser(`developer-${Date.now()}`);
    double.admin.addMember(projects.source, developer.user, 30);
    double.admin.addMember(projects.dist, developer.user, 40);
    const { code, stdout } = await run(["install"], { as: developer });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^project group\/src\/pkg +source-git +missing/m);
    expect(stdout).toMatch(/^project group\/rpms\/pkg +dist-git +#\d+ +created/m);
    expect(stdout).toContain("Who: a Maintainer of group/src/pkg.");
    expect(stdout).toContain("no Owner of group/src, or its plan has no group webhooks");
  });

  it("what GitLab refuses in one place does not keep the others from theirs", async () => {
    double.faults.answer({ method: "POST", path: /\/hooks$/ }, { status: 422, body: { error: "Invalid url given" } });
    const { code, rows: found } = await rows(["install"]);
    expect(code).toBe(2);
    expect(found[1]).toMatchObject({ state: "failed", todo: { reason: expect.stringContaining("Invalid url given") } });
    expect(found[3]).toMatchObject({ state: "created" });
  });
});

describe("forks of the bot", () => {
  const fork = () => {
    const found = double.view.forks(projects.dist)[0];
    if (!found) throw new Error("there is no fork");
    return found;
  };
  beforeAll(async () => {
    await double.request("POST", `/projects/${projects.dist.id}/fork`, { token: bot.token, body: {} });
    await double.idle();
  });

  it("get theirs with the bot's token, which speaks for its namespace", async () => {
    await run(["install"]);
    const { states } = await rows(["install"], { as: bot });
    expect(states).toContain("project tandem-bot/pkg: created");
    expect(only(fork())).toMatchObject({
      url: url(),
      events: ["pipeline"],
      description: expect.stringContaining("for tandem-bot,"),
    });
    const verified = await rows(["verify"], { as: bot });
    expect(verified.states).toContain("project tandem-bot/pkg: works");
  });

  it("are told of to an admin who names the bot", async () => {
    const { code, rows: found } = await rows(["install", "--bot", "tandem-bot"]);
    expect(code).toBe(2);
    expect(found.find(({ for: of }) => of === "the bot's fork")).toMatchObject({
      state: "missing",
      todo: { who: "the bot's account, tandem-bot" },
    });
    expect(double.view.hooks(fork())).toEqual([]);
    expect(await run(["install", "--bot", "nobody"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no account nobody"),
    });
  });
});

describe("what cannot be done is said", () => {
  it.each<readonly [string, object | undefined, RunOptions, string]>([
    ["without publicUrl", { publicUrl: null }, {}, "publicUrl is not set"],
    ["without https", { publicUrl: "http://tandem.example" }, {}, "need https"],
    ["without a route", { routes: [] }, {}, "No route is configured"],
    ["without a secret", {}, { secret: "" }, "GITLAB_WEBHOOK_SECRET is not set"],
  ])("%s", async (_, config, options, message) =>
    expect(await run(["install"], { ...options, config: { ...config } })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    }),
  );

  it("an unknown route, and a refused token", async () => {
    expect(await run(["install", "--route", "other"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Use one of: test."),
    });
    expect(await run(["install"], { as: { ...owner, token: "glpat-wrong" } })).toMatchObject({ code: 1 });
  });

  it("groups that are missing, and sides on GitHub or everywhere", async () => {
    const routes = [
      { ...ROUTE, source: "nowhere/{package}" },
      { ...ROUTE, name: "hub", forge: "github", source: "org/{package}", dist: "group/hub/{package}" },
    ];
    double.admin.createGroup("group/hub");
    const file = join(home, "hub.yaml");
    writeFileSync(file, JSON.stringify({ publicUrl: api.url, routes }));
    const { code, stdout } = await runCommand(["webhook", "install", "--dry-run"], {
      commands: [addWebhook],
      env: {
        TANDEM_CONFIG: file,
        GITLAB_URL: double.url,
        GITLAB_TOKEN: owner.token,
        GITHUB_TOKEN: "ghp_x",
        GITLAB_WEBHOOK_SECRET: SECRET,
        TANDEM_GIT_CACHE: join(home, "git"),
      },
      cwd: home,
    });
    expect(code).toBe(2);
    expect(stdout).toContain("There is no group nowhere, or the account of the token may not see it.");
    expect(stdout).toMatch(/^route hub: org\/\{package\} +source-git +by hand$/m);
    expect(stdout).toContain(`Payload URL ${api.url}/api/webhooks/github`);
  });
});
