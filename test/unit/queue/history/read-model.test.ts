// What the model in memory makes of jobs, in whatever order it hears of them.
import { describe, expect, it } from "@jest/globals";
import type { PairRecord } from "../../../../src/model/job-record.ts";
import { type KeptJob, readJob, type Shelf } from "../../../../src/queue/history/job-facts.ts";
import { createReadModel, type ReadModel } from "../../../../src/queue/history/read-model.ts";
import { KEPT } from "../../../../src/queue/job-options.ts";
import { keptJob, outcome, pairRecord } from "../../../support/history-values.ts";

const DAY = 24 * 3_600_000;

type Given = Parameters<typeof keptJob>[0];

function end(model: ReadModel, given: Given, shelf: "completed" | "failed" = "completed"): void {
  const job = keptJob(given);
  const { queue = "mirror" } = Object(job.data) as { queue?: "mirror" };
  model.addEnded({ queue, shelf, id: job.id ?? "" }, readJob(job, shelf), job.finishedOn ?? 0);
}

function live(model: ReadModel, shelf: Shelf, ...jobs: readonly Given[]): void {
  const alive = { finishedOn: undefined, returnvalue: null };
  model.setLive(jobs.flatMap((given) => readJob(keptJob({ ...given, ...alive }), shelf)?.facts ?? []));
}

const withRecord = (given: Partial<PairRecord>, state?: string) => ({
  returnvalue: outcome(pairRecord(5, given), state),
});
const dead: Partial<KeptJob> = { returnvalue: null, failedReason: "bug/unexpected: it broke" };
const NO_PAIR = { returnvalue: { state: "noop", summary: "no route serves it" } };

describe("a pair", () => {
  it("is shown as its newest record says, in whatever order jobs are read", () => {
    const jobs: readonly Given[] = [
      { origin: "a", timestamp: 1_000, ...withRecord({ checks: "none" }) },
      { origin: "b", timestamp: 3_000, ...withRecord({ checks: "running" }) },
      { origin: "c", timestamp: 2_000, ...withRecord({ checks: "failed" }) },
    ];
    for (const order of [jobs, jobs.toReversed()]) {
      const model = createReadModel();
      for (const job of order) end(model, job);
      expect(model.pairs()).toEqual([
        {
          id: "gitlab-7-5",
          route: "staging",
          package: "acl",
          source: {
            projectPath: "src/acl",
            iid: 5,
            webUrl: "https://gitlab.test/src/acl/-/merge_requests/5",
            state: "opened",
            draft: false,
            branch: "c9s",
            title: "Fix foo",
            author: "alice",
            createdAt: 1_000,
          },
          dist: {
            projectPath: "rpms/acl",
            iid: 105,
            webUrl: "https://gitlab.test/rpms/acl/-/merge_requests/105",
            state: "opened",
            draft: false,
            branch: "c9s",
          },
          state: "in-step",
          checks: "running",
          summary: "told: in-step",
          lastEventAt: 3_000,
          isPublic: true,
        },
      ]);
      expect(model.jobsOf("gitlab-7-5").map(({ origin }) => origin)).toEqual(["b", "c", "a"]);
    }
  });

  const stories: readonly (readonly [string, string, (model: ReadModel) => void])[] = [
    ["a good job", "in-step", () => {}],
    [
      "a job that told a person",
      "attention",
      (model) => end(model, { origin: "b", timestamp: 20_000, ...withRecord({ needsPerson: true }) }),
    ],
    [
      "a job that refused",
      "attention",
      (model) => end(model, { origin: "b", timestamp: 20_000, ...withRecord({}, "refused") }),
    ],
    ["a job that was given up", "failed", (model) => end(model, { origin: "b", timestamp: 20_000, ...dead }, "failed")],
    [
      "one that was given up before",
      "in-step",
      (model) => end(model, { origin: "b", timestamp: 5_000, ...dead }, "failed"),
    ],
    ["a job that waits", "working", (model) => live(model, "waiting", { origin: "b" })],
    ["a job that waits to be tried again", "working", (model) => live(model, "delayed", { origin: "b" })],
    [
      "a job that runs after one that was given up",
      "working",
      (model) => {
        end(model, { origin: "b", timestamp: 20_000, ...dead }, "failed");
        live(model, "active", { origin: "c" });
      },
    ],
    [
      "a job whose record nobody can read",
      "in-step",
      (model) => end(model, { origin: "b", timestamp: 20_000, ...withRecord({ v: 2 as 1 }) }),
    ],
  ];
  it.each(stories)("after %s is %s", (_, state, happens) => {
    const model = createReadModel();
    end(model, { origin: "a" });
    expect(model.pair("gitlab-7-5")?.state).toBe("in-step");
    happens(model);
    expect(model.pair("gitlab-7-5")?.state).toBe(state);
  });

  it("is no longer shown when a later job says that it is nobody's business", () => {
    const model = createReadModel();
    end(model, { origin: "b", timestamp: 20_000, ...NO_PAIR });
    end(model, { origin: "a" });
    expect(model.pairs()).toEqual([]);
    expect(model.jobs("admin")).toHaveLength(2);
    end(model, { origin: "c", timestamp: 30_000 });
    expect(model.pairs()).toHaveLength(1);
  });

  it("of which there are only dead jobs is not known, but its jobs are", () => {
    const model = createReadModel();
    end(model, dead, "failed");
    expect(model.pairs()).toEqual([]);
    expect(model.jobsOf("gitlab-7-5")).toHaveLength(1);
  });

  it("stands before others when something happened to it later", () => {
    const model = createReadModel();
    end(model, { iid: 1, timestamp: 1_000 });
    end(model, { iid: 2, timestamp: 2_000 });
    expect(model.pairs().map(({ source }) => source.iid)).toEqual([2, 1]);
    live(model, "waiting", { iid: 1, origin: "b", timestamp: 3_000 });
    expect(model.pairs().map(({ source }) => source.iid)).toEqual([1, 2]);
  });
});

