// The comment as people read it. What strangers can do to it is in comment-hostile.test.ts.
import { describe, expect, it } from "@jest/globals";
import { TandemError, userError } from "../../../../src/model/errors.ts";
import { parseStatusMark } from "../../../../src/sync/marks/marker.ts";
import { renderComment } from "../../../../src/sync/mirror/comment.ts";
import type { CommentFacts, Telling } from "../../../../src/sync/mirror/telling.ts";
import { mergeRequest, pair, pipeline, project, sha } from "../../../support/forge-values.ts";

const PAIR = "[rpms/pkg!8](https://gitlab.test/rpms/pkg/-/merge_requests/8)";
const facts: Omit<CommentFacts, "telling"> = {
  mark: { branch: "src-5-c9s" },
  source: mergeRequest(),
  distProject: project(2, "rpms/pkg"),
  mergeRequest: pair().mergeRequest,
  pipelines: [],
  notes: [],
  prefix: "/tandem",
};
const render = (telling: Telling, more: Partial<CommentFacts> = {}) => renderComment({ ...facts, telling, ...more });
/** The paragraphs without mark and commands. */
const read = (telling: Telling, more: Partial<CommentFacts> = {}) =>
  render(telling, more)
    .replace(/^.*\n/, "")
    .replace(/\n\n<details>[\s\S]*<\/details>/, "")
    .split("\n\n");
const withChecks = (state: "success" | "failed" | "running" | "pending") => ({
  pipelines: [{ pipeline: pipeline({ state, stateName: state }), checks: [] }],
});

describe("the comment reads well", () => {
  it("when all is in step and a check failed", () => {
    expect(read({ tells: "in-step" }, withChecks("failed"))).toEqual([
      "**Tandem**: the dist-git merge request is in step with `aaaaaaaa`, and a check failed.",
      `Dist-git merge request: ${PAIR} (\`src-5-c9s\` → \`c9s\`), open`,
      expect.stringMatching(/^\| check \|(?:.*\n){2}\| \*\*pipeline 31\*\* for `dddddddd` \| ✗ failed \|/),
      "See what failed, and push the fix here. If it was not your change, `/tandem retest` runs the checks again.",
    ]);
  });

  it("R23: when a commit has a bad trailer: what, where, and how to mend it", () => {
    const error = userError("trailer-invalid", "Commit 1a2b3c4 'Fix foo': trailer `Patch-id: abc` is not a number", {
      fix: "Reword the commit so that Patch-id is a whole number.",
    });
    expect(read({ tells: "problem", error }, { mergeRequest: undefined })).toEqual([
      "**Tandem**: the dist-git merge request could not be brought in step with `aaaaaaaa`.",
      "> Commit 1a2b3c4 'Fix foo': trailer `Patch-id: abc` is not a number",
      "Reword the commit so that Patch-id is a whole number.",
      "Tandem looks again after the next push or edit.",
    ]);
  });

  it("when somebody closed the dist-git merge request: how to get it back", () => {
    expect(read({ tells: "closed-by-hand" }, { mergeRequest: pair({ state: "closed" }).mergeRequest })).toEqual([
      "**Tandem**: stopped. Somebody closed the dist-git merge request, so it does not follow this merge request any more.",
      `Dist-git merge request: ${PAIR} (\`src-5-c9s\` → \`c9s\`), closed`,
      `To get it back, reopen ${PAIR}, or comment \`/tandem recreate\` for a new one.`,
    ]);
  });

  it("when a stranger's head waits for a member: which head, and what the member does", () => {
    const text = read({ tells: "waiting" }, { mergeRequest: undefined, prefix: "/tandem-stg" });
    expect(text).toEqual([
      "**Tandem**: waiting. Its author is no member of this project, so a member has to let `aaaaaaaa` pass before dist-git gets it.",
      "A member with at least the role Developer looks through the changes and comments `/tandem-stg ok`. That counts for `aaaaaaaa` only: after the next push it takes another one.",
    ]);
  });

  it("when dist-git moved: which branch, and the merge request that brings its commits", () => {
    const backsync = mergeRequest({ iid: 6, webUrl: "https://gitlab.test/src/pkg/-/merge_requests/6" });
    expect(
      read({ tells: "dist-moved", branch: "c9s", backsync, refusal: undefined }).filter((_, index) => index !== 1),
    ).toEqual([
      "**Tandem**: stopped. The dist-git branch `c9s` has commits that source-git lacks; going on would take them back.",
      "Merge [!6](https://gitlab.test/src/pkg/-/merge_requests/6), which brings them to source-git. Then rebase this merge request onto it.",
    ]);
  });
});

