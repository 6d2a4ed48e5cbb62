import { describe, expect, it } from "@jest/globals";
import { makePlan } from "../../../../src/sync/ci/plan.ts";
import { mergeRequest, pipeline, sha } from "../../../support/forge-values.ts";

const status = {
  context: "Dist-git MR CI Pipeline",
  state: "running",
  description: "The pipeline in dist-git: running",
  targetUrl: pipeline().webUrl,
};
const tested = { testedCommit: sha("b"), pipeline: pipeline({ state: "running", stateName: "running" }) };

describe("makePlan of ci", () => {
  it("R9, R10: sets the tested commit's status in the fork first, then in the target with its ref", () => {
    expect(makePlan({ source: mergeRequest(), ...tested })).toEqual({
      commit: sha("b"),
      places: [
        { projectId: 11, status },
        { projectId: 1, status: { ...status, ref: "fix" } },
      ],
    });
  });

  it.each([
    ["the branch is in the target project", 1],
    ["the fork is deleted", undefined],
  ])("%s: only the target project", (_, sourceProjectId) => {
    const { places } = makePlan({ source: mergeRequest({ sourceProjectId }), ...tested });
    expect(places).toEqual([{ projectId: 1, status: { ...status, ref: "fix" } }]);
  });
});
