import { describe, expect, it } from "@jest/globals";
import type { Pipeline, PipelineState } from "../../../../src/forge/forge.ts";
import { makePlan } from "../../../../src/sync/ci/plan.ts";
import { mergeRequest, pair, pipeline, sha } from "../../../support/forge-values.ts";

const planOf = (...pipelines: readonly Pipeline[]) =>
  makePlan(mergeRequest(), pair().mergeRequest, { commit: sha("b"), pipelines });

describe("makePlan of ci", () => {
  it("R9, R10: the tested commit's status, in the fork first, then in the target with the merge request's ref", () => {
    expect(planOf(pipeline({ state: "running" }))).toEqual({
      commit: sha("b"),
      status: {
        context: "Dist-git MR CI Pipeline",
        state: "running",
        description: "Checks of the dist-git merge request !8",
        targetUrl: "https://gitlab.test/rpms/pkg/-/merge_requests/8/pipelines",
      },
      places: [
        { forge: "gitlab", projectId: 11 },
        { forge: "gitlab", projectId: 1, ref: "refs/merge-requests/5/head" },
      ],
    });
  });

  it.each<readonly [readonly PipelineState[], PipelineState]>([
    [["success", "success"], "success"],
    [["success", "failed"], "failed"],
    [["pending", "success"], "pending"],
    [["running", "pending"], "running"],
  ])("GitLab's %s and another system's state: together", (states, expected) => {
    expect(planOf(...states.map((state) => pipeline({ state }))).status.state).toBe(expected);
  });

  it("GitLab keeps what a pending status had first: text and link are the same in every state and pipeline", () => {
    const states = ["pending", "running", "success", "failed"] as const;
    const texts = states.map((state, at) => {
      const { description, targetUrl } = planOf(pipeline({ id: at + 1, state, stateName: state })).status;
      return `${description} ${targetUrl}`;
    });
    expect(new Set(texts).size).toBe(1);
  });
});
