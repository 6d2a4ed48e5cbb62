// What a mirror job leaves for people to see.
import { describe, expect, it } from "@jest/globals";
import { userError } from "../../../../src/model/errors.ts";
import { pairRecordSchema } from "../../../../src/model/job-record.ts";
import { type Applied, notApplied } from "../../../../src/sync/mirror/apply.ts";
import type { Look } from "../../../../src/sync/mirror/look.ts";
import { makePlan } from "../../../../src/sync/mirror/plan.ts";
import { type Course, pairRecord } from "../../../../src/sync/mirror/record.ts";
import type { Telling } from "../../../../src/sync/mirror/telling.ts";
import type { World } from "../../../../src/sync/mirror/world.ts";
import { mergeRequest, note, pair, pipeline, project, sha, world } from "../../../support/forge-values.ts";

const error = userError("x", "It is wrong");

const lookOf = (seen: World): Look => {
  const plan = makePlan(seen);
  return plan.kind === "nothing"
    ? { state: "noop", summary: plan.reason, world: seen }
    : { state: "planned", world: seen, plan };
};
const ended = (seen: World, course: Partial<Course> = {}) =>
  pairRecord({ look: lookOf(seen), steps: [], applied: notApplied(seen), telling: { tells: "in-step" }, ...course });
const pushed = { result: "pushed", fork: project(22, "bot/pkg"), commit: sha("d"), notes: [] } as const;

