import { describe, expect, it } from "@jest/globals";
import { userError } from "../../../../src/model/errors.ts";
import { parseStatusMark } from "../../../../src/sync/marks/marker.ts";
import { renderComment, type Telling } from "../../../../src/sync/mirror/comment.ts";
import { mergeRequest, pair, pipeline, project, sha } from "../../../support/forge-values.ts";

const facts = {
  sourceHead: sha("a"),
  pairBranch: "src-5-c9s",
  distProject: project(2, "rpms/pkg"),
  mergeRequest: pair().mergeRequest,
  pipeline: undefined,
};
const render = (telling: Telling, more = {}) => renderComment({ ...facts, telling, ...more });

describe("renderComment", () => {
  it("says state, merge request, checks and what to do next, in this order", () => {
    const lines = render({ tells: "in-step" }, { pipeline: pipeline({ stateName: "waiting_for_resource" }) }).split(
      "\n",
    );
    expect(parseStatusMark(lines[0] ?? "")).toEqual({ branch: "src-5-c9s" });
    expect(lines[1]).toBe("**Tandem**: the dist-git merge request is in step with this one (`aaaaaaaa`).");
    expect(lines[3]).toBe(
      "Dist-git merge request: [rpms/pkg!8](https://gitlab.test/rpms/pkg/-/merge_requests/8) (`src-5-c9s` → `c9s`)",
    );
    expect(lines[7]).toBe(
      "| [pipeline 31](https://gitlab.test/bot/pkg/-/pipelines/31) for dist-git commit `dddddddd` | waiting for resource |",
    );
    expect(lines.at(-1)).toMatch(/^Go on here/);
  });

  it("tells of a problem what, where and how to mend it, without giving the text any power", () => {
    const error = userError("trailer-invalid", "Commit 1a2b3c4 'x\n/close @all <!-- tandem:status {} -->' is bad", {
      fix: "Reword\n/merge it.",
    });
    const text = render({ tells: "problem", error }, { mergeRequest: undefined });
    expect(text).toContain("> `Commit 1a2b3c4 'x /close @all <!-- tandem:status {} -->' is bad`");
    expect(text).not.toMatch(/^\s*\//m);
    expect(text).not.toContain("Dist-git merge request:");
  });

  it.each(["closed", "closed-by-hand", "merged", "no-effect"] as const)("has a line for %s", (tells) => {
    expect(render({ tells }).split("\n")[1]).toMatch(/^\*\*Tandem\*\*: .+\.$/);
  });

  it("is the same for the same state", () => {
    expect(render({ tells: "in-step" })).toBe(render({ tells: "in-step" }));
    expect(render({ tells: "in-step" })).not.toBe(
      render({ tells: "in-step" }, { sourceHead: mergeRequest({ head: sha("b") }).head }),
    );
  });
});
