import { describe, expect, it } from "@jest/globals";
import type { ListedMergeRequest } from "../../../../src/forge/forge.ts";
import { type Job, subjectOf } from "../../../../src/model/jobs.ts";
import type { Place } from "../../../../src/model/place.ts";
import { renderBacksyncMark } from "../../../../src/sync/marks/backsync-mark.ts";
import { renderPairMark } from "../../../../src/sync/marks/marker.ts";
import { makePlan } from "../../../../src/sync/sweep/plan.ts";
import { runSweep, SCHEDULED, type SweepDeps } from "../../../../src/sync/sweep/run.ts";
import { fakeForge } from "../../../support/fake-forge.ts";
import { bot, route, sha } from "../../../support/forge-values.ts";
import { manualClock } from "../../../support/manual-clock.ts";

const ALICE = 3;
const source = (iid: number, given: Partial<ListedMergeRequest> = {}): ListedMergeRequest => ({
  forge: "gitlab",
  projectId: 1,
  projectPath: "src/pkg",
  iid,
  state: "opened",
  authorId: ALICE,
  description: "",
  updatedAt: 1_000 + iid,
  ...given,
});
const pairOf = (sourceIid: number, given: Partial<ListedMergeRequest> = {}): ListedMergeRequest =>
  source(sourceIid + 50, {
    projectId: 2,
    projectPath: "rpms/pkg",
    authorId: bot.id,
    description: renderPairMark({ source: { forge: "gitlab", projectId: 1, iid: sourceIid } }),
    ...given,
  });
const backsync = renderBacksyncMark({ distProjectId: 2, distBranch: "c9s", distHead: sha("d") });
const names = (jobs: readonly Job[]) => jobs.map((job) => `${job.queue} ${subjectOf(job)}`);
const SINCE = { source: 1_000_000, dist: 1_000, pipelines: 0 };

describe("which jobs a sweep asks for", () => {
  it.each<
    [string, readonly ListedMergeRequest[], readonly ListedMergeRequest[], typeof SINCE | undefined, readonly string[]]
  >([
    ["nothing listed: none", [], [], undefined, []],
    ["a source without a pair", [source(5)], [], undefined, ["mirror gitlab/1!5"]],
    ["a pair: the dist-git side, which ends at the source", [source(5)], [pairOf(5)], undefined, ["ci gitlab/2!55"]],
    ["a pair whose source is not open any more", [], [pairOf(5)], undefined, ["ci gitlab/2!55"]],
    ["a source that was closed since", [source(5, { state: "closed" })], [], SINCE, ["mirror gitlab/1!5"]],
    ["a pair that somebody closed since", [], [pairOf(5, { state: "closed" })], SINCE, ["ci gitlab/2!55"]],
    ["an old open pair, whose pipeline may have ended", [], [pairOf(5, { updatedAt: 5 })], SINCE, ["ci gitlab/2!55"]],
    ["an old closed pair: none", [], [pairOf(5, { state: "closed", updatedAt: 5 })], SINCE, []],
    [
      "an old closed pair covers nothing",
      [source(5)],
      [pairOf(5, { state: "merged", updatedAt: 5 })],
      SINCE,
      ["mirror gitlab/1!5"],
    ],
    [
      "a pair without its mark: both",
      [source(5)],
      [pairOf(5, { description: "" })],
      undefined,
      ["mirror gitlab/1!5", "ci gitlab/2!55"],
    ],
    ["the bot's own way back, open: none", [source(5, { authorId: bot.id, description: backsync })], [], undefined, []],
    [
      "the same, merged since",
      [source(5, { authorId: bot.id, description: backsync, state: "merged" })],
      [],
      SINCE,
      ["mirror gitlab/1!5"],
    ],
    ["somebody who writes that mark", [source(5, { description: backsync })], [], undefined, ["mirror gitlab/1!5"]],
    [
      "the oldest first",
      [source(7, { updatedAt: 9 }), source(5, { updatedAt: 7 })],
      [pairOf(6, { updatedAt: 8 })],
      undefined,
      ["mirror gitlab/1!5", "ci gitlab/2!56", "mirror gitlab/1!7"],
    ],
  ])("%s", (_, sources, dists, since, jobs) => {
    const world = { route, bot: { source: bot.id, dist: bot.id }, sources, dists, branches: [] };
    expect(names(makePlan(world, { since }, "test").map(({ job }) => job))).toEqual(jobs);
  });
});

