import { describe, expect, it } from "@jest/globals";
import { notApplied } from "../../../../src/sync/mirror/apply.ts";
import { nextMark } from "../../../../src/sync/mirror/next-mark.ts";
import { mergeRequest, world } from "../../../support/forge-values.ts";

describe("the branch that the comment remembers", () => {
  const replaced = world({
    mark: { branch: "src-5-c9s" },
    predecessor: mergeRequest({ iid: 8, state: "closed" }),
    pairBranch: "src-5-c9s-r2",
  });
  it.each([
    ["its successor's, once there is one", mergeRequest({ iid: 9 }), "src-5-c9s-r2"],
    ["the replaced one's until then, so that it is told of its successor", undefined, "src-5-c9s"],
  ])("%s", (_, successor, expected) => {
    const applied = { ...notApplied(replaced), mergeRequest: successor };
    const telling = { tells: "dist-moved", branch: "c9s", backsync: undefined, refusal: undefined } as const;
    expect(nextMark({ subject: replaced, applied, telling }).branch).toBe(expected);
  });
});
