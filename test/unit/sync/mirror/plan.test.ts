// One row for each situation of a pair that this version knows.
import { describe, expect, it } from "@jest/globals";
import { readTrailer } from "../../../../src/model/trailers.ts";
import { renderPairMark } from "../../../../src/sync/marks/marker.ts";
import { commitMessage, commitText, mergeRequestDescription } from "../../../../src/sync/mirror/dist-git-text.ts";
import { makePlan, refOf } from "../../../../src/sync/mirror/plan.ts";
import type { World } from "../../../../src/sync/mirror/world.ts";
import { mergeRequest, pair, sha, world } from "../../../support/forge-values.ts";

const base = world();
const description = mergeRequestDescription(base.source, { source: refOf(base) });
const closedDescription = mergeRequestDescription(base.source, { source: refOf(base), closedWithSource: true });
const message = `${commitText(base.source)}\n\nFrom-source-git-commit: ${sha("a")}\n`;
const head = { sha: sha("d"), message };

const inStep = pair({ description }, { head });
const closedWithSource = pair({ description: closedDescription, state: "closed" }, { head, closedWithSource: true });
const withoutEffect = { ...closedWithSource, withoutEffect: sha("a") };
const steps = (given: Partial<World>) => {
  const plan = makePlan(world(given));
  return plan.kind === "nothing" ? plan.kind : [plan.story.tells, ...plan.steps];
};

describe("makePlan", () => {
  const update = { do: "update-branch" } as const;
  const change = (fields: object) => ({ do: "change-merge-request", change: fields }) as const;
  const retitled = mergeRequest({ title: "Fix bar" });
  const retitledDescription = mergeRequestDescription(retitled, { source: refOf(base) });

  it.each<readonly [string, Partial<World>, ReturnType<typeof steps>]>([
    ["open, no pair: a pair is made", {}, ["in-step", update, { do: "open-merge-request" }]],
    ["open, no pair, no source-git.yaml: silent", { packaged: false }, "nothing"],
    ["R4: closed, no pair", { source: mergeRequest({ state: "closed" }) }, "nothing"],
    ["merged, no pair", { source: mergeRequest({ state: "merged" }) }, "nothing"],
    ["locked", { source: mergeRequest({ state: "locked" }), pair: inStep }, "nothing"],
    ["R3: open, in step: nothing is written", { pair: inStep }, ["in-step"]],
    ["push", { source: mergeRequest({ head: sha("b") }), pair: inStep }, ["in-step", update]],
    [
      "R7: retitled: commit and merge request follow",
      { source: retitled, pair: inStep },
      ["in-step", update, change({ title: "Fix bar" })],
    ],
    [
      "R7: description edited",
      { source: mergeRequest({ description: "" }), pair: inStep },
      [
        "in-step",
        update,
        change({ description: mergeRequestDescription(mergeRequest({ description: "" }), { source: refOf(base) }) }),
      ],
    ],
    [
      "R7: draft: the same commit, a draft title",
      { source: mergeRequest({ title: "Draft: Fix foo", draft: true }), pair: inStep },
      ["in-step", change({ title: "Draft: Fix foo" })],
    ],
    [
      "R7: retargeted",
      { source: mergeRequest({ targetBranch: "c10s" }), distBranch: "c10s", pair: inStep },
      ["in-step", update, change({ targetBranch: "c10s" })],
    ],
    [
      "R7: retargeted while closed: the branch comes first, also before reopening",
      { source: mergeRequest({ targetBranch: "c10s" }), distBranch: "c10s", pair: closedWithSource },
      ["in-step", update, change({ description, targetBranch: "c10s", state: "opened" })],
    ],
    ["R12: closed, because this head has no effect: it stays closed", { pair: withoutEffect }, ["no-effect"]],
    [
      "R12: a push after it: it may have an effect",
      { source: mergeRequest({ head: sha("b") }), pair: withoutEffect },
      ["in-step", change({ description, state: "opened" }), update],
    ],
    [
      "R12: another target: it may have an effect there",
      { source: mergeRequest({ targetBranch: "c10s" }), distBranch: "c10s", pair: withoutEffect },
      ["in-step", update, change({ description, targetBranch: "c10s", state: "opened" })],
    ],
    [
      "closed: the pair is closed, and says why in the same request",
      { source: mergeRequest({ state: "closed" }), pair: inStep },
      ["closed", change({ state: "closed", description: closedDescription })],
    ],
    ["closed twice", { source: mergeRequest({ state: "closed" }), pair: closedWithSource }, ["closed"]],
    ["R5: reopened", { pair: closedWithSource }, ["in-step", change({ description, state: "opened" })]],
    [
      "R5: closed, pushed, reopened: reopening comes before the push",
      { source: mergeRequest({ head: sha("b") }), pair: closedWithSource },
      ["in-step", change({ description, state: "opened" }), update],
    ],
    [
      "R5: reopened after the branch was deleted: the branch comes first",
      { pair: { ...closedWithSource, head: undefined } },
      ["in-step", update, change({ description, state: "opened" })],
    ],
    [
      "closed by hand: it stays closed",
      { source: mergeRequest({ head: sha("b") }), pair: pair({ description, state: "closed" }, { head }) },
      ["closed-by-hand"],
    ],
    [
      "dist-git merged, then a push",
      { source: mergeRequest({ head: sha("b") }), pair: pair({ state: "merged" }) },
      ["merged"],
    ],
  ])("%s", (_, given, expected) => {
    expect(steps(given)).toEqual(expected);
  });

  it("keeps the description of a retitled merge request when its text is the same", () => {
    expect(retitledDescription).toBe(description);
  });
});

describe("the text of a dist-git merge request", () => {
  it("names the source, was made by a bot, and begins with the mark", () => {
    expect(description.split("\n")[0]).toBe(renderPairMark({ source: refOf(base) }));
    expect(description).toContain("It was broken.");
    expect(description).toContain(base.source.webUrl);
    expect(description).toMatch(/bot/);
  });

  it.each([
    ["T", "T\n\nA: 1\n"],
    ["T\n\nbody", "T\n\nbody\n\nA: 1\n"],
    ["T\n\nbody\n\nSigned-off-by: x <x@y>", "T\n\nbody\n\nSigned-off-by: x <x@y>\nA: 1\n"],
    ["T\n\nbody\n\n---\nmore", "T\n\nbody\n\n---\nmore\n\nA: 1\n"],
    ["T\n\n# heading", "T\n\n# heading\n\nA: 1\n"],
    ["T\n\nB: 1\n\n# heading", "T\n\nB: 1\n\n# heading\n\nA: 1\n"],
  ])("puts the trailers at the very end: %j", (text, expected) => {
    const message = commitMessage(text, [{ token: "A", value: "1" }]);
    expect(message).toBe(expected);
    expect(readTrailer(message, "A")).toBe("1");
  });

  it("R14: the commit holds what the contributor wrote and nothing else", () => {
    expect(commitText(mergeRequest({ title: "Draft:  Fix foo ", description: "One.\r\n\r\nTwo.\0\n" }))).toBe(
      "Fix foo\n\nOne.\n\nTwo.",
    );
    const posing = mergeRequest({ description: `One.\nfrom-source-git-commit: ${sha("b")}\nTwo.` });
    expect(commitText(posing)).toBe("Fix foo\n\nOne.\nTwo.");
    expect(commitText(mergeRequest({ title: "Draft: ", description: "" }))).toBe("Update from merge request !5");
  });
});
