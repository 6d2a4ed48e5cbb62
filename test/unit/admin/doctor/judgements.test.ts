// What the doctor makes of each fact: the level, and for what is not well the words that matter.
import { describe, expect, it } from "@jest/globals";
import type { Level, Remark } from "../../../../src/admin/doctor/finding.ts";
import { judgeAccount, judgeClock } from "../../../../src/admin/doctor/judge-account.ts";
import { judgeConfig, judgeSecrets, type SecretFacts } from "../../../../src/admin/doctor/judge-config.ts";
import { judgeForkHooks, judgeHooks } from "../../../../src/admin/doctor/judge-hooks.ts";
import { judgeDisk, judgeGit } from "../../../../src/admin/doctor/judge-machine.ts";
import { judgeNoPublicUrl, judgePublicUrl } from "../../../../src/admin/doctor/judge-public-url.ts";
import { judgeQueue } from "../../../../src/admin/doctor/judge-queue.ts";
import { judgeDist, judgeSource } from "../../../../src/admin/doctor/judge-route.ts";
import type { CertificateFacts, PublicUrlFacts } from "../../../../src/admin/doctor/probe-public-url.ts";
import { size } from "../../../../src/admin/doctor/words.ts";
import type { Site } from "../../../../src/admin/hooks/observe.ts";
import type { Deviation, SitePlan } from "../../../../src/admin/hooks/plan.ts";
import type { AccountFacts, PlaceFacts, TokenFacts } from "../../../../src/forge/account.ts";
import type { Hook } from "../../../../src/forge/hook-admin.ts";
import { TandemError } from "../../../../src/model/errors.ts";
import type { QueueFacts } from "../../../../src/model/queue-facts.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY = 24 * 3600 * 1_000;

/** `level name` of each remark. */
const levels = (remarks: readonly Remark[]) => remarks.map(({ level, name }) => `${level} ${name}`);
const textOf = ({ found, fix }: Remark) => (fix === undefined ? found : `${found}. ${fix}`);
const remarkOf = (remarks: readonly Remark[], name: string): Remark => {
  const found = remarks.find((remark) => remark.name === name);
  if (!found) throw new Error(`nothing was said of ${name}`);
  return found;
};
/** Whatever is not well says what to do. */
const expectRemark = (remark: Remark, level: Level, text: RegExp) => {
  expect(textOf(remark)).toMatch(text);
  expect(remark.level).toBe(level);
  if (level === "failed") expect(remark.fix).toMatch(/^[A-Z].*\.$/);
};

describe("the configuration", () => {
  const good = { environment: "staging", problems: [], warnings: [], routes: 2 };
  it("is accepted", () => {
    expect(levels(judgeConfig(good))).toEqual(["ok values", "ok routes"]);
  });
  it("has a line for each problem and each warning", () => {
    const warnings = [{ path: "routes.0.trust", message: "strangers", fix: "set trust to members" }];
    const remarks = judgeConfig({ ...good, problems: ["a: expected b", "c: expected d"], warnings, routes: undefined });
    expect(levels(remarks)).toEqual([
      "failed values",
      "failed problem",
      "failed problem",
      "warning routes",
      "warning routes.0.trust",
    ]);
    expect(remarks.map(textOf).join("\n")).toMatch(
      /2 problems[\s\S]*a: expected b[\s\S]*strangers\. Set trust to members\./,
    );
  });
  it("serves nothing without routes", () => {
    expectRemark(
      remarkOf(judgeConfig({ ...good, routes: 0 }), "routes"),
      "warning",
      /nothing is served.*TANDEM_CONFIG/,
    );
  });
});