describe("the record of a pair", () => {
  it("shows a dist-git merge request that the job has just opened", () => {
    const seen = world();
    const opened = pair().mergeRequest;
    const applied: Applied = { ...notApplied(seen), branch: pushed, mergeRequest: opened, changed: true };
    const steps = [{ name: "observe", seconds: 0.25 }] as const;
    expect(ended(seen, { applied, steps })).toEqual({
      v: 1,
      route: "staging",
      source: {
        project: { id: 1, path: "src/pkg", isPublic: true },
        iid: 5,
        webUrl: "https://gitlab.test/src/pkg/-/merge_requests/5",
        state: "opened",
        draft: false,
        branch: "c9s",
        title: "Fix foo",
        author: "alice",
        createdAt: 1_000,
      },
      dist: {
        project: { id: 2, path: "rpms/pkg", isPublic: true },
        request: {
          iid: 8,
          webUrl: "https://gitlab.test/rpms/pkg/-/merge_requests/8",
          state: "opened",
          draft: false,
          branch: "c9s",
        },
      },
      checks: "none",
      told: "in-step",
      needsPerson: false,
      opened: true,
      plan: [
        "source     src/pkg!5 (opened): Fix foo",
        "dist-git   rpms/pkg, branch c9s: no merge request yet",
        "decision   create",
        "steps      1. make the dist-git commit and push it to src-5-c9s, if it changes anything",
        "           2. open the dist-git merge request",
        "tells      in-step",
      ],
      steps,
    });
  });

  it("shows the dist-git merge request as the job has changed it", () => {
    const seen = world({ source: mergeRequest({ state: "closed" }), pair: pair() });
    const closed = pair({ state: "closed" }).mergeRequest;
    const record = ended(seen, { applied: { ...notApplied(seen), mergeRequest: closed } });
    expect(record).toMatchObject({ opened: false, dist: { request: { state: "closed" } } });
  });

  it("shows the new dist-git merge request where one was replaced", () => {
    const seen = world({ pair: pair() });
    const next = { ...seen, pair: undefined, predecessor: pair({ state: "closed" }).mergeRequest };
    const applied = { ...notApplied(next), mergeRequest: pair({ iid: 9 }).mergeRequest };
    expect(ended(seen, { applied })).toMatchObject({ opened: true, dist: { request: { iid: 9 } } });
  });

  it("has what was seen where nothing was done", () => {
    const seen = world({ source: mergeRequest({ state: "locked" }), pair: pair() });
    const record = pairRecord({ look: lookOf(seen), steps: [] });
    expect(record).toMatchObject({ dist: { request: { iid: 8 } }, needsPerson: false, opened: false });
    expect(record).not.toHaveProperty("told");
    expect(record?.plan).toEqual(["nothing to do: the merge request is locked and has no open pair"]);
  });

  it("knows no dist-git where that could not be looked for", () => {
    const record = pairRecord({
      look: { state: "blocked", subject: world(), error },
      telling: { tells: "problem", error },
      steps: [],
    });
    expect(record).toMatchObject({ route: "staging", source: { iid: 5 }, checks: "none", needsPerson: true });
    expect(record).not.toHaveProperty("dist");
    expect(record?.plan).toEqual(["somebody has to mend something first: It is wrong"]);
  });

  it.each<[string, Partial<World>, boolean]>([
    ["without a package", { packaged: false }, false],
    ["without a package any more, but with a comment", { packaged: false, comment: note("x") }, true],
    ["that is closed and was never followed", { packaged: false, source: mergeRequest({ state: "closed" }) }, false],
  ])("a merge request %s", (_, given, isKept) => {
    expect(pairRecord({ look: lookOf(world(given)), steps: [] }) !== undefined).toBe(isKept);
  });

  it("there is none for what is nobody's business", () => {
    expect(pairRecord({ look: { state: "noop", summary: "no route" }, steps: [] })).toBeUndefined();
  });

  const running = pipeline({ id: 1, kind: "external", state: "running" });
  it.each<[string, readonly ReturnType<typeof pipeline>[], Partial<Applied>, string]>([
    ["no pipeline", [], {}, "none"],
    ["a good one", [pipeline()], {}, "success"],
    ["a good one beside one that runs", [pipeline(), running], {}, "running"],
    ["a failed one beside one that runs", [pipeline({ state: "failed" }), running], {}, "failed"],
    ["a good one of the commit before", [pipeline()], { branch: pushed }, "none"],
  ])("checks with %s", (_, pipelines, applied, checks) => {
    const seen = world({ pair: pair({}, { pipelines: pipelines.map((each) => ({ pipeline: each, checks: [] })) }) });
    expect(ended(seen, { applied: { ...notApplied(seen), ...applied } })?.checks).toBe(checks);
  });

  const moved = { tells: "dist-moved", branch: "c9s", backsync: undefined, refusal: undefined } as const;
  it.each<[Telling, "opened" | "closed", boolean]>([
    [{ tells: "in-step" }, "opened", false],
    [{ tells: "no-effect" }, "opened", false],
    [{ tells: "closed" }, "closed", false],
    [{ tells: "unserved" }, "opened", false],
    [{ tells: "dist-merged" }, "opened", false],
    [{ tells: "source-merged", does: "comment" }, "opened", false],
    [{ tells: "source-merged", does: "merge-refused" }, "opened", true],
    [{ tells: "closed-by-hand" }, "opened", true],
    [{ tells: "closed-by-hand" }, "closed", false],
    [{ tells: "waiting" }, "opened", true],
    [{ tells: "foreign-branch" }, "opened", true],
    [moved, "opened", true],
    [{ tells: "problem", error }, "opened", true],
    [{ tells: "failure", error }, "opened", true],
  ])("%j on one that is %s needs a person: %s", (telling, state, expected) => {
    const seen = world({ source: mergeRequest({ state }), pair: pair() });
    expect(ended(seen, { telling })).toMatchObject({ told: telling.tells, needsPerson: expected });
  });

  it("is small and can be stored and read back, whatever strangers wrote", () => {
    const title = `\u0000\ud800 ${"x".repeat(298)}\u{1f600} and more`;
    const author = { id: 3, username: "y".repeat(1_000), name: "" };
    const record = ended(world({ source: mergeRequest({ title, author }), pairBranch: "b".repeat(5_000) }));
    const stored = JSON.stringify(record);
    expect(stored.length).toBeLessThan(4_000);
    expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(pairRecordSchema.parse(JSON.parse(stored))).toEqual(record);
  });
});
