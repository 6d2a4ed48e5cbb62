// Loading: precedence, all problems at once, roles, and no secret in any message.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Role } from "../../../src/config/config.ts";
import type { Environment } from "../../../src/config/env.ts";
import { checkConfig, loadConfig } from "../../../src/config/load.ts";
import { secretValues } from "../../../src/config/secret-values.ts";

const TOKEN = "glpat-this-is-the-bot";
const JWT = "first-jwt-secret,second-jwt-secret";
const SIGNING = "group/src=whsec_c2lnbmluZy1rZXktb25l, group/rpms=whsec_c2lnbmluZy1rZXktdHdv";
const ALL: Environment = { GITLAB_TOKEN: TOKEN, GITLAB_WEBHOOK_SECRET: JWT };
const REDIS = "redis://user:queue-password@localhost:6379/1";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "tandem-config-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(cwd, name);
  writeFileSync(path, text);
  return path;
}

/** The problems, as `path: expected`, of a configuration that must have some. */
function problems(env: Environment, role: Role = "check", configDir?: string) {
  const checked = checkConfig({ env, role, cwd, ...(configDir ? { configDir } : {}) });
  if (checked.ok) throw new Error("the configuration was accepted");
  return checked.problems;
}

describe("precedence", () => {
  it("merges mappings, replaces lists, and lets variables win", () => {
    const file = write(
      "mine.yaml",
      'listen: { port: 9000 }\nroutes: [{ name: a, source: "g/s/{package}", branches: [x], dist: "g/d/{package}" }]\n',
    );
    const config = loadConfig({
      env: { TANDEM_ENV: "staging", TANDEM_CONFIG: file, PORT: "9001" },
      role: "check",
      cwd,
    });
    expect(config.listen).toEqual({ host: "0.0.0.0", port: 9001 });
    expect(config.routes).toEqual([
      {
        name: "a",
        forge: "gitlab",
        source: "g/s/{package}",
        branches: ["x"],
        dist: "g/d/{package}",
        distBranch: "{branch}",
        copyCiFile: false,
        patchComments: "full",
        onSourceMerge: "comment",
        backsync: true,
        trust: "anyone",
      },
    ]);
    expect(config.environment).toBe("staging");
  });

  it("starts relative paths at the working directory", () => {
    write("mine.yaml", "git: { cacheDir: cache }\n");
    const config = loadConfig({ env: { TANDEM_CONFIG: "mine.yaml", QUEUE_URL: "embedded:queue" }, role: "check", cwd });
    expect(config.git.cacheDir).toBe(join(cwd, "cache"));
    expect(config.queue).toEqual({ kind: "embedded", directory: join(cwd, "queue") });
  });

  it("takes GITLAB_URL without the trailing slash and TANDEM_GIT_CACHE as it is", () => {
    const config = loadConfig({
      env: { GITLAB_URL: "http://127.0.0.1:3000/gitlab/", TANDEM_GIT_CACHE: "/cache" },
      role: "check",
      cwd,
    });
    expect(config.gitlab.url).toBe("http://127.0.0.1:3000/gitlab");
    expect(config.git.cacheDir).toBe("/cache");
  });

  it("leaves an option as it was when a later file names it without a value", () => {
    const config = loadConfig({
      env: { TANDEM_CONFIG: write("mine.yaml", "log:\nlisten: { port: }\n") },
      role: "check",
      cwd,
    });
    expect(config.log.level).toBe("debug");
    expect(config.listen.port).toBe(8080);
  });
});