describe("secrets", () => {
  const good: SecretFacts = {
    webhookSecrets: [64],
    signingTokens: 0,
    githubSecrets: [],
    hasAdminToken: true,
    usesGitHub: false,
  };
  it.each<[string, Partial<SecretFacts>, string, Level, RegExp]>([
    ["one of 32 characters", { webhookSecrets: [32] }, "GITLAB_WEBHOOK_SECRET", "ok", /^is set$/],
    ["two", { webhookSecrets: [40, 64] }, "GITLAB_WEBHOOK_SECRET", "ok", /2 values/],
    ["one of two is short", { webhookSecrets: [64, 31] }, "GITLAB_WEBHOOK_SECRET", "warning", /31.*openssl rand/],
    ["none", { webhookSecrets: [] }, "GITLAB_WEBHOOK_SECRET", "failed", /every delivery is refused.*openssl/],
    ["signing tokens alone", { webhookSecrets: [], signingTokens: 2 }, "GITLAB_WEBHOOK_SECRET", "ok", /2 hooks/],
    ["no admin token", { hasAdminToken: false }, "ADMIN_TOKEN", "ok", /no admin pages/],
    ["GitHub without a secret", { usesGitHub: true }, "GITHUB_WEBHOOK_SECRET", "failed", /is not set/],
    ["GitHub", { usesGitHub: true, githubSecrets: [40] }, "GITHUB_WEBHOOK_SECRET", "ok", /is set/],
  ])("%s", (_, facts, name, level, text) => {
    expectRemark(remarkOf(judgeSecrets({ ...good, ...facts }), name), level, text);
  });
  it("GitHub's is of no interest where no route is there", () => {
    expect(levels(judgeSecrets(good))).toEqual(["ok GITLAB_WEBHOOK_SECRET", "ok ADMIN_TOKEN"]);
  });
});

describe("the account", () => {
  const TOKEN: TokenFacts = { scopes: ["api"], endsAt: NOW + 100 * DAY };
  const ACCOUNT: AccountFacts = { id: 1, username: "bot", name: "B", owner: "itself", mayCreateProjects: true };
  const given = <T>(value: T): PromiseSettledResult<T> => ({ status: "fulfilled", value });
  const refused = (kind: "auth" | "upstream" | "user", fix?: string): PromiseRejectedResult => ({
    status: "rejected",
    reason: new TandemError(kind, `GitLab says no (${kind})`, { code: "x", ...(fix === undefined ? {} : { fix }) }),
  });
  const judge = (token: Partial<TokenFacts>, account: Partial<AccountFacts> = {}) =>
    judgeAccount({ token: given({ ...TOKEN, ...token }), account: given({ ...ACCOUNT, ...account }) }, NOW);

  it("is well", () => {
    expect(levels(judge({}))).toEqual(["ok token", "ok scopes", "ok expiry", "ok account"]);
  });
  it.each<[string, Partial<TokenFacts>, string, Level, RegExp]>([
    ["more scopes", { scopes: ["read_user", "api"] }, "scopes", "ok", /read_user, api/],
    ["read_api is not api", { scopes: ["read_api"] }, "scopes", "failed", /`api` is missing.*new token/],
    ["no scope", { scopes: [] }, "scopes", "failed", /none/],
    ["without an end", { endsAt: undefined }, "expiry", "ok", /does not end/],
    ["thirty days", { endsAt: NOW + 30 * DAY }, "expiry", "ok", /in 30 days/],
    ["not quite thirty", { endsAt: NOW + 30 * DAY - 1 }, "expiry", "warning", /2026-12-20, in 29 days.*new token/],
    ["today", { endsAt: NOW }, "expiry", "failed", /ended on 2026-11-20.*new token/],
  ])("the token: %s", (_, token, name, level, text) => {
    expectRemark(remarkOf(judge(token), name), level, text);
  });
  it.each<[string, Partial<AccountFacts>, Level, RegExp]>([
    ["of a project's token", { owner: "project" }, "warning", /token of a project.*cannot fork.*service account/],
    ["of a group's token", { owner: "group" }, "warning", /token of a group/],
    ["at its limit", { mayCreateProjects: false }, "failed", /may not create projects.*limit/],
    ["of which GitLab does not say", { mayCreateProjects: undefined }, "ok", /own/],
  ])("an account %s", (_, account, level, text) => {
    expectRemark(remarkOf(judge({}, account), "account"), level, text);
  });
  it("a refused token is one line, with the remedy", () => {
    for (const answers of [
      { token: refused("auth"), account: refused("auth") },
      { token: given(TOKEN), account: refused("auth") },
      { token: refused("auth"), account: given(ACCOUNT) },
    ]) {
      const remarks = judgeAccount(answers, NOW);
      expect(levels(remarks)).toEqual(["failed token"]);
      expectRemark(remarkOf(remarks, "token"), "failed", /GitLab says no.*Make a new token with the scope `api`/);
    }
  });
  it("a forge that is away is one line", () => {
    const [remark, ...others] = judgeAccount({ token: refused("upstream"), account: refused("upstream") }, NOW);
    expect(others).toEqual([]);
    expect(remark && textOf(remark)).toMatch(/GitLab says no.*Check gitlab\.url/);
  });
  it("one answer of two is used", () => {
    expect(levels(judgeAccount({ token: given({ ...TOKEN, scopes: [] }), account: refused("user") }, NOW))).toEqual([
      "failed token",
      "failed scopes",
      "ok expiry",
    ]);
    expect(levels(judgeAccount({ token: refused("user"), account: given(ACCOUNT) }, NOW))).toEqual([
      "ok token",
      "warning scopes",
      "ok account",
    ]);
    expect(levels(judgeAccount({ token: given(undefined), account: given(ACCOUNT) }, NOW))).toEqual([
      "ok token",
      "warning scopes",
      "ok account",
    ]);
  });
  it.each<[number | undefined, Level, RegExp]>([
    [undefined, "warning", /not checked/],
    [0, "ok", /agrees/],
    [30_400, "ok", /agrees/],
    [31_000, "warning", /31 seconds ahead of.*NTP/],
    [-31_000, "warning", /31 seconds behind/],
    [300_000, "warning", /300 seconds/],
    [-301_000, "failed", /signed webhooks are refused/],
  ])("a clock that is %p ms ahead", (aheadMs, level, text) => {
    expectRemark(judgeClock(aheadMs), level, text);
  });
});

