import { describe, expect, it } from "@jest/globals";
import { userError } from "../../../../src/model/errors.ts";
import { makePlan } from "../../../../src/sync/mirror/plan.ts";
import { planLines } from "../../../../src/sync/mirror/plan-words.ts";
import type { World } from "../../../../src/sync/mirror/world.ts";
import { mergeRequest, world } from "../../../support/forge-values.ts";

const linesFor = (given: Partial<World>) => {
  const seen = world(given);
  const plan = makePlan(seen);
  return planLines(
    plan.kind === "nothing" ? { state: "noop", summary: plan.reason } : { state: "planned", world: seen, plan },
  );
};

describe("a plan in words", () => {
  it("names both sides, the decision, the steps and the story", () => {
    expect(linesFor({})).toEqual([
      "source     src/pkg!5 (opened): Fix foo",
      "dist-git   rpms/pkg, branch c9s: no merge request yet",
      "decision   create",
      "steps      1. make the dist-git commit and push it to src-5-c9s, if it changes anything",
      "           2. open the dist-git merge request",
      "tells      in-step",
    ]);
  });

  it("says what somebody has to mend", () => {
    expect(linesFor({ distHead: undefined }).slice(2)).toEqual([
      "somebody has to mend something first: The dist-git project rpms/pkg has no branch c9s",
      "  Create the branch in dist-git, or target another branch with this merge request.",
    ]);
    const error = userError("x", "It is wrong");
    const subject = world();
    expect(planLines({ state: "blocked", subject, error })).toEqual([
      "somebody has to mend something first: It is wrong",
    ]);
  });

  it("says why there is nothing to do", () => {
    expect(linesFor({ packaged: false })).toEqual(["nothing to do: there is no .distro/source-git.yaml at its head"]);
  });

  it("lets no title reach the terminal's controls", () => {
    const [line] = linesFor({ source: mergeRequest({ title: "a\u001b[31mb\u009b\u202ec\nd" }) });
    expect(line).toBe("source     src/pkg!5 (opened): a [31mb c d");
  });
});
