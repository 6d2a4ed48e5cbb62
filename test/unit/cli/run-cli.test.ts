// The command line in this process: what goes to which stream, and the exit codes.
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { verifyWebhookToken } from "../../../src/api/webhook-token.ts";
import { addConfig } from "../../../src/cli/config.ts";
import type { AddCommand } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/run-cli.ts";
import { addWebhook } from "../../../src/cli/webhook/webhook.ts";
import type { Environment } from "../../../src/config/env.ts";
import { TandemError } from "../../../src/model/errors.ts";
import { Secret } from "../../../src/model/secret.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "tandem-cli-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

async function run(
  args: readonly string[],
  env: Environment = {},
  commands: readonly AddCommand[] = [addConfig, addWebhook],
) {
  let stdout = "";
  let stderr = "";
  const code = await runCli({
    args,
    version: "1.2.3",
    commands,
    env,
    cwd,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: false,
    stdin: () => Promise.resolve(Buffer.alloc(0)),
    signals: new EventEmitter(),
  });
  return { code, stdout, stderr };
}

describe("usage", () => {
  it.each([
    ["--version", "1.2.3\n"],
    ["--help", expect.stringContaining("Examples:")],
  ])("%s goes to stdout and ends with 0", async (option, expected) => {
    expect(await run([option])).toEqual({ code: 0, stdout: expected, stderr: "" });
  });

  it.each([
    [["config", "check", "--help"], "--env production"],
    [["webhook", "token", "--help"], "for the webhook of a group"],
  ])("%j has examples", async (args, example) => {
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toContain(example);
  });

  it.each([
    [["nonsense"]],
    [["config", "nonsense"]],
    [["config", "check", "--nonsense"]],
    [["config", "check", "--env", "prod"]],
    [["config", "check", "surplus"]],
    [["webhook", "token"]],
    [["webhook", "token", "../x"]],
    [["webhook", "token", "group", "a/b"]],
    [["webhook", "token", "group", "a", "b"]],
    [["webhook", "token", "--secret", "x", "group"]],
    [["--nonsense"]],
    [[]],
    [["config"]],
  ])("%j is wrong usage: 2, told on stderr", async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
  });
});

describe("what a command throws", () => {
  it.each([
    ["user", 2],
    ["stale", 1],
    ["rate-limit", 1],
    ["upstream", 1],
    ["auth", 1],
    ["environment", 1],
    ["bug", 1],
  ] as const)("kind %s ends with %d, with message and fix on stderr", async (kind, expected) => {
    const fail: AddCommand = (program) => {
      program.command("fail").action(() => {
        throw new TandemError(kind, "it went wrong", { code: "x", fix: "mend it" });
      });
    };
    const { code, stdout, stderr } = await run(["fail"], {}, [fail]);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain("tandem: it went wrong\n  mend it\n");
    expect(stderr.includes("at ")).toBe(kind === "bug");
  });

  it("an abort ends with 130", async () => {
    const abort: AddCommand = (program) => {
      program.command("wait").action(() => {
        throw new DOMException("stopped", "AbortError");
      });
    };
    expect((await run(["wait"], {}, [abort])).code).toBe(130);
  });
});

describe("config check", () => {
  const routes = 'routes: [{ name: mine, source: "g/s/{package}", branches: [c9s, "x*"], dist: "g/d/{package}" }]\n';

  it("prints environment, queue without password and routes of a good one", async () => {
    writeFileSync(join(cwd, "mine.yaml"), routes);
    const env = { TANDEM_CONFIG: "mine.yaml", QUEUE_URL: "redis://user:hidden-password@queue.test:6380/2" };
    const { code, stdout, stderr } = await run(["config", "check"], env);
    expect([code, stderr]).toEqual([0, ""]);
    for (const text of [
      "development",
      "redis://queue.test:6380/2",
      "mine",
      "g/s/{package}",
      "c9s, x*",
      "g/d/{package} {branch}",
      "not copied",
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).not.toContain("hidden");
  });

  it("warns of what is allowed and still unwise, and ends with 0", async () => {
    const text = await run(["config", "check", "--env", "staging"]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^warning: routes\.0\.trust: .*a stranger's CI file runs with the bot's rights/m);
    const json = await run(["config", "check", "--env", "staging", "--json"]);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([0, { warnings: [{ path: "routes.0.trust" }] }]);
    expect((await run(["config", "check"])).stdout).not.toContain("warning");
  });

  it("prints every problem of a bad one and ends with 2", async () => {
    writeFileSync(join(cwd, "bad.yaml"), "listen: { port: x }\nlogs: {}\n");
    const { code, stdout } = await run(["config", "check", "--env", "production"], { TANDEM_CONFIG: "bad.yaml" });
    expect(code).toBe(2);
    for (const text of ["listen.port", "logs", "GITLAB_TOKEN", "GITLAB_WEBHOOK_SECRET", "QUEUE_URL", "5 problems"]) {
      expect(stdout).toContain(text);
    }
  });

  it("prints JSON on demand", async () => {
    const good = await run(["config", "check", "--json", "--env", "staging"]);
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([
      0,
      { ok: true, environment: "staging", routes: [{ name: "staging" }] },
    ]);
    const bad = await run(["config", "check", "--json"], { QUEUE_URL: "mysql://hidden-password@x" });
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([2, { ok: false, problems: [{ path: "QUEUE_URL" }] }]);
    expect(bad.stdout).not.toContain("hidden");
  });
});

it("config schema prints a JSON schema", async () => {
  const { code, stdout } = await run(["config", "schema"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: expect.any(String),
    type: "object",
    additionalProperties: false,
  });
});

describe("webhook token", () => {
  const env = { GITLAB_WEBHOOK_SECRET: "the-first-secret, the-former-secret" };

  it.each([
    [["group/src"], { namespace: "group/src" }],
    [["group/src", "pkg"], { namespace: "group/src", repo_name: "pkg" }],
  ])("%j prints a token with these claims, and nothing else", async (args, claims) => {
    const { code, stdout, stderr } = await run(["webhook", "token", ...args], env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const token = stdout.trim();
    expect(decodeJwt(token)).toEqual(claims);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(await verifyWebhookToken(token, [new Secret("the-first-secret")], Date.now())).toMatchObject({ ok: true });
    expect(await verifyWebhookToken(token, [new Secret("the-former-secret")], Date.now())).toMatchObject({ ok: false });
  });

  it("takes the secret from a file, too", async () => {
    writeFileSync(join(cwd, "secret"), "from-a-file\n");
    const { stdout } = await run(["webhook", "token", "g"], { GITLAB_WEBHOOK_SECRET_FILE: join(cwd, "secret") });
    expect(await verifyWebhookToken(stdout.trim(), [new Secret("from-a-file")], Date.now())).toMatchObject({
      ok: true,
    });
  });

  it.each([
    ["no secret", {}],
    ["an empty secret among others", { GITLAB_WEBHOOK_SECRET: "hidden-secret,," }],
    ["both variants", { GITLAB_WEBHOOK_SECRET: "hidden-secret", GITLAB_WEBHOOK_SECRET_FILE: "/x" }],
  ])("says what is missing with %s, and ends with 2", async (_, bad) => {
    const { code, stdout, stderr } = await run(["webhook", "token", "g"], bad);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("GITLAB_WEBHOOK_SECRET");
    expect(stderr).not.toContain("hidden");
  });
});