describe("a route", () => {
  const group = { kind: "group", path: "g/src" } as const;
  const project = { kind: "project", path: "g/src/acl" } as const;
  const good: PlaceFacts = { projects: 3, asDeveloper: 3, isLarge: false, unforkable: [], forksStayInside: false };
  it("is well", () => {
    expect(levels(judgeSource(group, good))).toEqual(["ok source-git", "ok statuses"]);
    expect(levels(judgeDist(group, good))).toEqual(["ok dist-git", "ok pipelines", "ok forks"]);
  });
  it.each<[string, readonly Remark[], string, Level, RegExp]>([
    ["no group", judgeSource(group, undefined), "source-git", "failed", /no group g\/src, or.*member/],
    ["no project", judgeDist(project, undefined), "dist-git", "failed", /no project g\/src\/acl/],
    [
      "an empty group",
      judgeSource(group, { ...good, projects: 0, asDeveloper: 0 }),
      "source-git",
      "warning",
      /no project/,
    ],
    [
      "a large group",
      judgeSource(group, { ...good, projects: 100, isLarge: true }),
      "source-git",
      "ok",
      /at least 100/,
    ],
    ["one project", judgeSource(project, { ...good, projects: 1 }), "source-git", "ok", /project g\/src\/acl/],
    ["no role", judgeSource(group, { ...good, asDeveloper: 0 }), "statuses", "warning", /not Developer.*Give the bot/],
    ["a role in some", judgeSource(group, { ...good, asDeveloper: 1 }), "statuses", "warning", /in 1 of 3 projects/],
    ["dist-git, Developer", judgeDist(group, good), "pipelines", "ok", /run there/],
    ["dist-git, no role", judgeDist(group, { ...good, asDeveloper: 0 }), "pipelines", "ok", /in its forks/],
    ["dist-git, both", judgeDist(group, { ...good, asDeveloper: 2 }), "pipelines", "ok", /2 of 3/],
    [
      "forks switched off",
      judgeDist(group, { ...good, unforkable: ["g/a"] }),
      "forks",
      "failed",
      /may not fork g\/a\./,
    ],
    [
      "forks switched off in many",
      judgeDist(group, { ...good, unforkable: ["a", "b", "c", "d", "e"] }),
      "forks",
      "failed",
      /fork a, b, c and 2 more/,
    ],
    ["forks inside only", judgeDist(group, { ...good, forksStayInside: true }), "forks", "failed", /outside of it/],
  ])("%s", (_, remarks, name, level, text) => {
    expectRemark(remarkOf(remarks, name), level, text);
  });
});