describe("a job", () => {
  it("that was tried again after it had been given up is one job", () => {
    const model = createReadModel();
    end(model, { origin: "a", timestamp: 5_000 });
    end(model, { origin: "b", ...dead }, "failed");
    live(model, "active", { origin: "b" });
    expect(model.jobs("admin").map(({ state }) => state)).toEqual(["active", "done"]);
    expect(model.knows({ queue: "mirror", shelf: "failed", id: "b~gitlab/7!5" })).toBe(false);
    end(model, { origin: "b" });
    expect(model.jobs("admin").map(({ state }) => state)).toEqual(["done", "done"]);
    expect(model.pair("gitlab-7-5")?.state).toBe("in-step");
  });

  it("that nobody can read is remembered, so that it is not read again", () => {
    const model = createReadModel();
    const place = { queue: "mirror", shelf: "completed", id: "x" } as const;
    model.addEnded(place, undefined, 1_000);
    expect(model.knows(place)).toBe(true);
    expect(model.jobs("admin")).toEqual([]);
  });

  it("that an operator has removed is gone, and its pair with it", () => {
    const model = createReadModel();
    end(model, { origin: "a", iid: 1 });
    end(model, { origin: "b", iid: 2 });
    model.keepOnly({ queue: "mirror", shelf: "completed" }, new Set(["b~gitlab/7!2"]));
    expect(model.pairs().map(({ source }) => source.iid)).toEqual([2]);
  });
});

describe("who may see", () => {
  const dist = { project: { id: 8, path: "rpms/acl", isPublic: false } };
  it.each<[string, Partial<PairRecord>, boolean]>([
    ["both projects are public", {}, true],
    ["the dist-git project is not", { dist }, false],
    ["the dist-git project is not known", { dist: undefined as never }, false],
  ])("%s", (_, given, isPublic) => {
    const model = createReadModel();
    end(model, withRecord(given));
    expect(model.pair("gitlab-7-5")?.isPublic).toBe(isPublic);
    expect(model.jobs("admin").map(model.isPublic)).toEqual([isPublic]);
  });

  it("a project that was made private hides all its pairs, whichever job has seen it", () => {
    const model = createReadModel();
    end(model, { iid: 1, returnvalue: outcome(pairRecord(1)) });
    expect(model.pair("gitlab-7-1")?.isPublic).toBe(true);
    end(model, { iid: 2, origin: "b", timestamp: 20_000, returnvalue: outcome(pairRecord(2, { dist })) });
    expect(model.pairs().map(({ isPublic }) => isPublic)).toEqual([false, false]);
    expect(model.jobs("admin").some(model.isPublic)).toBe(false);
  });

  it("a job about several pairs is public if all of them are", () => {
    const model = createReadModel();
    end(model, { iid: 1, returnvalue: outcome(pairRecord(1)) });
    const data = { v: 1, queue: "backsync", forge: "gitlab", projectId: 8, branch: "c9s", origin: "d" };
    const about = (...pairs: readonly string[]) =>
      readJob(keptJob({ data, returnvalue: outcome({ v: 1, pairs }) }), "completed")?.facts;
    const seen = [about("gitlab-7-1"), about("gitlab-7-1", "gitlab-9-9"), about()];
    expect(seen.map((job) => job && model.isPublic(job))).toEqual([true, false, false]);
  });
});

describe("the model forgets what the queue forgets", () => {
  it("by age", () => {
    const model = createReadModel();
    end(model, { iid: 1, timestamp: DAY });
    end(model, { iid: 2, timestamp: 2 * DAY });
    model.prune(15.5 * DAY);
    expect(model.pairs().map(({ source }) => source.iid)).toEqual([2]);
    expect(model.jobs("admin")).toHaveLength(1);
  });

  it("by count", () => {
    const model = createReadModel();
    const { completed } = KEPT.sweep;
    const data = { v: 1, queue: "sweep", route: "staging", origin: "schedule" };
    for (let at = 1; at <= completed + 5; at++)
      model.addEnded(
        { queue: "sweep", shelf: "completed", id: `s${at}` },
        readJob(keptJob({ id: `s${at}`, data, timestamp: at }), "completed"),
        at,
      );
    model.prune(DAY);
    expect(model.jobs("admin")).toHaveLength(completed);
    expect(model.jobs("admin").at(-1)?.addedAt).toBe(6);
  });
});
