// `tandem sync` as an operator uses it: the built command line against the double, beside a service and without one.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Contribution, contribute, type Package } from "../support/package.ts";
import { BOT_TOKEN, firstSweep, type Stage, setStage } from "../support/stage.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

describe("tandem sync", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-sync-"));
  let stage: Stage;
  let pkg: Package;
  let contribution: Contribution;
  let url: string;

  beforeAll(async () => {
    stage = await setStage({ home, queue: "embedded" });
    await firstSweep(stage);
    pkg = await stage.package("acl");
    stage.double.faults.deliveries("drop", {});
    contribution = await contribute(stage.double, pkg, stage.alice);
    const { source } = pkg;
    url = `${stage.double.url}/${stage.double.view.pathOf(source)}/-/merge_requests/${contribution.mergeRequest.iid}`;
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      const service = join(home, "tandem");
      const child = spawn(process.execPath, [MAIN, "sync", ...args], {
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
  const writes = () => stage.double.logs.requests.filter(({ method }) => method !== "GET").length;

  it("--dry-run prints the plan beside a running service, and writes nothing", async () => {
    const before = writes();
    const { code, stdout } = await run(url, "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain("packit-service/src/acl!1 (opened): Greet politely");
    expect(stdout).toContain("decision   create");
    const json = await run(url, "--dry-run", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ decision: "create", steps: [{ do: "update-branch" }, {}] });
    expect(writes()).toBe(before);
  });

  it("says what to do when a service holds the embedded queue", async () => {
    const { code, stderr } = await run(url);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/another process|in use|stop the service/i);
    expect(stderr).not.toContain("    at ");
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
  });

  it("does the work, and the dist-git merge request's address means the same", async () => {
    await stage.service.stop();
    const { code, stderr } = await run(url);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "done: told: in-step; steps: update-branch, open-merge-request\n",
    });
    const [pair] = stage.double.view.mergeRequests(pkg.dist);
    expect(pair?.state).toBe("opened");
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
    const dist = `${stage.double.url}/${stage.double.view.pathOf(pkg.dist)}/-/merge_requests/${pair?.iid}`;
    const again = await run(dist);
    expect(again.stdout).toContain("packit-service/src/acl!1");
    expect(again.code).toBe(0);
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it.each([
    ["https://elsewhere.example/g/p/-/merge_requests/1", /is not the address of a merge request/],
    ["missing", /is not the address of a merge request/],
  ])("refuses %s with one line and a remedy", async (text, expected) => {
    const { code, stderr } = await run(text);
    expect(code).toBe(2);
    expect(stderr).toMatch(expected);
  });
});
