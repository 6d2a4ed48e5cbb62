// What each job costs: counted on the GitLab double, and held against the tables in docs/architecture.md.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { playCostStories, STORIES, type StoryRun } from "../../bench/cost-stories.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import { callOf, distinctCalls, repeatedCalls } from "../../support/repeated-calls.ts";
import { countsOf } from "../../support/run-job.ts";

const DOCS = readFileSync(join(import.meta.dirname, "../../../docs/architecture.md"), "utf8");

/** The rows of the table whose first heading is this. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = DOCS.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe("what a job costs", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-cost-"));
  let double: GitLabDouble;
  let runs: readonly StoryRun[] = [];

  beforeAll(async () => {
    double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
    runs = await playCostStories(double, join(home, "tandem"));
  });
  afterAll(async () => {
    await double.close();
    rmSync(home, { recursive: true, force: true });
  });

  const runOf = (story: string) => {
    const run = runs.find((each) => each.story === story);
    if (!run) throw new Error(`the story ${story} was not played`);
    return run;
  };

  it("the double knew every call", () => expect(double.logs.unknownRequests).toEqual([]));

  describe.each(STORIES)("$name", ({ name, ends }) => {
    it(`ends as ${ends}`, () => expect(runOf(name).outcome).toMatchObject({ state: ends }));

    it("makes no call twice", () => expect(repeatedCalls(runOf(name).calls)).toEqual([]));

    it("talks to no remote twice", () => {
      const { remotes } = runOf(name);
      expect(remotes).toEqual([...new Set(remotes)]);
    });

    it("counts the calls that the forge has seen", () => {
      const { calls, cost } = runOf(name);
      expect(cost.forgeCalls).toBe(calls.length);
    });

    it("costs what the documentation says", () => {
      const { reads, writes, remotes, gitCommands } = countsOf({
        ...runOf(name),
        calls: distinctCalls(runOf(name).calls),
      });
      const row = tableOf("story").find(([story]) => story === name);
      expect(row?.slice(1)).toEqual([reads, writes, remotes, gitCommands].map(String));
    });
  });

  it("the documentation has a row for each story, and no other", () =>
    expect(tableOf("story").map(([story]) => story)).toEqual(STORIES.map(({ name }) => name)));

  it("the documentation tells of each call why it is needed, and of no other", () => {
    const documented = tableOf("call").map(([call]) => call?.replaceAll("`", ""));
    const seen = new Set(runs.flatMap(({ calls }) => calls.map(callOf)));
    expect([...documented].sort()).toEqual([...seen].sort());
  });
});
