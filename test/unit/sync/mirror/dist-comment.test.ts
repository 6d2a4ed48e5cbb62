import { describe, expect, it } from "@jest/globals";
import { isDistMark } from "../../../../src/sync/marks/marker.ts";
import { renderDistComment } from "../../../../src/sync/mirror/dist-comment.ts";
import type { DistTelling } from "../../../../src/sync/mirror/telling.ts";
import { mergeRequest, pair } from "../../../support/forge-values.ts";

const SOURCE = "source-git merge request [!5](https://gitlab.test/src/pkg/-/merge_requests/5)";

describe("renderDistComment", () => {
  it.each<readonly [DistTelling, string]>([
    [{ tells: "source-merged", does: "comment" }, `the ${SOURCE} is merged. What it holds is final: please merge`],
    [
      { tells: "source-merged", does: "ready" },
      `the ${SOURCE} is merged. What it holds is final, and this merge request is ready`,
    ],
    [
      { tells: "source-merged", does: "merge" },
      `the ${SOURCE} is merged. This merge request is merged by itself as soon as its checks pass.`,
    ],
    [
      { tells: "source-merged", does: "merge-refused" },
      "GitLab refused: maybe it has conflicts, or the bot may not merge here. Please merge it by hand.",
    ],
    [{ tells: "source-closed" }, `the ${SOURCE} was closed`],
    [{ tells: "following" }, `this merge request follows the ${SOURCE} again.`],
    [
      { tells: "replaced", by: { ...pair().mergeRequest, iid: 9 } },
      "replaced by [!9](https://gitlab.test/rpms/pkg/-/merge_requests/8)",
    ],
  ])("tells of %j", (telling, expected) => {
    const [mark = "", text = "", ...more] = renderDistComment(telling, mergeRequest()).split("\n");
    expect(isDistMark(mark)).toBe(true);
    expect(text).toMatch(/^\*\*Tandem\*\*: .+\.$/);
    expect(text).toContain(expected);
    expect(more).toEqual([]);
  });

  it("names a pull request as GitHub does", () => {
    const source = mergeRequest({ forge: "github", webUrl: "https://github.test/o/r/pull/5" });
    expect(renderDistComment({ tells: "following" }, source)).toContain(
      "pull request [#5](https://github.test/o/r/pull/5)",
    );
  });
});
