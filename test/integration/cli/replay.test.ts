// `tandem replay`: recorded deliveries become jobs in a real queue, or the reason why not.
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { addReplay } from "../../../src/cli/replay.ts";
import { runCli } from "../../../src/cli/run-cli.ts";
import type { Environment } from "../../../src/config/env.ts";
import type { Job } from "../../../src/model/jobs.ts";
import type { QueueLocation } from "../../../src/model/queue-location.ts";
import { Secret } from "../../../src/model/secret.ts";
import { openBackend } from "../../../src/queue/open-backend.ts";
import { prepareEmbeddedQueue } from "../../support/embedded-queue.ts";
import {
  mergeRequestPayload,
  notePayload,
  otherPayload,
  pipelinePayload,
  pushPayload,
} from "../../support/gitlab-payloads.ts";
import { recordingLogger } from "../../support/recording-logger.ts";
import { hasRedis, startRedis } from "../../support/redis-server.ts";

const ROUTES = [
  { name: "lab", source: "group/src/{package}", branches: ["c9s"], dist: "group/rpms/{package}" },
  { name: "hub", forge: "github", source: "org/{package}", branches: ["main"], dist: "group/hub/{package}" },
];
const MR = {
  "X-Gitlab-Event": "Merge Request Hook",
  "Idempotency-Key": "delivery-1",
  "X-Gitlab-Token": "hidden-token",
};
const repository = { id: 77, full_name: "org/pkg" };
const pullRequest = { action: "closed", number: 5, pull_request: { number: 5 }, repository };

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "tandem-replay-"));
  writeFileSync(join(cwd, "tandem.yaml"), JSON.stringify({ routes: ROUTES, commands: { prefix: "/bot" } }));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

async function replay(
  args: readonly string[],
  { env = {}, stdin = "" }: { readonly env?: Environment; readonly stdin?: string } = {},
) {
  let stdout = "";
  let stderr = "";
  const code = await runCli({
    args: ["replay", ...args],
    version: "1.2.3",
    commands: [addReplay],
    env: { TANDEM_CONFIG: "tandem.yaml", ...env },
    cwd,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminal: false,
    stdin: () => Promise.resolve(Buffer.from(stdin)),
    signals: new EventEmitter(),
  });
  return { code, stdout, stderr };
}

function write(content: unknown): string {
  writeFileSync(join(cwd, "delivery.json"), typeof content === "string" ? content : JSON.stringify(content));
  return "delivery.json";
}

const embedded = () => ({ kind: "embedded", directory: join(cwd, ".tandem/queue") }) as const;

/** What waits in a queue. */
async function waiting(name: Job["queue"], location: QueueLocation = embedded()): Promise<readonly unknown[]> {
  const backend = await openBackend(location, "consume", recordingLogger());
  const queue = backend.openQueue(name);
  try {
    return (await queue.getJobs(["waiting"])).map(({ data }) => data);
  } finally {
    await queue.close();
    await backend.close();
  }
}

