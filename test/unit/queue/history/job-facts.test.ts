// What is read out of a job of the queue, whoever wrote it.
import { describe, expect, it } from "@jest/globals";
import { type KeptJob, readJob } from "../../../../src/queue/history/job-facts.ts";
import { keptJob, outcome, pairRecord } from "../../../support/history-values.ts";

describe("a mirror job", () => {
  it("tells of its pair, its times and its parts", () => {
    const record = pairRecord(5, { opened: true, steps: [{ name: "report", seconds: 0.25 }] });
    expect(readJob(keptJob({ returnvalue: outcome(record) }), "completed")).toEqual({
      left: record,
      facts: {
        id: "delivery-1~gitlab/7!5",
        queue: "mirror",
        subject: "gitlab/7!5",
        pairs: ["gitlab-7-5"],
        route: "staging",
        origin: "delivery-1",
        state: "done",
        addedAt: 10_000,
        startedAt: 10_100,
        endedAt: 11_000,
        attempts: 1,
        details: { summary: "told: in-step", plan: record.plan, steps: record.steps, errors: [] },
        isDelivered: true,
        openedAt: 10_750,
        sweep: undefined,
      },
    });
  });

  it("that nobody delivered is told from one that came of a delivery", () => {
    expect(readJob(keptJob({ id: "5f0c" }), "completed")?.facts.isDelivered).toBe(false);
  });

  it("that lives has neither an end nor a record", () => {
    const read = readJob(keptJob({ finishedOn: undefined, returnvalue: null }), "waiting");
    expect(read).toMatchObject({
      left: undefined,
      facts: { state: "waiting", pairs: ["gitlab-7-5"], endedAt: undefined },
    });
  });

  it("that was given up tells why, in first lines and without stacks", () => {
    const stacktrace = [
      "TandemError: GitLab answered 502\n    at send (/srv/tandem/dist/src/forge/http/send.js:7:1)",
      "UnrecoverableError: auth/forge-unauthorized: the token is refused\n    at x",
      17,
    ];
    const failedReason = "auth/forge-unauthorized: the token is refused\nand more";
    const read = readJob(keptJob({ returnvalue: null, failedReason, stacktrace, attemptsMade: 2 }), "failed");
    expect(read).toMatchObject({ left: undefined, facts: { state: "failed", attempts: 2 } });
    expect(read?.facts.details).toEqual({
      summary: "auth/forge-unauthorized: the token is refused",
      plan: [],
      steps: [],
      errors: ["GitLab answered 502", "auth/forge-unauthorized: the token is refused"],
    });
  });
});

describe("what a record may be", () => {
  const { source, dist } = pairRecord();
  const hostile: readonly (readonly [string, unknown])[] = [
    ["of a later version", { ...pairRecord(), v: 2 }],
    ["a text", "x"],
    ["null", null],
    ["of another merge request", pairRecord(6)],
    ["of another project", { ...pairRecord(), source: { ...source, project: { ...source.project, id: 9 } } }],
    ["with a link that runs", { ...pairRecord(), source: { ...source, webUrl: "javascript:alert(1)" } }],
    [
      "with a link that is data",
      { ...pairRecord(), dist: { ...dist, request: { ...dist?.request, webUrl: "data:x" } } },
    ],
    ["with a title without end", { ...pairRecord(), source: { ...source, title: "x".repeat(1_000) } }],
    ["with a plan without end", { ...pairRecord(), plan: Array.from({ length: 1_000 }, () => "x") }],
    ["with a time that is none", { ...pairRecord(), steps: [{ name: "x", seconds: "1" }] }],
  ];
  it.each(hostile)("%s: it is passed over, and the job is shown", (_, record) => {
    const read = readJob(keptJob({ returnvalue: outcome(record) }), "completed");
    expect(read).toMatchObject({ left: "unreadable", facts: { pairs: ["gitlab-7-5"], state: "done" } });
  });

  it.each<[string, unknown, unknown]>([
    ["no outcome at all", null, "unreadable"],
    ["an outcome without a record", { state: "noop", summary: "no route" }, "no-pair"],
    ["an outcome of another kind", { state: "fine" }, "unreadable"],
  ])("%s", (_, returnvalue, left) => {
    expect(readJob(keptJob({ returnvalue }), "completed")?.left).toBe(left);
  });

  it.each<[string, Partial<KeptJob>]>([
    ["data of another version", { data: { v: 9, queue: "mirror" } }],
    ["data that is nothing", { data: undefined }],
    ["no id", { id: undefined }],
  ])("a job with %s is none of ours", (_, given) => {
    expect(readJob(keptJob(given), "completed")).toBeUndefined();
  });

  it("controls and long texts stay outside of summaries and errors", () => {
    const summary = `a\u0000\u202eb${"x".repeat(5_000)}`;
    const returnvalue = { state: "noop", summary };
    const stacktrace = Array.from({ length: 100 }, () => `Error: ${"y".repeat(5_000)}`);
    const details = readJob(keptJob({ returnvalue, stacktrace }), "completed")?.facts.details;
    expect(details?.summary).toMatch(/^a bxxx/);
    expect(JSON.stringify(details).length).toBeLessThan(12_000);
  });
});

describe("the other queues", () => {
  const record = { v: 1, pairs: ["gitlab-7-5", "gitlab-7-6"], route: "staging" };
  const ci = { v: 1, queue: "ci", forge: "gitlab", projectId: 8, iid: 105, origin: "d" };
  const backsync = { v: 1, queue: "backsync", forge: "gitlab", projectId: 8, branch: "c9s", origin: "d" };

  it.each([ci, backsync])("a job of $queue names the pairs that it was about, and leaves none", (data) => {
    const read = readJob(keptJob({ data, returnvalue: outcome(record) }), "completed");
    expect(read).toMatchObject({
      left: undefined,
      facts: { pairs: record.pairs, route: "staging", openedAt: undefined },
    });
    const unread = readJob(keptJob({ data, returnvalue: outcome({ ...record, pairs: "all" }) }), "completed");
    expect(unread?.facts).toMatchObject({ pairs: [], route: undefined });
  });

  it("a sweep tells what it found", () => {
    const data = { v: 1, queue: "sweep", route: "staging", origin: "schedule" };
    const sweep = { at: 5_000, fullAt: 5_000, found: 3, seen: { source: 1, dist: 1 } };
    const read = readJob(keptJob({ data, returnvalue: outcome(sweep) }), "completed");
    expect(read?.facts).toMatchObject({ route: "staging", pairs: [], sweep: { at: 5_000, found: 3, isFull: true } });
    const older = readJob(keptJob({ data, returnvalue: outcome({ ...sweep, fullAt: 4_000 }) }), "completed");
    expect(older?.facts.sweep?.isFull).toBe(false);
    expect(readJob(keptJob({ data, returnvalue: outcome({}) }), "completed")?.facts.sweep).toBeUndefined();
  });
});