describe("problems", () => {
  it("reports all of them at once, each with its origin, path, value and expectation", () => {
    const file = write(
      "bad.yaml",
      `
listen: { port: 99999, hostname: x }
gitlab: { url: "ftp://somewhere" }
routes:
  - { name: a, source: "g/{package}", branches: [], dist: "d/x" }
  - { name: a, source: "g/{path}", branches: ["a..b"], dist: "d/{path}", patchComments: loud }
log: { level: chatty }
`,
    );
    const found = problems({ TANDEM_CONFIG: file, QUEUE_URL: "mysql://x", PORT: "http" }, "worker");
    expect(found.map(({ path }) => path).sort()).toEqual(
      [
        "GITLAB_TOKEN",
        "QUEUE_URL",
        "gitlab.url",
        "listen.hostname",
        "listen.port",
        "log.level",
        "routes.0.branches",
        "routes.0.dist",
        "routes.1.branches.0",
        "routes.1.name",
        "routes.1.patchComments",
      ].sort(),
    );
    expect(found).toContainEqual({
      origin: file,
      path: "log.level",
      value: '"chatty"',
      expected: "one of error, warn, info, debug",
    });
    expect(found).toContainEqual({
      origin: "environment variable PORT",
      path: "listen.port",
      value: '"http"',
      expected: "number",
    });
    expect(found).toContainEqual({
      origin: file,
      path: "listen.hostname",
      value: "an unknown option (value not shown)",
      expected: "one of host, port",
    });
  });

  it("refuses two routes of one name", () => {
    const route = '{ name: a, source: "g/s/{package}", branches: [x], dist: "g/d/{package}" }';
    const [only, ...others] = problems({ TANDEM_CONFIG: write("two.yaml", `routes: [${route}, ${route}]`) });
    expect(only).toMatchObject({ path: "routes.1.name", expected: "a name that no other route has" });
    expect(others).toEqual([]);
  });

  it("refuses two routes that lead from different sources to one dist-git branch, and names the later one", () => {
    const routes = [
      '{ name: a, source: "g/s/{package}", branches: [c9s], dist: "g/d/{package}" }',
      '{ name: b, forge: github, source: "o/{package}", branches: [main], dist: "g/d/{package}", distBranch: c9s }',
    ];
    const found = problems({ TANDEM_CONFIG: write("two.yaml", `routes: [${routes}]`) });
    expect(found).toMatchObject([{ path: "routes.1.dist", expected: expect.stringContaining("routes.0") }]);
  });

  it.each([
    ["/tandem", true],
    ["/tandem-stg", true],
    ["/2", true],
    ["tandem", false],
    ["/", false],
    ["/tan dem", false],
    ["/tandem/x", false],
    ["//tandem", false],
    ["/tandem\n", false],
    [`/${"x".repeat(51)}`, false],
  ])("the commands' prefix %j: %s", (prefix, expected) => {
    const file = write("mine.yaml", JSON.stringify({ commands: { prefix } }));
    const checked = checkConfig({ env: { TANDEM_CONFIG: file }, role: "check", cwd });
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path)).toEqual(expected ? [] : ["commands.prefix"]);
  });

  it("takes addresses of GitHub without the trailing slash", () => {
    const github = { url: "https://hub.test/", apiUrl: "https://hub.test/api/v3/" };
    const file = write("mine.yaml", JSON.stringify({ github }));
    expect(loadConfig({ env: { TANDEM_CONFIG: file }, role: "check", cwd }).github).toEqual({
      url: "https://hub.test",
      apiUrl: "https://hub.test/api/v3",
    });
    expect(problems({ TANDEM_CONFIG: write("bad.yaml", "github: { apiUrl: 'hub.test' }") })).toMatchObject([
      { path: "github.apiUrl" },
    ]);
  });

  it.each([
    ["a missing file", undefined, "a file that can be read"],
    ["broken YAML", "a: [1", "YAML"],
    ["a key twice", "log: { level: info }\nlog: { level: warn }\n", "YAML"],
    ["a list", "- 1\n", "a mapping"],
    ["a scalar", "routes\n", "a mapping"],
  ])("names the file for %s", (_, text, expected) => {
    const file = text === undefined ? join(cwd, "none.yaml") : write("bad.yaml", text);
    expect(problems({ TANDEM_CONFIG: file })[0]).toMatchObject({ origin: file, expected });
  });

  it("accepts an empty file", () => {
    expect(checkConfig({ env: { TANDEM_CONFIG: write("empty.yaml", "# nothing\n") }, role: "check", cwd }).ok).toBe(
      true,
    );
  });

  it("is not confused by names of JavaScript's own", () => {
    const file = write("evil.yaml", "__proto__: { log: { level: error } }\nconstructor: 1\n");
    expect(problems({ TANDEM_CONFIG: file }).map(({ path }) => path)).toEqual(["__proto__", "constructor"]);
    expect(({} as { log?: unknown }).log).toBeUndefined();
  });

  it("refuses an environment that does not exist", () => {
    expect(problems({ TANDEM_ENV: "prod" })[0]).toMatchObject({ path: "TANDEM_ENV", value: '"prod"' });
  });

  it("says a configuration directory is incomplete by its files", () => {
    const dir = join(cwd, "config");
    mkdirSync(dir);
    expect(problems({}, "check", dir).map(({ origin }) => origin)).toEqual([
      join(dir, "default.yaml"),
      join(dir, "development.yaml"),
    ]);
  });
});