describe("webhooks", () => {
  const hook: Hook = {
    id: 1,
    url: "https://t/api/webhooks/gitlab",
    description: "",
    events: ["note"],
    otherEvents: [],
    checksCertificate: true,
    branchFilter: "",
    state: "enabled",
    pausedUntil: undefined,
  };
  const site: Site = {
    place: { kind: "group", path: "g" },
    of: ["source"],
    events: ["note"],
    grant: { namespace: "g" },
    list: { found: "hooks", hooks: [hook] },
  };
  const good: SitePlan = { site, step: { do: "leave", hook }, enable: false, surplus: [] };
  const differing = (...deviations: readonly Deviation[]): SitePlan => ({
    ...good,
    step: { do: "repair", hook, deviations },
  });
  const denied = (because: "plan" | "role"): SitePlan => ({
    ...good,
    site: { ...site, list: { found: "denied", because } },
    step: { do: "use-projects", because },
  });
  it.each<[string, SitePlan, Level, RegExp]>([
    ["well", good, "ok", /group g has one/],
    ["missing", { ...good, step: { do: "create" } }, "failed", /has none that posts here.*webhook install/],
    ["switched off", { ...good, enable: true }, "failed", /switched off/],
    ["of another address", differing({ differs: "url", is: "http://t" }), "failed", /posts to http:\/\/t/],
    ["lacking events", differing({ differs: "events", lacks: ["push"], surplus: [] }), "failed", /not tell of push/],
    ["with more events", differing({ differs: "events", lacks: [], surplus: ["job"] }), "warning", /more.*job/],
    ["careless", differing({ differs: "certificate" }), "warning", /certificate/],
    ["for some branches", differing({ differs: "branch-filter", is: "main" }), "failed", /pushes to main/],
    ["of unknown token", differing({ differs: "token" }), "warning", /nobody can see/],
    ["wrong twice", differing({ differs: "token" }, { differs: "url", is: "x" }), "failed", /token.*; it posts to x/],
    ["there twice", { ...good, surplus: [{ hook, remove: true }] }, "warning", /1 more hook: deliveries come twice/],
    ["hidden", denied("role"), "warning", /not checked: .*Owner.*webhook verify/],
    ["not paid for", denied("plan"), "warning", /plan has none/],
  ])("one that is %s", (_, plan, level, text) => {
    const [remark, ...others] = judgeHooks([plan]);
    expect(others).toEqual([]);
    expectRemark(remark ?? { level: "ok", name: "", found: "" }, level, text);
  });
  it("of a place that is not there are told with the place", () => {
    expect(judgeHooks([{ ...good, site: { ...site, list: { found: "nothing" } } }])).toEqual([]);
  });
  it("of forks are one line", () => {
    expect(judgeForkHooks({ plans: [], forks: 0 })).toEqual([]);
    expect(judgeForkHooks({ plans: [good, good], forks: 2 }).map(textOf)).toEqual(["2 forks, each with its hook"]);
    const [remark] = judgeForkHooks({ plans: [good, { ...good, step: { do: "create" } }], forks: 12 });
    expectRemark(
      remark ?? { level: "ok", name: "", found: "" },
      "warning",
      /2 of 12 forks.*1 without.*the bot's token/,
    );
  });
});