interface Listed {
  readonly sources?: readonly ListedMergeRequest[];
  readonly dists?: readonly ListedMergeRequest[];
}

function stage({ sources = [], dists = [] }: Listed = {}) {
  const asked: unknown[] = [];
  const forge = fakeForge({
    listMergeRequests: async (place: Place, since?: number) => {
      asked.push({ place, since });
      return sources;
    },
    listMergeRequestsBy: async (author, since) => {
      asked.push({ author: author.id, since });
      return dists;
    },
    listProjects: async ({ path }) =>
      path === "src"
        ? [{ id: 1, path: "src/pkg" }]
        : [
            { id: 2, path: "rpms/pkg" },
            { id: 3, path: "rpms/without-source" },
          ],
    listBranches: async () => ["c9s", "c10s", "main"],
  });
  const found: unknown[] = [];
  const clock = manualClock();
  const home = { forge, bot };
  const deps: SweepDeps = {
    homes: { source: async () => home, dist: async () => home },
    routes: [{ ...route, branches: ["c*"] }],
    clock,
    random: () => 0.5,
    signal: new AbortController().signal,
    everyMs: 900_000,
    lastRecord: async () => undefined,
    observed: (sweep) => found.push(sweep),
  };
  return { asked, found, clock, deps };
}

const JOB = { v: 1, queue: "sweep", route: "staging", origin: "test" } as const;

describe("a sweep", () => {
  it("looks at everything when it knows nothing, dist-git branches that have a source included", async () => {
    const { asked, found, clock, deps } = stage({ sources: [source(5), source(6, { projectPath: "src/other/pkg" })] });
    const outcome = await runSweep(deps, JOB);
    expect(names(outcome.follow ?? [])).toEqual([
      "mirror gitlab/1!5",
      "backsync gitlab/2#c9s",
      "backsync gitlab/2#c10s",
    ]);
    expect(outcome).toMatchObject({ state: "done", record: { at: clock.now(), fullAt: clock.now(), found: 3 } });
    expect(asked).toEqual([
      { place: { kind: "group", path: "src" }, since: undefined },
      { author: bot.id, since: undefined },
    ]);
    expect(found).toEqual([{ route: "staging", found: 3, atMs: clock.now() }]);
  });

  it("looks at what changed when the last one told it from when, in two calls", async () => {
    const { asked, clock, deps } = stage();
    const { record } = await runSweep(deps, JOB);
    asked.length = 0;
    clock.advance(900_000);
    const outcome = await runSweep({ ...deps, lastRecord: async () => record }, JOB);
    expect(outcome).toMatchObject({ state: "noop", follow: [] });
    expect(asked).toHaveLength(2);
    expect(asked).not.toContainEqual(expect.objectContaining({ since: undefined }));
  });

  it("waits a little when the clock sent it, and ends with its job", async () => {
    const { asked, clock, deps } = stage();
    const running = runSweep(deps, { ...JOB, origin: SCHEDULED });
    clock.advance(29_999);
    await Promise.resolve();
    expect(asked).toEqual([]);
    clock.advance(1);
    await running;
    expect(asked).toHaveLength(2);
    const ended = AbortSignal.abort(new Error("the job has ended"));
    await expect(runSweep({ ...deps, signal: ended }, { ...JOB, origin: SCHEDULED })).rejects.toThrow("ended");
  });

  it("of a route that is gone does nothing", async () => {
    expect(await runSweep(stage().deps, { ...JOB, route: "gone" })).toMatchObject({ state: "noop" });
  });
});