describe("roles", () => {
  it("gives the API no forge token, and the worker the secrets that make tokens and no others", () => {
    const env = { ...ALL, GITLAB_WEBHOOK_SIGNING_TOKENS: SIGNING };
    const api = loadConfig({ env, role: "api", cwd });
    expect(Object.keys(api)).not.toContain("gitlabToken");
    expect(api.webhooks.jwtSecrets.map((secret) => secret.reveal())).toEqual(["first-jwt-secret", "second-jwt-secret"]);
    expect(api.webhooks.signingTokens.map(({ namespace, token }) => [namespace, token.reveal()])).toEqual([
      ["group/src", "whsec_c2lnbmluZy1rZXktb25l"],
      ["group/rpms", "whsec_c2lnbmluZy1rZXktdHdv"],
    ]);
    const worker = loadConfig({ env, role: "worker", cwd });
    expect(worker.webhooks.jwtSecrets.map((secret) => secret.reveal())).toEqual([
      "first-jwt-secret",
      "second-jwt-secret",
    ]);
    expect([...worker.webhooks.signingTokens, ...worker.webhooks.githubSecrets]).toEqual([]);
    expect(worker.gitlabToken.reveal()).toBe(TOKEN);
    expect(Object.keys(loadConfig({ env, role: "all", cwd }))).toEqual(
      expect.arrayContaining(["gitlabToken", "webhooks"]),
    );
  });

  it.each<[Role, string[]]>([
    ["api", ["GITLAB_WEBHOOK_SECRET"]],
    ["worker", ["GITLAB_TOKEN"]],
    ["all", ["GITLAB_TOKEN", "GITLAB_WEBHOOK_SECRET"]],
  ])("does not start %s without its secrets", (role, missing) => {
    expect(problems({}, role).map(({ path }) => path)).toEqual(missing);
  });

  it("accepts signing tokens alone", () => {
    expect(checkConfig({ env: { GITLAB_WEBHOOK_SIGNING_TOKENS: SIGNING }, role: "api", cwd }).ok).toBe(true);
  });

  it("gives a command that only queues jobs the queue and no other secret", () => {
    const env = { TANDEM_ENV: "production", QUEUE_URL: REDIS, GITLAB_TOKEN_FILE: "/nowhere" };
    const config = loadConfig({ env, role: "queue", cwd });
    expect(config.queue.kind).toBe("redis");
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(["gitlabToken"]));
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(["webhooks"]));
    expect(problems({ TANDEM_ENV: "production" }, "queue").map(({ path }) => path)).toEqual(["QUEUE_URL"]);
  });

  it("an admin's command needs a token, and in production no queue unless one is named", () => {
    const env = { TANDEM_ENV: "production", GITLAB_TOKEN: "glpat-admin" };
    expect(loadConfig({ env, role: "admin", cwd }).webhooks.jwtSecrets).toEqual([]);
    expect(problems({ TANDEM_ENV: "production" }, "admin").map(({ path }) => path)).toEqual(["GITLAB_TOKEN"]);
    expect(problems({ ...env, QUEUE_URL: "embedded:queue" }, "admin").map(({ path }) => path)).toEqual(["QUEUE_URL"]);
  });

  it("does not read the secrets of another role", () => {
    const env = { ...ALL, GITLAB_TOKEN_FILE: "/nowhere" };
    expect(checkConfig({ env, role: "api", cwd }).ok).toBe(true);
    expect(checkConfig({ env, role: "worker", cwd }).ok).toBe(false);
  });
});

