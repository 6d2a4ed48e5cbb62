// What jobs have cost stands in /metrics of the one-process service.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { contribute } from "../../support/package.ts";
import { type Stage, setStage } from "../../support/stage.ts";

describe("/metrics after a merge request was mirrored", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-cost-"));
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage({ home });
    // No pipeline moves: nothing but the mirror job and those that follow its push.
    stage.double.settings.pipelineMode = "manual";
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const read = async () => (await fetch(`${stage.service.url}/metrics`)).text();
  const countIn = (text: string, name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name}{queue="mirror"} `))
        ?.split(" ")[1] ?? 0,
    );

  it("shows calls and git commands by queue", async () => {
    const before = await read();
    for (const name of ["tandem_job_forge_calls", "tandem_job_git_commands"]) {
      expect(before).toContain(`# TYPE ${name} histogram`);
      expect(countIn(before, `${name}_count`)).toBe(0);
    }
    const pkg = await stage.package("hello");
    await contribute(stage.double, pkg, stage.alice);
    const after = await eventually(
      async () => {
        const text = await read();
        return countIn(text, "tandem_job_git_commands_sum") > 0 ? text : undefined;
      },
      { what: "a mirror job that ran git" },
    );
    const jobs = countIn(after, "tandem_job_forge_calls_count");
    expect(jobs).toBeGreaterThan(0);
    expect(countIn(after, "tandem_job_git_commands_count")).toBe(jobs);
    // Reads, the fork, the merge request, the comment; two fetches, a push, and what is local.
    expect(countIn(after, "tandem_job_forge_calls_sum")).toBeGreaterThan(10);
    expect(countIn(after, "tandem_job_git_commands_sum")).toBeGreaterThan(10);
  });
});
