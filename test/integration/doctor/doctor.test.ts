// `tandem doctor` in a good world, and with one thing broken at a time: the line that says so.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Finding } from "../../../src/admin/doctor/finding.ts";
import { applySite } from "../../../src/admin/hooks/apply.ts";
import { hookUrl } from "../../../src/admin/hooks/hook-url.ts";
import { createTokenMaker } from "../../../src/admin/hooks/make-token.ts";
import { observeHooks } from "../../../src/admin/hooks/observe.ts";
import { planSite } from "../../../src/admin/hooks/plan.ts";
import { addDoctor } from "../../../src/cli/doctor.ts";
import { runCli } from "../../../src/cli/run-cli.ts";
import type { Environment } from "../../../src/config/env.ts";
import { surveyConfig } from "../../../src/config/survey.ts";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { createHookAdmin } from "../../../src/forge/gitlab/hook-admin.ts";
import { Secret } from "../../../src/model/secret.ts";
import { startGitHubDouble } from "../../github-double/github-double.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { Hook } from "../../gitlab-double/state/hook-types.ts";
import type { Namespace } from "../../gitlab-double/state/types.ts";
import { freePort } from "../../support/free-port.ts";
import { makeCertificate } from "../../support/make-certificate.ts";
import type { Account } from "../../support/package.ts";
import { hasRedis, type RedisServer, startRedis } from "../../support/redis-server.ts";
import { transportOptions } from "../../support/transport-options.ts";
import { type Answer, json, redirect, startToldServer, type ToldServer } from "../forge/told-server.ts";

const MAIN = join(import.meta.dirname, "../../../dist/src/cli/main.js");
const TOKEN = "glpat-doctor-token";
const SECRET = "doctor-webhook-secret-0123456789abcdef";
const DAY = 24 * 3600 * 1_000;

const home = mkdtempSync(join(tmpdir(), "tandem-doctor-"));
let double: GitLabDouble;
let bot: Account;
let source: Namespace;
let dist: Namespace;
let redis: RedisServer | undefined;
let web: ToldServer;

const dayAfter = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  bot = double.admin.createUser("tandem-bot", { token: "glpat-other" });
  source = double.admin.createGroup("group/src");
  dist = double.admin.createGroup("group/rpms");
  for (const name of ["acl", "attr"]) {
    await double.admin.createProject(`group/src/${name}`, { files: { a: "a" } });
    await double.admin.createProject(`group/rpms/${name}`, { files: { a: "a" } });
  }
  web = await startToldServer();
  if (hasRedis) redis = await startRedis();
});
afterEach(() => {
  double.faults.clear();
  expect(double.logs.unknownRequests).toEqual([]);
});
afterAll(async () => {
  await web.close();
  await redis?.stop();
  await double.close();
  rmSync(home, { recursive: true, force: true });
});

const ROUTE = { name: "main", source: "group/src/{package}", branches: ["c9s"], dist: "group/rpms/{package}" };
const HEALTHY = json(200, { status: "ok" });

/** The world is good: the account, its token, its roles. */
function mend() {
  double.admin.createToken(bot.user, { value: TOKEN, expiresAt: dayAfter(100) });
  for (const group of [source, dist]) double.admin.addMember(group, bot.user, 30);
}

/** The environment of a good world, with `config` over the file's options. */
function goodEnvironment(config: object = {}): Environment {
  mkdirSync(join(home, "run"), { recursive: true });
  const file = join(home, "run", "tandem.yaml");
  // The disk of the machine that runs this is nobody's subject.
  const options = { routes: [ROUTE], limits: { cacheBytes: 65_536 }, publicUrl: web.url };
  writeFileSync(file, JSON.stringify({ ...options, ...config }));
  return {
    PATH: process.env.PATH,
    TANDEM_ENV: "staging",
    TANDEM_CONFIG: file,
    GITLAB_URL: double.url,
    GITLAB_TOKEN: TOKEN,
    GITLAB_WEBHOOK_SECRET: SECRET,
    ADMIN_TOKEN: "doctor-admin-token-0123456789",
    ...(redis ? { QUEUE_URL: redis.url } : {}),
  };
}

interface Result {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly stderr: string;
}

