import { describe, expect, it } from "@jest/globals";
import type { Pipeline, PipelineState } from "../../../../src/forge/forge.ts";
import { parseMergeRequestRef } from "../../../../src/sync/checks/merge-request-ref.ts";
import { newestByKind, overallState } from "../../../../src/sync/checks/select-pipelines.ts";
import { pipeline, sha } from "../../../support/forge-values.ts";

const [head, old, merge] = [sha("d"), sha("e"), sha("c")];
const ids = (pipelines: readonly Pipeline[]) => pipelines.map(({ id }) => id);

describe("newestByKind", () => {
  it.each<readonly [string, readonly Partial<Pipeline>[], readonly number[]]>([
    ["nothing where there is nothing", [], []],
    ["the newest of two runs, in whatever order they come", [{ id: 1 }, { id: 3 }, { id: 2 }], [3]],
    [
      "the newest wherever it runs",
      [
        { id: 2, projectId: 2 },
        { id: 1, projectId: 22 },
      ],
      [2],
    ],
    ["one of each kind", [{ id: 1 }, { id: 2, kind: "external" }, { id: 3, kind: "external" }], [1, 3]],
    ["a report alone", [{ id: 2, kind: "external" }], [2]],
    ["R9: none of another commit, however new", [{ id: 1 }, { id: 2, sha: old }], [1]],
    ["one of a commit that stands for the head", [{ id: 1 }, { id: 2, sha: merge }], [2]],
  ])("takes %s", (_, pipelines, expected) => {
    expect(ids(newestByKind(pipelines.map(pipeline), [head, merge]))).toEqual(expected);
  });
});

describe("overallState", () => {
  it.each<readonly [readonly PipelineState[], PipelineState | undefined]>([
    [[], undefined],
    [["success"], "success"],
    [["success", "success"], "success"],
    [["success", "pending"], "pending"],
    [["pending", "running"], "running"],
    [["running", "failed"], "failed"],
    [["failed", "success"], "failed"],
  ])("%j is %s", (states, expected) => {
    const together = states.map((state) => pipeline({ state, stateName: state }));
    expect(overallState(together)?.state).toBe(expected);
    expect(overallState(together.toReversed())?.state).toBe(expected);
  });

  it("R11: a state that nobody knows is shown by its own name", () => {
    const unknown = pipeline({ state: "pending", stateName: "waiting_for_godot" });
    expect(overallState([pipeline(), unknown])).toEqual({ state: "pending", name: "waiting_for_godot" });
  });
});

describe("parseMergeRequestRef", () => {
  it.each([
    ["refs/merge-requests/8/head", { iid: 8, merged: false }],
    ["refs/merge-requests/8/merge", { iid: 8, merged: true }],
    ["refs/merge-requests/8/train", { iid: 8, merged: true }],
    ["refs/merge-requests/0/head", undefined],
    ["refs/merge-requests/8/head/more", undefined],
    ["refs/merge-requests/99999999999/head", undefined],
    ["src-8-c9s", undefined],
    ["", undefined],
  ])("reads %j", (ref, expected) => {
    expect(parseMergeRequestRef(ref)).toEqual(expected);
  });
});