describe("the queue", () => {
  type Redis = Extract<QueueFacts, { kind: "redis" }>;
  const redis: Redis = {
    kind: "redis",
    version: "7.0.15",
    isReplica: false,
    isAppendOnly: true,
    evictionPolicy: "noeviction",
    usedBytes: 2 * 1024 * 1024,
    maxBytes: 0,
  };
  const judge = (facts: QueueFacts) => judgeQueue(facts, "redis://host:6379");
  it("is well", () => {
    const all = ["ok queue", "ok version", "ok persistence", "ok eviction", "ok memory"];
    expect(levels(judge(redis))).toEqual(all);
    expect(levels(judge({ kind: "postgres", version: "16.2" }))).toEqual(["ok queue", "ok version"]);
    expect(levels(judge({ kind: "embedded", directory: "/q", isInUse: true }))).toEqual(["ok queue"]);
  });
  it.each<[string, Partial<Redis>, string, Level, RegExp]>([
    ["6.2", { version: "6.2.0" }, "version", "ok", /6\.2/],
    ["6.0", { version: "6.0.16" }, "version", "failed", /6\.0\.16 is older than 6\.2/],
    ["5", { version: "5.9.9" }, "version", "failed", /older/],
    ["10", { version: "10.0.0" }, "version", "ok", /10/],
    ["a replica", { isReplica: true }, "queue", "failed", /replica.*master/],
    ["no file", { isAppendOnly: false }, "persistence", "warning", /appendonly no.*Set appendonly yes/],
    ["eviction", { evictionPolicy: "allkeys-lru" }, "eviction", "failed", /allkeys-lru.*noeviction/],
    ["a limit", { maxBytes: 4 * 1024 * 1024 }, "memory", "ok", /2\.0 MiB of 4\.0 MiB/],
    ["nearly full", { maxBytes: 2.5 * 1024 * 1024 }, "memory", "warning", /Raise maxmemory/],
    ["silent on the version", { version: undefined }, "version", "warning", /could not be read/],
    ["silent on the file", { isAppendOnly: undefined }, "appendonly", "warning", /could not be read/],
    ["silent on eviction", { evictionPolicy: undefined }, "maxmemory-policy", "warning", /could not be read/],
    ["silent on memory", { usedBytes: undefined }, "memory", "warning", /could not be read/],
  ])("Redis: %s", (_, facts, name, level, text) => {
    expectRemark(remarkOf(judge({ ...redis, ...facts }), name), level, text);
  });
});