describe("renderComment", () => {
  const said = "`/tandem retest` by `alice`: a new pipeline was started.";

  it("says mark, state, merge request, checks, notes, next step, commands, last command, in this order", () => {
    const text = render(
      { tells: "in-step" },
      { ...withChecks("running"), notes: ["A note."], mark: { ...facts.mark, said } },
    );
    const order = [
      "<!-- tandem:status",
      "**Tandem**:",
      "Dist-git merge",
      "| check |",
      "- A note.",
      "Nothing for you",
      "<details>",
      "Last command: `/tandem",
    ];
    const places = order.map((start) => text.split("\n").findIndex((line) => line.startsWith(start)));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places[0]).toBe(0);
    expect(parseStatusMark(text)).toEqual({ branch: "src-5-c9s", said });
    expect(text).toMatch(/\nLast command: `\/tandem retest` by `alice`: a new pipeline was started\.$/);
  });

  const error = userError("x", "It is bad", {});
  const failure = new TandemError("upstream", "The forge failed", { code: "x" });

  it.each<readonly [Telling, Partial<CommentFacts>, string, string]>([
    [{ tells: "in-step" }, {}, "in step with `aaaaaaaa`.", "every push and edit"],
    [{ tells: "in-step" }, withChecks("success"), "and its checks passed.", "up to review"],
    [
      { tells: "in-step" },
      { pipelines: [{ pipeline: pipeline({ stateName: "skipped" }), checks: [] }] },
      "and its checks were skipped.",
      "Nothing for you to do",
    ],
    [{ tells: "in-step" }, withChecks("pending"), "wait to be run.", "Nothing for you to do"],
    [{ tells: "in-step" }, { source: mergeRequest({ draft: true }) }, "in step", "Both are drafts"],
    [{ tells: "closed" }, {}, "closed. ", "Reopen this merge request"],
    [{ tells: "no-effect" }, {}, "so the dist-git merge request was closed", "reopens it"],
    [
      { tells: "no-effect" },
      { mergeRequest: undefined },
      "nothing to do. At `aaaaaaaa`",
      "opens a dist-git merge request",
    ],
    [{ tells: "dist-merged" }, {}, "is merged.", "Merge this merge request as well"],
    [{ tells: "dist-merged" }, { source: mergeRequest({ state: "merged" }) }, "is merged.", "Nothing is left to do."],
    [{ tells: "source-merged", does: "comment" }, {}, "is merged;", "The maintainer of the package merges"],
    [{ tells: "source-merged", does: "ready" }, {}, "is merged;", "is ready"],
    [{ tells: "source-merged", does: "merge" }, {}, "is merged;", "merged by itself as soon as its checks pass"],
    [{ tells: "source-merged", does: "merge-refused" }, {}, "is merged;", "by hand"],
    [{ tells: "unserved" }, {}, "now targets `c9s`", "Target the former branch again"],
    [{ tells: "foreign-branch" }, {}, "a commit that is not Tandem's", "Comment `/tandem recreate` to start anew"],
    [
      { tells: "dist-moved", branch: "c9s", backsync: undefined, refusal: undefined },
      {},
      "`c9s` has commits",
      "`tandem source-git update-source-git <dist-git> <source-git>`",
    ],
    [
      { tells: "dist-moved", branch: "c9s", backsync: undefined, refusal: error },
      {},
      "`c9s` has commits",
      "Then rebase this merge request onto it.",
    ],
    [
      { tells: "problem", error },
      { source: mergeRequest({ head: undefined }) },
      "with its newest commit.",
      "looks again after the next push",
    ],
    [{ tells: "failure", error: failure }, {}, "It is not your fault.", "Comment `/tandem sync` to try again"],
  ])("tells of %j", (telling, more, state, next) => {
    const [first, ...rest] = read(telling, more);
    expect(first).toMatch(/^\*\*Tandem\*\*: .+\.$/);
    expect(first).toContain(state);
    expect(rest.at(-1)).toContain(next);
  });

  it("says why dist-git's commits cannot be brought by themselves", () => {
    const lines = read({ tells: "dist-moved", branch: "c9s", backsync: undefined, refusal: error });
    expect(lines.join("\n")).toContain("They cannot be brought to source-git by themselves:");
    expect(lines.join("\n")).toContain("It is ba");
  });

  it("lists the commands with the configured prefix, and `ok` where it is asked for", () => {
    const text = render({ tells: "in-step" }, { prefix: "/tandem-stg" });
    for (const name of ["status", "sync", "retest", "recreate", "help"])
      expect(text).toContain(`- \`/tandem-stg ${name}\`: `);
    expect(text).not.toContain("/tandem-stg ok");
    expect(render({ tells: "waiting" })).toContain("- `/tandem ok`: ");
    expect(render({ tells: "in-step" }, { mark: { approved: sha("a") } })).toContain("- `/tandem ok`: ");
  });

  it("speaks of a pull request on GitHub", () => {
    const source = mergeRequest({ forge: "github" });
    expect(read({ tells: "closed" }, { source }).at(-1)).toBe("Reopen this pull request to reopen both.");
    expect(read({ tells: "waiting" }, { source }).at(-1)).toContain("with write access");
  });

  it("shows an error of several lines as several lines, and no more than people read", () => {
    const listed = userError("config-invalid", "Two problems:\n- a: expected text\r\n\n/close", {});
    expect(read({ tells: "problem", error: listed })).toContain(
      "> Two problems:\n>\n> \\- a: expected text\n>\n> \\/close",
    );
    const endless = userError("x", "a line\n".repeat(10_000), {});
    expect(render({ tells: "problem", error: endless }).match(/a line/g)).toHaveLength(30);
  });

  it("R8: is the same for the same facts, and another one for another head", () => {
    expect(render({ tells: "in-step" })).toBe(render({ tells: "in-step" }));
    expect(render({ tells: "in-step" })).not.toBe(
      render({ tells: "in-step" }, { source: mergeRequest({ head: sha("b") }) }),
    );
  });
});