describe("--dry-run", () => {
  it.each<[string, unknown, readonly string[], string]>([
    ["a merge request", { headers: MR, body: mergeRequestPayload() }, [], "mirror gitlab/101!5"],
    ["a body as text", { headers: MR, body: JSON.stringify(mergeRequestPayload()) }, [], "mirror gitlab/101!5"],
    [
      "headers in lower case",
      { headers: { "x-gitlab-event": "Push Hook" }, body: pushPayload() },
      [],
      "backsync gitlab/404#c9s",
    ],
    [
      "headers that are no text",
      { headers: { ...MR, "Content-Length": 12, Via: ["a"] }, body: mergeRequestPayload() },
      [],
      "mirror gitlab/101!5",
    ],
    [
      "a command",
      { headers: { "X-Gitlab-Event": "Note Hook" }, body: notePayload({ note: "/bot sync" }) },
      [],
      "mirror gitlab/101!5",
    ],
    ["a body alone", pipelinePayload(), ["--event", "Pipeline Hook"], `ci gitlab/303@${"b".repeat(40)}`],
    ["GitHub", { headers: { "X-GitHub-Event": "pull_request" }, body: pullRequest }, [], "mirror github/77!5"],
    ["a body of GitHub alone", pullRequest, ["--event", "pull_request"], "mirror github/77!5"],
  ])("%s: prints the job and queues nothing", async (_, content, options, job) => {
    const { code, stdout, stderr } = await replay(["--dry-run", ...options, write(content)]);
    expect([code, stdout, stderr]).toEqual([0, `would queue: ${job}\n`, ""]);
  });

  it.each<[string, unknown, string]>([
    ["no command", { headers: { "X-Gitlab-Event": "Note Hook" }, body: notePayload() }, "The comment is no command"],
    ["an unserved project", { headers: MR, body: mergeRequestPayload({ path: "x/y" }) }, "No route serves"],
    [
      "another event",
      { headers: { "X-Gitlab-Event": "Job Hook" }, body: otherPayload("build") },
      "Job Hook is not handled",
    ],
  ])("%s: says why there is nothing to do", async (_, content, reason) => {
    const file = write(content);
    const text = await replay(["--dry-run", file]);
    expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(`^nothing to do: ${reason}`)]);
    const json = await replay(["--json", file]);
    expect(JSON.parse(json.stdout)).toEqual({ jobs: [], queued: false, reason: expect.stringContaining(reason) });
  });

  it("reads standard input, and prints JSON", async () => {
    const stdin = JSON.stringify({ headers: MR, body: mergeRequestPayload() });
    const { code, stdout } = await replay(["--dry-run", "--json", "-"], { stdin });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        jobs: [{ v: 1, queue: "mirror", forge: "gitlab", projectId: 101, iid: 5, origin: "replay-delivery-1" }],
        queued: false,
      },
    ]);
    expect(stdout).not.toContain("hidden");
  });

  it("needs no secrets, not even for production", async () => {
    const env = { TANDEM_ENV: "production", QUEUE_URL: "redis://user:hidden@queue.test" };
    const file = write({ headers: MR, body: mergeRequestPayload({ path: "redhat/centos-stream/src/acl" }) });
    expect(await replay(["--dry-run", file], { env: { ...env, TANDEM_CONFIG: undefined } })).toMatchObject({ code: 0 });
  });
});

describe("what is no delivery ends with 2 and says so", () => {
  it.each<[string, unknown, readonly string[], string]>([
    ["no JSON", "{", [], "it is not JSON"],
    ["a list", [], [], "not an object with headers and body"],
    ["no headers", mergeRequestPayload(), [], "not an object with headers and body"],
    ["no event", { headers: {}, body: {} }, [], "neither X-Gitlab-Event nor X-GitHub-Event"],
    ["a body that is no JSON", { headers: MR, body: "{" }, [], "it is not JSON"],
    ["no body", { headers: MR }, [], "not an object with headers and body"],
    ["body null", { headers: MR, body: null }, [], "not what gitlab sends"],
    ["another body", { headers: MR, body: { hello: 1 } }, [], "not what gitlab sends"],
    ["another body of GitHub", { hello: 1 }, ["--event", "pull_request"], "not what github sends"],
  ])("%s", async (_, content, options, problem) => {
    const { code, stdout, stderr } = await replay([...options, write(content)]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain("hidden");
  });

  it.each([[["none.json"]], [[]], [["a", "b"]]])("%j", async (args) => {
    expect((await replay(args)).code).toBe(2);
  });
});

describe("the embedded queue", () => {
  it("keeps the job for the next service", async () => {
    const { code, stdout, stderr } = await replay(["--event", "Push Hook", write(pushPayload())]);
    expect([code, stdout]).toEqual([0, "queued: backsync gitlab/404#c9s\n"]);
    expect(stderr).toContain("until a service starts with that queue");
    expect(await waiting("backsync")).toMatchObject([{ queue: "backsync", projectId: 404, branch: "c9s" }]);
  });

  it("that a service holds is told, with what to do", async () => {
    await prepareEmbeddedQueue(embedded().directory);
    const backend = await openBackend(embedded(), "consume", recordingLogger());
    try {
      const { code, stdout, stderr } = await replay([write({ headers: MR, body: mergeRequestPayload() })]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("Another process uses the embedded queue");
      expect(stderr).toContain("Stop the service");
    } finally {
      await backend.close();
    }
  });
});

if (hasRedis) {
  it("on Redis the job is there at once, beside a service that runs", async () => {
    const redis = await startRedis();
    try {
      const file = write({ headers: MR, body: mergeRequestPayload() });
      const { code, stdout, stderr } = await replay([file], { env: { QUEUE_URL: redis.url } });
      expect([code, stdout, stderr]).toEqual([0, "queued: mirror gitlab/101!5\n", ""]);
      expect(await waiting("mirror", { kind: "redis", url: new Secret(redis.url) })).toMatchObject([{ iid: 5 }]);
    } finally {
      await redis.stop();
    }
  });
}