describe("the machine", () => {
  it.each<[string, Level]>([
    ["git version 2.34.0", "ok"],
    ["git version 2.39.5 (Apple Git-154)", "ok"],
    ["git version 3.0.0", "ok"],
    ["git version 2.33.9", "failed"],
    ["git version 1.99.0", "failed"],
    ["nonsense", "failed"],
  ])("%s is %s", (version, level) => {
    expectRemark(judgeGit(version), level, level === "ok" ? /as the service runs it/ : /older than 2\.34.*Install/);
  });

  const GIB = 1024 ** 3;
  const use = { name: "git cache", setting: "TANDEM_GIT_CACHE", wantedBytes: 20 * GIB };
  const disk = { ...{ directory: "/c", existing: "/c", isWritable: true }, usedBytes: 0, freeBytes: 50 * GIB };
  it.each<[string, Partial<typeof disk>, Level, RegExp]>([
    ["room", {}, "ok", /50 GiB of 100 GiB free/],
    ["less than the cache may want", { freeBytes: 19 * GIB }, "warning", /want 20 GiB more.*Make room/],
    ["what the cache holds already counts", { freeBytes: 19 * GIB, usedBytes: GIB }, "ok", /free/],
    ["a cache that is full, on a disk that is not", { freeBytes: 10 * GIB, usedBytes: 20 * GIB }, "ok", /free/],
    ["less than a tenth", { freeBytes: 9 * GIB, usedBytes: 20 * GIB }, "warning", /Make room/],
    ["read-only", { isWritable: false }, "failed", /may not write to \/c\..*TANDEM_GIT_CACHE/],
    ["no place to make it", { existing: "/", isWritable: false }, "failed", /to \/, where \/c is to be made/],
  ])("the disk: %s", (_, facts, level, text) => {
    expectRemark(judgeDisk(use, { ...disk, totalBytes: 100 * GIB, ...facts }), level, text);
  });

  it.each([
    [0, "0 bytes"],
    [1023, "1023 bytes"],
    [1536, "1.5 KiB"],
    [20 * GIB, "20 GiB"],
    [5000 * 1024 * GIB, "5000 TiB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });
});

describe("the public address", () => {
  const URL = "https://tandem.example.org";
  const good = { kind: "answered", status: 200, location: undefined, isTandem: true, certificate: undefined } as const;
  const cert = (facts: Partial<CertificateFacts>): PublicUrlFacts => ({
    ...good,
    certificate: { problem: undefined, endsAt: NOW + 90 * DAY, ...facts },
  });
  const judge = (facts: PublicUrlFacts, url = URL) => judgePublicUrl(url, facts, NOW);
  it("is well", () => {
    expect(levels(judge(cert({})))).toEqual(["ok address", "ok certificate"]);
    expect(levels(judge(good, "http://127.0.0.1:8080"))).toEqual(["ok address"]);
  });
  it.each<[string, readonly Remark[], string, Level, RegExp]>([
    ["none", [judgeNoPublicUrl()], "address", "warning", /publicUrl is not set.*Set publicUrl/],
    ["away", judge({ kind: "unreachable", reason: "ENOTFOUND" }), "address", "warning", /from here: ENOTFOUND/],
    ["a proxy without a service", judge({ ...good, isTandem: false, status: 502 }), "address", "warning", /502/],
    ["something else", judge({ ...good, isTandem: false }), "address", "failed", /200, and not as Tandem does/],
    [
      "a redirection",
      judge({ ...good, isTandem: false, status: 301, location: "https://x" }),
      "address",
      "failed",
      /301 and leads to https:\/\/x/,
    ],
    ["21 days", judge(cert({ endsAt: NOW + 21 * DAY })), "certificate", "ok", /in 21 days/],
    ["20 days", judge(cert({ endsAt: NOW + 21 * DAY - 1 })), "certificate", "warning", /2026-12-11, in 20 days.*Renew/],
    ["3 days", judge(cert({ endsAt: NOW + 3 * DAY })), "certificate", "warning", /in 3 days/],
    ["2 days", judge(cert({ endsAt: NOW + 3 * DAY - 1 })), "certificate", "failed", /in 2 days/],
    ["ended", judge(cert({ endsAt: NOW, problem: "CERT_HAS_EXPIRED" })), "certificate", "failed", /ended on/],
    ["not trusted", judge(cert({ problem: "SELF_SIGNED" })), "certificate", "failed", /SELF_SIGNED.*authority/],
    ["without an end", judge(cert({ endsAt: undefined })), "certificate", "warning", /does not say/],
  ])("%s", (_, remarks, name, level, text) => {
    expectRemark(remarkOf(remarks, name), level, text);
  });
  it.each([
    ["http://tandem.example.org", true],
    ["http://8.8.8.8", true],
    ["http://172.32.0.1", true],
    ["http://[2001:db8::1]", true],
    ["http://localhost:8080", false],
    ["http://tandem.localhost", false],
    ["http://10.1.2.3", false],
    ["http://172.16.0.1", false],
    ["http://192.168.1.1", false],
    ["http://[::1]:8080", false],
    ["http://[fd00::1]", false],
    ["https://tandem.example.org", false],
  ])("%s: plain HTTP in public is %p", (url, isPlain) => {
    expect(levels(judge({ kind: "unreachable", reason: "x" }, url)).includes("warning encryption")).toBe(isPlain);
  });
});