/** Runs it in this process. */
async function examine(env: Environment, ...args: readonly string[]): Promise<Result> {
  let stdout = "";
  let stderr = "";
  const before = double.logs.requests.length;
  const code = await runCli({
    args: ["doctor", "--json", ...args],
    version: "0",
    commands: [addDoctor],
    env,
    cwd: join(home, "run"),
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: false,
    stdin: async () => Buffer.alloc(0),
    signals: { on: () => {}, off: () => {} },
  });
  expect(double.logs.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
  for (const secret of [TOKEN, SECRET]) expect(`${stdout}${stderr}`).not.toContain(secret);
  return { code, findings: stdout === "" ? [] : JSON.parse(stdout).findings, stderr };
}

/** Lines that are not well, but for how full this machine's disk is, and for webhooks, which have tests of their own. */
const complaints = (findings: readonly Finding[], others = ["git cache", "disk", "webhooks"]) =>
  findings
    .filter(({ level, name }) => level !== "ok" && !others.includes(name))
    .map(({ level, group, name, found, fix }) => `${level} ${group}: ${name}: ${found}${fix ? `. ${fix}` : ""}`);

/** Examines a good world with `config` and `env` over it; the public address answers as told. */
async function complaintsOf(
  { config, env, address = HEALTHY }: { config?: object; env?: Environment; address?: Answer } = {},
  ...args: readonly string[]
) {
  web.tell(address);
  const { code, findings } = await examine({ ...goodEnvironment(config), ...env }, ...args);
  const lines = complaints(findings);
  expect(code).toBe(findings.some(({ level }) => level === "failed") ? 1 : 0);
  return lines;
}

describe("a good world", () => {
  beforeAll(mend);

  it("has nothing to complain of", async () => {
    web.tell(HEALTHY);
    const { code, findings, stderr } = await examine(goodEnvironment());
    expect(complaints(findings)).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const names = findings.map(({ group, name }) => `${group}: ${name}`);
    for (const expected of [
      "gitlab: scopes",
      "gitlab: clock",
      "route main: source-git",
      "route main: forks",
      "queue: queue",
      "machine: git",
      "public address: address",
    ])
      expect(names).toContain(expected);
  });

  it("--route looks at one route, and refuses a name that there is not", async () => {
    const config = { routes: [ROUTE, { ...ROUTE, name: "other", source: "no/{package}", branches: ["x"] }] };
    expect(await complaintsOf({ config }, "--route", "main")).toEqual([]);
    expect(await complaintsOf({ config })).toEqual([
      expect.stringMatching(/^failed route other: source-git: .* group no/),
    ]);
    const { code, stderr } = await examine(goodEnvironment(config), "--route", "nobody");
    expect(code).toBe(2);
    expect(stderr).toMatch(/no route nobody[\s\S]*main, other/);
  });
});

describe("configuration", () => {
  beforeAll(mend);

  it("is told with all its problems, and what is sound is looked at all the same", async () => {
    const lines = await complaintsOf({ config: { routes: [{ name: "x" }], sweep: { everySeconds: 0 } } });
    const text = lines.join("\n");
    expect(text).toMatch(/routes\.0\.source/);
    expect(text).toMatch(/sweep\.everySeconds/);
    expect(text).toMatch(/warning configuration: routes: not checked/);
    expect(lines.filter((line) => !/ configuration: /.test(line))).toEqual([]);
  });

  it.each<[string, Environment, RegExp]>([
    ["no token", { GITLAB_TOKEN: "" }, /^failed gitlab: token: GITLAB_TOKEN is not set\. Set GITLAB_TOKEN/],
    ["a short secret", { GITLAB_WEBHOOK_SECRET: "short" }, /^warning secrets: GITLAB_WEBHOOK_SECRET: has 5 characters/],
    ["no secret", { GITLAB_WEBHOOK_SECRET: "" }, /^failed secrets: GITLAB_WEBHOOK_SECRET: is not set/],
    ["another environment", { TANDEM_ENV: "testing" }, /^failed configuration: problem: .*TANDEM_ENV/],
    ["a file that is not there", { TANDEM_CONFIG: "missing.yaml" }, /^failed configuration: problem: .*missing\.yaml/],
  ])("%s", async (_, env, expected) => {
    expect(await complaintsOf({ env })).toContainEqual(expect.stringMatching(expected));
  });

  it("never sends the token to the default forge when the file that names another one is broken", async () => {
    const before = double.logs.requests.length;
    const lines = await complaintsOf({ env: { TANDEM_CONFIG: "missing.yaml" } });
    expect(lines.join("\n")).toMatch(/gitlab: token: not checked/);
    expect(double.logs.requests.length).toBe(before);
  });
});

describe("gitlab", () => {
  beforeAll(mend);
  afterEach(mend);

  it("R24: an expired token: tandem doctor says so, with the remedy", async () => {
    double.admin.createToken(bot.user, { value: TOKEN, expiresAt: "2020-01-01" });
    const lines = await complaintsOf();
    expect(lines).toEqual([
      expect.stringMatching(/^failed gitlab: token: .*Token is expired.*Make a new token with the scope `api`/),
      expect.stringMatching(/^warning route main: source-git: not checked/),
      expect.stringMatching(/^warning route main: dist-git: not checked/),
    ]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      "a token that ends soon",
      () => double.admin.createToken(bot.user, { value: TOKEN, expiresAt: dayAfter(10) }),
      /^warning gitlab: expiry: the token ends on \S+, in 9 days/,
    ],
    [
      "a token with another scope",
      () => double.admin.createToken(bot.user, { value: TOKEN, scopes: ["read_api"] }),
      /^failed gitlab: scopes: read_api; `api` is missing/,
    ],
    [
      "the token of a project",
      () => {
        const { user } = double.admin.createUser("project_7_bot_abc");
        double.admin.createToken(user, { value: TOKEN });
        double.admin.addMember(source, user, 30);
      },
      /^warning gitlab: account: .*token of a project/,
    ],
    [
      "an account at its limit",
      () => {
        const body = { id: bot.user.id, username: bot.user.username, name: "T", can_create_project: false };
        double.faults.answer({ path: /\/api\/v4\/user$/ }, { status: 200, body });
      },
      /^failed gitlab: account: may not create projects/,
    ],
    [
      "a clock that is six minutes ahead",
      () => {
        const headers = { Date: new Date(Date.now() - 360_000).toUTCString() };
        const body = { id: bot.user.id, username: bot.user.username, name: "T", scopes: ["api"] };
        const path = /\/api\/v4\/(?:user|personal_access_tokens\/self)$/;
        double.faults.answer({ path, times: 2 }, { status: 200, body, headers });
      },
      /^failed gitlab: clock: 3\d\d seconds ahead of GitLab's/,
    ],
    [
      "no role in source-git",
      () => double.admin.addMember(source, bot.user, 0),
      /^warning route main: statuses: the bot is not Developer in source-git/,
    ],
    [
      "forks that are switched off",
      () => {
        const body = [{ id: 1, path_with_namespace: "group/rpms/acl", forking_access_level: "disabled" }];
        double.faults.answer({ path: /group%2Frpms\/projects$/, times: 2 }, { status: 200, body });
      },
      /^failed route main: forks: the bot may not fork group\/rpms\/acl/,
    ],
    [
      "a group that keeps forks inside",
      () => {
        double.faults.answer(
          { path: /\/groups\/group%2Frpms$/ },
          { status: 200, body: { prevent_forking_outside_group: true } },
        );
      },
      /^failed route main: forks: the group group\/rpms forbids forks outside of it/,
    ],
  ])("%s", async (_, breakIt, expected) => {
    breakIt();
    expect(await complaintsOf()).toEqual([expect.stringMatching(expected)]);
  });

  it("a role in some projects is told apart from one in all", async () => {
    double.admin.addMember(source, bot.user, 0);
    const acl = double.view.project("group/src/acl");
    if (acl) double.admin.addMember(acl, bot.user, 30);
    expect(await complaintsOf()).toEqual([expect.stringMatching(/statuses: the bot is Developer in 1 of 2 projects/)]);
    if (acl) double.admin.addMember(acl, bot.user, 0);
  });

  it("looks at single projects as at groups", async () => {
    const routes = [{ ...ROUTE, source: "group/src/acl", dist: "group/rpms/acl" }];
    expect(await complaintsOf({ config: { routes } })).toEqual([]);
    double.admin.addMember(source, bot.user, 0);
    expect(await complaintsOf({ config: { routes } })).toEqual([expect.stringMatching(/statuses: .*not Developer/)]);
    const gone = [{ ...ROUTE, source: "group/src/gone", dist: "group/rpms/gone" }];
    expect(await complaintsOf({ config: { routes: gone } })).toEqual([
      expect.stringMatching(/^failed route main: source-git: there is no project group\/src\/gone/),
      expect.stringMatching(/^failed route main: dist-git: there is no project group\/rpms\/gone/),
    ]);
  });

  it("is away: one failure, and nothing else is guessed", async () => {
    const env = { GITLAB_URL: `http://127.0.0.1:${await freePort()}` };
    const [first, ...others] = await complaintsOf({ env });
    expect(first).toMatch(/^failed gitlab: token: GitLab did not answer .*ECONNREFUSED.*Check gitlab\.url/);
    expect(others.map((line) => /^warning .*: not checked/.test(line))).toEqual([true, true, true]);
  });
});

describe("webhooks", () => {
  const namespaces = ["group/src", "group/rpms"];
  const hookOf = (path: string) => {
    const [hook] = double.view.hooks(path === "group/src" ? source : dist);
    if (!hook) throw new Error(`${path} has no hook`);
    return hook;
  };
  beforeAll(async () => {
    mend();
    // An Owner sees hooks; what the account installs is made by another one, as the doctor is to change nothing.
    const owner = double.admin.createUser("olga");
    for (const group of [source, dist])
      for (const user of [owner.user, bot.user]) double.admin.addMember(group, user, 50);
    const hooks = createHookAdmin({ ...transportOptions(owner.token), url: double.url });
    const tokens = createTokenMaker(new Secret(SECRET));
    const url = hookUrl(web.url);
    const { options } = surveyConfig({ env: goodEnvironment() });
    const world = { hooks, forge: createGitLabForge({ ...transportOptions(owner.token), url: double.url }) };
    const { sites } = await observeHooks(world, { routes: options.routes ?? [], bot: bot.user });
    for (const site of sites) await applySite({ hooks, tokens, url }, planSite(site, { url, noteFor: tokens.noteFor }));
  });
  const webhooksOf = async (env: Environment = {}, config: object = {}) => {
    web.tell(HEALTHY);
    const { findings } = await examine({ ...goodEnvironment(config), ...env });
    return complaints(findings, ["git cache", "disk"]);
  };

  it("are well: now nothing at all is to be complained of", async () => {
    expect(await webhooksOf()).toEqual([]);
  });

  it.each<[string, (hook: Hook) => void, RegExp]>([
    ["has lost an event", (hook) => hook.events.splice(0, 1), /^failed route main: webhooks: .*does not tell of /],
    ["checks no certificate", (hook) => Object.assign(hook, { sslVerification: false }), /^warning .*certificate/],
    ["is switched off", (hook) => Object.assign(hook, { disabledUntil: Infinity }), /^failed .*switched off/],
  ])("one of dist-git %s", async (_, breakIt, expected) => {
    const hook = hookOf("group/rpms");
    const before = { ...hook, events: [...hook.events] };
    breakIt(hook);
    expect(await webhooksOf()).toEqual([expect.stringMatching(expected)]);
    Object.assign(hook, before);
  });

  it("were made with another secret, or for another address", async () => {
    expect(await webhooksOf({ GITLAB_WEBHOOK_SECRET: `another-${SECRET}` })).toEqual(
      namespaces.map((path) => expect.stringMatching(new RegExp(`^warning .* ${path}: nobody can see whether`))),
    );
    const elsewhere = await webhooksOf({}, { publicUrl: `http://localhost:${await freePort()}` });
    expect(elsewhere.filter((line) => / webhooks: /.test(line))).toEqual(
      namespaces.map((path) => expect.stringMatching(new RegExp(`^failed .*group ${path} has none that posts here`))),
    );
  });

  it("are looked for in the bot's forks, too", async () => {
    const parentId = double.view.project("group/rpms/acl")?.id;
    await double.request("POST", `/projects/${parentId}/fork`, { token: TOKEN, body: { path: "acl" } });
    await double.idle();
    expect(await webhooksOf()).toEqual([
      expect.stringMatching(/^warning route main: fork webhooks: 1 fork, 1 without/),
    ]);
    const fork = double.view.project("tandem-bot/acl");
    if (fork) double.admin.deleteProject(fork);
  });

  it("may not be seen by a bot with the role that suffices for all else", async () => {
    mend();
    expect(await webhooksOf()).toEqual(
      namespaces.map((path) => expect.stringMatching(new RegExp(`^warning .*not checked: those of the group ${path}`))),
    );
  });
});

it("asks GitHub where a route needs it, and only there", async () => {
  mend();
  const github = await startGitHubDouble({ dataDir: join(home, "github") });
  const account = github.admin.createUser("tandem-gh");
  await github.admin.createRepository("owner/acl", { files: { a: "a" } });
  const config = {
    routes: [{ ...ROUTE, forge: "github", source: "owner/{package}" }],
    github: { url: github.url, apiUrl: github.apiUrl },
  };
  const env = { GITHUB_TOKEN: account.token, GITHUB_WEBHOOK_SECRET: SECRET };
  try {
    expect(await complaintsOf({ config, env })).toEqual([]);
    expect(await complaintsOf({ config })).toEqual([
      expect.stringMatching(/^failed secrets: GITHUB_WEBHOOK_SECRET: is not set/),
      expect.stringMatching(/^failed github: token: GITHUB_TOKEN is not set/),
      expect.stringMatching(/^warning route main: source-git: not checked/),
    ]);
    expect(await complaintsOf({ config, env: { ...env, GITHUB_TOKEN: "ghp-wrong" } })).toEqual([
      expect.stringMatching(/^failed github: token: GitHub answered 401/),
      expect.stringMatching(/^warning route main: source-git: not checked/),
    ]);
  } finally {
    await github.close();
  }
});

describe("the queue", () => {
  beforeAll(mend);

  it("is away: its password is told to nobody", async () => {
    const QUEUE_URL = `redis://user:queue-password@127.0.0.1:${await freePort()}`;
    const lines = await complaintsOf({ env: { QUEUE_URL } });
    expect(lines).toEqual([
      expect.stringMatching(/^failed queue: queue: Redis cannot be used: .*ECONNREFUSED.*QUEUE_URL/),
    ]);
    expect(lines.join()).not.toContain("queue-password");
    const postgres = await complaintsOf({ env: { QUEUE_URL: QUEUE_URL.replace("redis", "postgres") } });
    expect(postgres).toEqual([expect.stringMatching(/^failed queue: queue: PostgreSQL cannot be used: /)]);
  });

  it("is embedded: nothing is made of it, and nobody is disturbed", async () => {
    expect(await complaintsOf({ env: { QUEUE_URL: "embedded:queue" } })).toEqual([]);
    const env = { QUEUE_URL: "embedded:queue", TANDEM_ENV: "production" };
    expect((await complaintsOf({ env })).join("\n")).toMatch(/failed configuration: problem: .*embedded queue/);
  });

  if (hasRedis)
    it("is a Redis with bad settings", async () => {
      const bad = ["--appendonly", "no", "--maxmemory-policy", "allkeys-lru", "--maxmemory", "900kb"];
      const server = await startRedis(undefined, bad);
      try {
        expect(await complaintsOf({ env: { QUEUE_URL: server.url } })).toEqual([
          expect.stringMatching(/^warning queue: persistence: appendonly no.*Set appendonly yes/),
          expect.stringMatching(/^failed queue: eviction: maxmemory-policy allkeys-lru/),
          expect.stringMatching(/^warning queue: memory: \d+ KiB of 900 KiB used/),
        ]);
      } finally {
        await server.stop();
      }
    });
  else it.skip("not tried on Redis: there is no redis-server", () => undefined);

  if (hasRedis)
    it("is a Redis that keeps its settings to itself, or refuses the password", async () => {
      const rule = "user shy on >shy-password ~* &* +@all -info -config";
      const file = join(home, "users.acl");
      writeFileSync(file, `user default on nopass ~* &* +@all\n${rule}\n`);
      const server = await startRedis(undefined, ["--aclfile", file]);
      const address = server.url.replace("redis://", "");
      try {
        const shy = await complaintsOf({ env: { QUEUE_URL: `redis://shy:shy-password@${address}` } });
        expect(shy).toEqual(
          ["version", "appendonly", "maxmemory-policy", "memory"].map((name) =>
            expect.stringMatching(new RegExp(`^warning queue: ${name}: could not be read`)),
          ),
        );
        const wrong = await complaintsOf({ env: { QUEUE_URL: `redis://shy:wrong-password@${address}` } });
        expect(wrong).toEqual([expect.stringMatching(/^failed queue: queue: Redis cannot be used: WRONGPASS/)]);
        expect(wrong.join()).not.toContain("wrong-password");
      } finally {
        await server.stop();
      }
    });
  else it.skip("not tried on Redis: there is no redis-server", () => undefined);
});

describe("the machine", () => {
  beforeAll(mend);

  it("has no git", async () => {
    expect(await complaintsOf({ env: { PATH: join(home, "nothing") } })).toEqual([
      expect.stringMatching(/^failed machine: git: .*Install git 2\.34 or newer/),
    ]);
  });

  it("has no directory for the cache where a file is", async () => {
    const file = join(home, "a-file");
    writeFileSync(file, "");
    const { code, findings } = await examine({ ...goodEnvironment(), TANDEM_GIT_CACHE: join(file, "git") });
    expect(code).toBe(1);
    expect(findings.find(({ name }) => name === "git cache")?.found).toMatch(/may not write to .*a-file, where/);
  });
});

describe("the public address", () => {
  beforeAll(mend);

  it.each<[string, Answer, RegExp]>([
    [
      "something else",
      json(200, { hello: "world" }),
      /^failed public address: address: .*answers 200, and not as Tandem/,
    ],
    [
      "a redirection",
      redirect(`https://elsewhere.example/${SECRET}`),
      /^failed .* answers 301 and leads to https:\/\/elsewhere/,
    ],
    ["a proxy without a service", json(502, {}), /^warning public address: address: .*answers 502/],
  ])("is that of %s", async (_, address, expected) => {
    expect(await complaintsOf({ address })).toEqual([expect.stringMatching(expected)]);
  });

  it("leads nowhere: a warning, as others may see it", async () => {
    const config = { publicUrl: `http://127.0.0.1:${await freePort()}` };
    expect(await complaintsOf({ config })).toEqual([expect.stringMatching(/^warning .* cannot be reached from here/)]);
  });

  const serveTls = async (endsAt: Date) => {
    const made = makeCertificate(endsAt);
    const server = createServer(made, (_, response) => response.end(JSON.stringify({ status: "ok" })));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const publicUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
    return { publicUrl, cert: made.cert, close: () => new Promise((done) => server.close(done)) };
  };

  it("has a certificate that nobody trusts", async () => {
    const server = await serveTls(new Date(Date.now() + 90 * DAY));
    try {
      expect(await complaintsOf({ config: { publicUrl: server.publicUrl } })).toEqual([
        expect.stringMatching(/^failed public address: certificate: is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/),
      ]);
    } finally {
      await server.close();
    }
  });

  it("has a certificate that ended", async () => {
    const server = await serveTls(new Date(Date.now() - 3600 * 1_000));
    try {
      expect(await complaintsOf({ config: { publicUrl: server.publicUrl } })).toEqual([
        expect.stringMatching(/^failed public address: certificate: ended on .*Renew/),
      ]);
    } finally {
      await server.close();
    }
  });

  // Whom to trust is read when a process starts, so this one is another.
  it("has a certificate that is trusted and ends soon; the built command prints it", async () => {
    const server = await serveTls(new Date(Date.now() + 10.5 * DAY));
    const authority = join(home, "authority.pem");
    writeFileSync(authority, server.cert);
    try {
      const env = { ...goodEnvironment({ publicUrl: server.publicUrl }), NODE_EXTRA_CA_CERTS: authority };
      const child = spawn(process.execPath, [MAIN, "doctor"], { cwd: join(home, "run"), env });
      let stdout = "";
      child.stdout.on("data", (chunk) => {
        stdout += String(chunk);
      });
      const code = await new Promise((done) => child.once("close", done));
      expect(stdout).toMatch(/^ {2}ok {7}address: https:\/\/localhost:\d+ leads to Tandem$/m);
      expect(stdout).toMatch(/^ {2}warning {2}certificate: ends on \S+, in 10 days\. Renew it now/m);
      expect(stdout).toMatch(/^\d+ ok, \d warnings?, 0 failed$/m);
      expect(code).toBe(0);
    } finally {
      await server.close();
    }
  });
});
