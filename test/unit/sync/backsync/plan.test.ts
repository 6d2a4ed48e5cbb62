// The decision table of the way back, row by row.
import { describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../../../../src/forge/forge.ts";
import { userError } from "../../../../src/model/errors.ts";
import { makePlan, type Plan, TABLE } from "../../../../src/sync/backsync/plan.ts";
import { renderDescription, TITLE } from "../../../../src/sync/backsync/text.ts";
import type { Branch, Brought, Comparison, Request, World } from "../../../../src/sync/backsync/world.ts";
import { type BacksyncMark, parseBacksyncMark, renderBacksyncMark } from "../../../../src/sync/marks/backsync-mark.ts";
import { bot, commit, mergeRequest, note, project, route, sha } from "../../../support/forge-values.ts";

const mark: BacksyncMark = { distProjectId: 2, distBranch: "c9s", distHead: sha("d") };
const brought: Brought = { head: sha("b"), distHead: sha("d"), commits: [], notes: [] };
const fork = project(31, "tandem-bot/pkg");
const own: Branch = { fork, head: commit(sha("b")), isForeign: false };
const foreign: Branch = { fork, head: commit(sha("e")), isForeign: true };

const base: World = {
  route,
  distProject: project(2, "rpms/pkg"),
  distBranch: "c9s",
  sourceProject: project(1, "src/pkg"),
  sourceBranch: "c9s",
  bot,
  branch: "sync-from-dist-git/c9s",
  request: undefined,
  others: [],
};

function request(given: Partial<MergeRequest> = {}, more: Partial<Request> = {}): Request {
  const description = renderDescription(base, brought);
  const own = mergeRequest({ author: bot, title: TITLE, sourceBranch: base.branch, description, ...given });
  return { mergeRequest: own, mark: parseBacksyncMark(own.description), comment: undefined, ...more };
}

const behind = (branch = own): Comparison => ({ found: "behind", brought, branch });
const inStep: Comparison = { found: "in-step" };
const refused: Comparison = { found: "refused", error: userError("patch-changed", "A patch was modified.") };
const unknown: Comparison = { found: "unknown" };

const closed = (more: Partial<MergeRequest> = {}) => request({ state: "closed", ...more });
const arrived = () => closed({ description: renderBacksyncMark({ ...mark, arrived: true }) });
const madeOf = (distHead: string) => renderBacksyncMark({ ...mark, distHead: sha(distHead) });

const names = ({ steps }: Plan) => steps.map((step) => (step.do === "tell" ? `tell ${step.telling.tells}` : step.do));

describe("what a backsync job does", () => {
  it.each<[string, Comparison, Request | undefined, string[]]>([
    ["in step, no request", inStep, undefined, []],
    ["in step, an open request: says why, then closes it", inStep, request(), ["tell arrived", "change"]],
    ["in step, closed by hand", inStep, closed(), []],
    ["in step, closed as arrived", inStep, arrived(), []],
    ["in step, merged", inStep, request({ state: "merged" }), []],
    ["behind, no request", behind(), undefined, ["push", "open"]],
    [
      "behind, no fork yet",
      behind({ fork: undefined, head: undefined, isForeign: false }),
      undefined,
      ["push", "open"],
    ],
    ["behind, an open request that holds it", behind(), request(), []],
    ["behind, and it told something else before", behind(), request({}, { comment: note("x") }), ["tell following"]],
    ["behind, an open request of an older head", behind(), request({ description: madeOf("1") }), ["push", "change"]],
    ["behind, its branch is gone", behind({ ...own, head: undefined }), request(), ["push"]],
    ["behind, it has conflicts", behind(), request({ hasConflicts: true }), ["push"]],
    ["behind, its description was edited", behind(), request({ description: "mine" }), ["push", "change"]],
    ["behind, closed by hand since", behind(), closed(), []],
    ["behind, closed by hand before dist-git moved", behind(), closed({ description: madeOf("1") }), ["push", "open"]],
    ["behind again after it had arrived", behind(), arrived(), ["push", "open"]],
    ["behind, the last one was merged", behind(), request({ state: "merged" }), ["push", "open"]],
    ["behind, locked while it is being merged", behind(), request({ state: "locked" }), []],
    ["a foreign commit, but nothing to push", behind(foreign), request(), []],
    ["a foreign commit, and dist-git moved", behind(foreign), request({ description: madeOf("1") }), ["tell problem"]],
    ["a foreign commit, and no request", behind(foreign), undefined, []],
    ["refused, no request", refused, undefined, []],
    ["refused, an open request", refused, request(), ["tell problem"]],
    ["refused, closed by hand", refused, closed(), []],
    ["unknown, no request", unknown, undefined, []],
    ["unknown, an open request", unknown, request(), []],
  ])("%s", (_name, comparison, present, steps) => {
    expect(names(makePlan({ ...base, request: present }, comparison))).toEqual(steps);
  });

  it("has a rule for every state", () => {
    for (const row of Object.values(TABLE)) expect(Object.keys(row)).toEqual(Object.keys(TABLE.behind));
  });

  it("closing remembers that Tandem did it; everything else of the description stays", () => {
    const present = request();
    const plan = makePlan({ ...base, request: present }, inStep);
    const change = plan.steps.find((step) => step.do === "change")?.change;
    expect(change?.state).toBe("closed");
    expect(parseBacksyncMark(change?.description ?? "")).toEqual({ ...mark, arrived: true });
    expect(change?.description?.split("\n").slice(1)).toEqual(present.mergeRequest.description.split("\n").slice(1));
  });

  it("puts the title back, but leaves a draft one", () => {
    const titleOf = (given: Partial<MergeRequest>) => {
      const plan = makePlan({ ...base, request: request({ description: "", ...given }) }, behind());
      return plan.steps.find((step) => step.do === "change")?.change.title;
    };
    expect(titleOf({ title: "Mine" })).toBe(TITLE);
    expect(titleOf({ title: `Draft: ${TITLE}`, draft: true })).toBeUndefined();
    expect(titleOf({})).toBeUndefined();
  });

  it.each([
    ["refused", refused],
    ["foreign", behind(foreign)],
  ])("%s is an error that a person has to mend, whether there is a request or not", (_name, comparison) => {
    expect(makePlan(base, comparison).error?.kind).toBe("user");
    const outdated = request({ description: madeOf("1") });
    expect(makePlan({ ...base, request: outdated }, comparison).error?.kind).toBe("user");
  });
});