describe("a route with source-git on GitHub", () => {
  const GITHUB: Environment = {
    GITHUB_TOKEN: "ghp-this-is-the-bot",
    GITHUB_WEBHOOK_SECRET: "new-hub-key, old-hub-key",
  };
  const route = { name: "a", forge: "github", source: "org/{package}", branches: ["c9s"], dist: "g/d/{package}" };
  const served = (): Environment => ({ ...ALL, TANDEM_CONFIG: write("hub.yaml", JSON.stringify({ routes: [route] })) });

  it.each<[Role, string[]]>([
    ["api", ["GITHUB_WEBHOOK_SECRET"]],
    ["worker", ["GITHUB_TOKEN"]],
    ["all", ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"]],
  ])("demands GitHub's secrets of %s", (role, missing) => {
    expect(problems(served(), role).map(({ path }) => path)).toEqual(missing);
    expect(checkConfig({ env: { ...served(), ...GITHUB }, role, cwd }).ok).toBe(true);
  });

  it("gives each role its own", () => {
    const env = { ...served(), ...GITHUB };
    const api = loadConfig({ env, role: "api", cwd });
    expect(Object.keys(api)).not.toContain("githubToken");
    expect(api.webhooks.githubSecrets.map((secret) => secret.reveal())).toEqual(["new-hub-key", "old-hub-key"]);
    expect(loadConfig({ env, role: "worker", cwd }).githubToken?.reveal()).toBe("ghp-this-is-the-bot");
  });

  it("takes them from files, and demands none where no route asks for them", () => {
    const env = { ...served(), ...GITHUB, GITHUB_TOKEN: undefined, GITHUB_TOKEN_FILE: write("token", "ghp-file\n") };
    expect(loadConfig({ env, role: "worker", cwd }).githubToken?.reveal()).toBe("ghp-file");
    const plain = loadConfig({ env: ALL, role: "all", cwd });
    expect([plain.githubToken, plain.webhooks.githubSecrets]).toEqual([undefined, []]);
  });

  it("shows none of them, and the redactor knows them", () => {
    const config = loadConfig({ env: { ...served(), ...GITHUB }, role: "all", cwd });
    const values = ["ghp-this-is-the-bot", "new-hub-key", "old-hub-key"];
    expect(secretValues(config)).toEqual(expect.arrayContaining(values));
    for (const value of values) expect(JSON.stringify(config)).not.toContain(value);
    const text = JSON.stringify(problems({ ...served(), GITHUB_WEBHOOK_SECRET: "new-hub-key,," }, "api"));
    expect(text).toContain("GITHUB_WEBHOOK_SECRET");
    expect(text).not.toContain("new-hub-key");
  });
});

describe("production", () => {
  const env = { TANDEM_ENV: "production", ...ALL, QUEUE_URL: REDIS };

  it("accepts a server as queue", () => {
    expect(loadConfig({ env, role: "all", cwd }).queue.kind).toBe("redis");
    expect(loadConfig({ env: { ...env, QUEUE_URL: "postgres://h/db" }, role: "all", cwd }).queue.kind).toBe("postgres");
  });

  it("refuses the embedded queue, missing secrets and a copied CI file, also when only checked", () => {
    const file = write(
      "mine.yaml",
      'routes: [{ name: a, source: "g/s/{package}", branches: [x], dist: "g/d/{package}", copyCiFile: true }]',
    );
    const found = problems({ TANDEM_ENV: "production", TANDEM_CONFIG: file });
    expect(found.map(({ path }) => path)).toEqual([
      "GITLAB_TOKEN",
      "GITLAB_WEBHOOK_SECRET",
      "QUEUE_URL",
      "routes.0.copyCiFile",
    ]);
    expect(problems({ ...env, QUEUE_URL: "embedded:/data" }).map(({ path }) => path)).toEqual(["QUEUE_URL"]);
  });
});

describe("secrets", () => {
  it("come from a file as well, without the newline at its end", () => {
    const env = { GITLAB_TOKEN_FILE: write("token", `${TOKEN}\n`), GITLAB_TOKEN: "" };
    expect(loadConfig({ env, role: "worker", cwd }).gitlabToken.reveal()).toBe(TOKEN);
  });

  it.each<[string, (dir: string) => Environment, string]>([
    [
      "both variants",
      () => ({ GITLAB_TOKEN: TOKEN, GITLAB_TOKEN_FILE: "/x" }),
      "GITLAB_TOKEN or GITLAB_TOKEN_FILE, not both",
    ],
    ["an unreadable file", (dir) => ({ GITLAB_TOKEN_FILE: join(dir, "none") }), "a file that can be read"],
    ["an empty file", () => ({ GITLAB_TOKEN_FILE: write("empty", "\n") }), "a file that holds the secret"],
  ])("are refused from %s", (_, env, expected) => {
    const found = problems(env(cwd), "worker");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ path: "GITLAB_TOKEN", expected });
  });

  it.each([
    ["an empty secret", { GITLAB_WEBHOOK_SECRET: "one-good-secret,,another-secret" }],
    ["a pair without namespace", { GITLAB_WEBHOOK_SIGNING_TOKENS: "whsec_c2VjcmV0LXNlY3JldA==" }],
    ["a token of another form", { GITLAB_WEBHOOK_SIGNING_TOKENS: "group=c2VjcmV0LXNlY3JldA==" }],
    ["a namespace that is none", { GITLAB_WEBHOOK_SIGNING_TOKENS: "/group=whsec_c2VjcmV0LXNlY3JldA==" }],
    ["an unknown queue", { ...ALL, QUEUE_URL: "mysql://user:one-good-secret@host" }],
    ["a queue without host", { ...ALL, QUEUE_URL: "redis:" }],
    ["an embedded queue without directory", { ...ALL, QUEUE_URL: "embedded:" }],
  ])("never appear in a message: %s", (_, env) => {
    const text = JSON.stringify(problems(env, "api"));
    for (const secret of ["one-good-secret", "another-secret", "c2VjcmV0", "first-jwt-secret"])
      expect(text).not.toContain(secret);
  });

  it("in a file are refused without being shown", () => {
    const file = write("mine.yaml", `gitlab: { token: ${TOKEN}, url: "https://user:${TOKEN}@gitlab.com" }\n`);
    const found = problems({ TANDEM_CONFIG: file });
    expect(found).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it("do not show in the configuration, and are all known to the redactor", () => {
    const env = { ...ALL, GITLAB_WEBHOOK_SIGNING_TOKENS: SIGNING, QUEUE_URL: REDIS };
    const config = loadConfig({ env, role: "all", cwd });
    const text = JSON.stringify(config);
    const values = secretValues(config);
    expect(values).toEqual(
      expect.arrayContaining([TOKEN, "first-jwt-secret", "second-jwt-secret", REDIS, "queue-password"]),
    );
    for (const value of values) expect(text).not.toContain(value);
  });
});

it("freezes the result, lists and mappings in it as well", () => {
  const config = loadConfig({ env: { TANDEM_ENV: "staging" }, role: "check", cwd });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.limits)).toBe(true);
  expect(Object.isFrozen(config.routes[0]?.branches)).toBe(true);
});

it("throws every problem in one message for the user", () => {
  expect(() => loadConfig({ env: { TANDEM_CONFIG: write("bad.yaml", "a: 1\nb: 2\n") }, role: "check", cwd })).toThrow(
    expect.objectContaining({
      kind: "user",
      code: "config-invalid",
      message: expect.stringMatching(/problems: 2[\s\S]*: a: [\s\S]*: b: /),
    }),
  );
});
