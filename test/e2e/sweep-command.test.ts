// `tandem sweep` as an operator uses it: the built command line against the double, beside a service and without one.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { type Contribution, contribute, type Package } from "../support/package.ts";
import { BOT_TOKEN, firstSweep, type Stage, setStage } from "../support/stage.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

describe("tandem sweep", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-sweep-"));
  let stage: Stage;
  let pkg: Package;
  let contribution: Contribution;

  beforeAll(async () => {
    stage = await setStage({ home, queue: "embedded" });
    await firstSweep(stage);
    pkg = await stage.package("acl");
    stage.double.faults.deliveries("drop", { times: Number.POSITIVE_INFINITY });
    contribution = await contribute(stage.double, pkg, stage.alice);
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      const service = join(home, "tandem");
      const child = spawn(process.execPath, [MAIN, "sweep", ...args], {
        cwd: service,
        env: {
          PATH: process.env.PATH,
          TANDEM_ENV: "staging",
          TANDEM_GIT_CACHE: join(service, "git"),
          GITLAB_URL: stage.double.url,
          GITLAB_TOKEN: BOT_TOKEN,
          QUEUE_URL: `embedded:${join(service, "queue")}`,
        },
      });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk) => {
        stdout += String(chunk);
      });
      child.stderr.on("data", (chunk) => {
        stderr += String(chunk);
      });
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });

  it("--dry-run tells beside a running service what it would queue", async () => {
    const { code, stdout, stderr } = await run("--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain(`would queue: mirror packit-service/src/acl!${contribution.mergeRequest.iid}\n`);
    expect(stderr).toContain("everything that is open is looked at");
  });

  it("without it, says who holds the queue", async () => {
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toContain("--dry-run needs no queue");
  });

  it("says which routes there are", async () => {
    const { code, stderr } = await run("--route", "other", "--dry-run");
    expect(code).toBe(2);
    expect(stderr).toContain("Use one of: staging.");
  });

  it("queues what the service works on when it starts", async () => {
    await stage.service.stop();
    const { code, stdout } = await run("--json");
    expect(code).toBe(0);
    const { iid, projectId } = contribution.mergeRequest;
    const where = `packit-service/src/acl!${iid}`;
    expect(JSON.parse(stdout)).toMatchObject({
      queued: true,
      routes: [
        { route: "staging", full: false, found: [{ queue: "mirror", subject: `gitlab/${projectId}!${iid}`, where }] },
      ],
    });
    await stage.restart();
    await eventually(() => stage.comments(contribution.mergeRequest)[0]?.includes("in step"), { what: "the pair" });
    expect(stage.distMergeRequest(pkg, iid)?.state).toBe("opened");
  });
});
