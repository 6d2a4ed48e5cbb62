// The decision table, row by row: state of the source merge request × state of the dist-git one × what changed.
import { describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../../../../src/forge/forge.ts";
import type { PairMark } from "../../../../src/sync/marks/marker.ts";
import type { Command } from "../../../../src/sync/mirror/command.ts";
import { renderDistComment } from "../../../../src/sync/mirror/dist-comment.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "../../../../src/sync/mirror/dist-git-text.ts";
import { pairMarkOf } from "../../../../src/sync/mirror/pair-text.ts";
import { makePlan, type Plan } from "../../../../src/sync/mirror/plan.ts";
import { type PairState, type SourceState, TABLE } from "../../../../src/sync/mirror/table.ts";
import type { Pair, World } from "../../../../src/sync/mirror/world.ts";
import {
  commit,
  contributor,
  mergeRequest,
  note,
  pair,
  pipeline,
  route,
  sha,
  world,
} from "../../../support/forge-values.ts";

/** The source side as it was when the pair was brought in step. */
const before = mergeRequest();
const inStep: PairMark = pairMarkOf(before, { text: textDigest(before) });

const SOURCES: Readonly<Record<SourceState, Partial<World> & { readonly source?: MergeRequest }>> = {
  open: {},
  draft: { source: mergeRequest({ draft: true, title: "Draft: Fix foo" }) },
  waiting: { trusted: false },
  unserved: { served: false },
  closed: { source: mergeRequest({ state: "closed" }) },
  merged: { source: mergeRequest({ state: "merged" }) },
  locked: { source: mergeRequest({ state: "locked" }) },
};

function distSide(state: PairState, source: MergeRequest): Pair | undefined {
  const marked = (mark: PairMark, more: Partial<MergeRequest> = {}, rest: Partial<Pair> = {}) =>
    pair(
      {
        title: mergeRequestTitle({ ...before, draft: source.draft }),
        description: mergeRequestDescription(before, mark),
        ...more,
      },
      { mark, ...rest },
    );
  switch (state) {
    case "none":
      return undefined;
    case "open":
      return marked(inStep);
    case "foreign":
      return marked(inStep, {}, { head: commit(sha("e"), sha("a")), headIsOurs: false });
    case "closed":
      return marked({ ...inStep, closedWithSource: true }, { state: "closed" });
    case "withdrawn":
      return marked({ ...inStep, closedWithSource: true, withoutEffect: sha("a") }, { state: "closed" });
    case "closed-by-hand":
      return marked(inStep, { state: "closed" });
    case "merged":
      return marked(inStep, { state: "merged" });
    case "locked":
      return marked(inStep, { state: "locked" });
  }
}

const CHANGED = {
  nothing: (source: MergeRequest) => ({ source }),
  head: (source: MergeRequest) => ({ source: { ...source, head: sha("b") } }),
  title: (source: MergeRequest) => ({ source: { ...source, title: source.draft ? "Draft: Fix bar" : "Fix bar" } }),
  description: (source: MergeRequest) => ({ source: { ...source, description: "It was worse." } }),
  draft: (source: MergeRequest) => ({
    source: { ...source, draft: !source.draft, title: source.draft ? "Fix foo" : "Draft: Fix foo" },
  }),
  target: (source: MergeRequest) => ({ source: { ...source, targetBranch: "c10s" }, distBranch: "c10s" }),
} as const;
type ChangeName = keyof typeof CHANGED;
const CHANGE_NAMES = Object.keys(CHANGED) as ChangeName[];

/** A plan in short: the story, then what is done, with the names of changed fields. */
function short(plan: Plan): string {
  if (plan.kind !== "act") return plan.kind;
  const steps = plan.steps.map((step) => {
    if (step.do === "change-merge-request") return Object.keys(step.change).sort().join("+");
    if (step.do === "tell-dist") return `tell:${step.telling.tells}`;
    return step.do;
  });
  return [`${plan.story.tells}:`, ...steps].join(" ");
}

/** What is expected when nothing changed, and where a change makes a difference. */
type Expected = string | ({ readonly nothing: string } & Partial<Record<ChangeName, string>>);

const FOLLOW = {
  nothing: "in-step:",
  head: "in-step: update-branch",
  title: "in-step: update-branch description+title",
  description: "in-step: update-branch description",
  draft: "in-step: title",
  target: "in-step: update-branch targetBranch",
};
const FOREIGN = {
  nothing: "foreign-branch:",
  title: "foreign-branch: description+title",
  description: "foreign-branch: description",
  draft: "foreign-branch: title",
  target: "foreign-branch: targetBranch",
};
const REOPEN = {
  nothing: "in-step: description+state",
  head: "in-step: state update-branch description",
  title: "in-step: state update-branch description+title",
  description: "in-step: state update-branch description",
  draft: "in-step: description+state+title",
  // Without the right target a reopened merge request would show nonsense: the commit comes first, the rest at once.
  target: "in-step: update-branch description+state+targetBranch",
};
// Whatever else is edited: a head that changes nothing in dist-git stays one.
const WITHDRAWN = { nothing: "no-effect:", head: REOPEN.head, target: REOPEN.target };
const ENDED = { "closed-by-hand": "closed-by-hand:", merged: "dist-merged:", locked: "dist-merged:" };
const OPEN = {
  none: "in-step: update-branch open-merge-request",
  open: FOLLOW,
  foreign: FOREIGN,
  closed: REOPEN,
  withdrawn: WITHDRAWN,
  ...ENDED,
};
const CLOSE = "description+state tell:source-closed";

const EXPECTED: Readonly<Record<SourceState, Readonly<Record<PairState, Expected>>>> = {
  open: OPEN,
  draft: OPEN,
  waiting: {
    none: "waiting:",
    open: "waiting:",
    foreign: "waiting:",
    closed: "waiting:",
    withdrawn: "waiting:",
    ...ENDED,
  },
  unserved: {
    none: "nothing",
    open: `unserved: ${CLOSE}`,
    foreign: `unserved: ${CLOSE}`,
    closed: "unserved: tell:source-closed",
    withdrawn: "unserved:",
    ...ENDED,
  },
  closed: {
    none: "nothing",
    open: `closed: ${CLOSE}`,
    foreign: `closed: ${CLOSE}`,
    closed: "closed: tell:source-closed",
    withdrawn: "closed:",
    ...ENDED,
  },
  merged: {
    none: "nothing",
    open: { nothing: "source-merged: tell:source-merged", head: "source-merged: update-branch tell:source-merged" },
    foreign: "source-merged: tell:source-merged",
    closed: {
      nothing: "source-merged: description+state tell:source-merged",
      head: "source-merged: state update-branch description tell:source-merged",
    },
    withdrawn: {
      nothing: "no-effect:",
      head: "source-merged: state update-branch description tell:source-merged",
      target: "source-merged: description+state tell:source-merged",
    },
    ...ENDED,
  },
  locked: Object.fromEntries(Object.keys(OPEN).map((state) => [state, "nothing"])) as Record<PairState, string>,
};

const ROWS = (Object.keys(TABLE) as SourceState[]).flatMap((source) =>
  (Object.keys(TABLE[source]) as PairState[]).flatMap((dist) =>
    CHANGE_NAMES.map((change) => {
      const expected = EXPECTED[source][dist];
      const text = typeof expected === "string" ? expected : (expected[change] ?? expected.nothing);
      return [source, dist, change, text] as const;
    }),
  ),
);

describe("the decision table", () => {
  it("has a row for every combination", () => {
    expect(ROWS).toHaveLength(7 * 8 * CHANGE_NAMES.length);
  });

  it.each(ROWS)("source %s, dist-git %s, changed: %s → %s", (source, dist, change, expected) => {
    const given = SOURCES[source];
    const was = given.source ?? before;
    const changed = CHANGED[change](was);
    expect(short(makePlan(world({ ...given, ...changed, pair: distSide(dist, was) })))).toBe(expected);
  });
});

const follow = (given: Partial<World>, more: Partial<Pair> = {}) => {
  const open = distSide("open", before);
  return short(makePlan(world({ pair: open && { ...open, ...more }, ...given })));
};

describe("what else can be out of step", () => {
  it("merged into a branch that is not served: not for dist-git, which is told", () => {
    expect(follow({ source: mergeRequest({ state: "merged" }), served: false })).toBe(`unserved: ${CLOSE}`);
    expect(follow({ source: mergeRequest({ state: "closed" }), served: false })).toBe(`closed: ${CLOSE}`);
  });

  it.each<readonly [string, Partial<World>, Partial<Pair>, string]>([
    ["the branch was deleted", {}, { head: undefined }, "in-step: update-branch"],
    [
      "GitLab says that it conflicts",
      {},
      {
        mergeRequest: pair({
          title: "Fix foo",
          description: mergeRequestDescription(before, inStep),
          hasConflicts: true,
        }).mergeRequest,
      },
      "in-step: update-branch",
    ],
    ["dist-git moved: it is looked at, not rebuilt", { distHead: commit(sha("9")) }, {}, "in-step: compare-dist"],
    ["dist-git moved and was looked at", { distHead: commit(sha("9")), mark: { distSeen: sha("9") } }, {}, "in-step:"],
    ["the bot had something to say in dist-git", {}, { comment: note("") }, "in-step: tell:following"],
    ["the dist-git branch is gone", { distHead: undefined }, {}, "refuse"],
  ])("%s", (_, given, more, expected) => {
    expect(follow(given, more)).toBe(expected);
  });

  it("a closed pair without its branch: the branch comes first", () => {
    const closed = distSide("closed", before);
    const plan = makePlan(world({ pair: closed && { ...closed, head: undefined } }));
    expect(short(plan)).toBe("in-step: update-branch description+state");
  });

  it("nothing is known of the package: silent", () => {
    expect(short(makePlan(world({ packaged: false })))).toBe("nothing");
    expect(short(makePlan(world({ packaged: false, trusted: false })))).toBe("nothing");
  });

  it("tells that the dist-git branch is missing, and by which project's name", () => {
    expect(makePlan(world({ distHead: undefined }))).toMatchObject({
      kind: "refuse",
      error: { code: "dist-branch-missing", message: "The dist-git project rpms/pkg has no branch c9s" },
    });
  });
});

describe("R6: a merge does what the route says", () => {
  const merged = mergeRequest({ state: "merged" });
  const draft = { mergeRequest: pair({ draft: true, title: "Draft: Fix foo" }).mergeRequest };
  // GitLab refused it before: it is not asked again by itself, but for a change of the checks.
  const refused = {
    comment: note(
      renderDistComment({ tells: "source-merged", does: "merge-refused" }, mergeRequest({ state: "merged" })),
    ),
  };
  const passed = { pipeline: pipeline(), checks: [] };
  const auto = { mergeRequest: pair({ autoMerge: true }).mergeRequest };
  it.each<readonly ["comment" | "ready" | "merge", Partial<Pair>, string]>([
    ["comment", draft, "source-merged: tell:source-merged"],
    ["ready", draft, "source-merged: title tell:source-merged"],
    ["ready", {}, "source-merged: tell:source-merged"],
    ["merge", draft, "source-merged: title merge-when-checks-pass tell:source-merged"],
    ["merge", auto, "source-merged: tell:source-merged"],
    ["merge", refused, "source-merged: tell:source-merged"],
    ["merge", { ...refused, pipelines: [passed] }, "source-merged: merge-when-checks-pass tell:source-merged"],
  ])("%s", (onSourceMerge, more, expected) => {
    expect(follow({ source: merged, route: { ...route, onSourceMerge } }, more)).toBe(expected);
  });
});

describe("commands", () => {
  const say = (name: string, more: Partial<Command> = {}): Command => ({
    side: "source",
    noteId: 100,
    name,
    args: [],
    by: contributor,
    at: 5_000,
    allowed: true,
    ...more,
  });
  const run = (at: number) => ({ pipelines: [{ pipeline: pipeline({ createdAt: at }), checks: [] }] });
  const predecessor = mergeRequest({ iid: 7 });

  it.each<readonly [string, Partial<World>, Partial<Pair>, string]>([
    ["sync makes the commit anew", { commands: [say("sync")] }, {}, "in-step: update-branch"],
    ["not for a stranger", { commands: [say("sync", { allowed: false })] }, {}, "in-step:"],
    ["retest starts a pipeline", { commands: [say("retest")] }, run(4_000), "in-step: start-pipeline"],
    ["retest that an earlier attempt carried out", { commands: [say("retest")] }, run(6_000), "in-step:"],
    ["status and help change nothing", { commands: [say("status"), say("help")] }, {}, "in-step:"],
    ["nor does what is no command", { commands: [say("constructor")] }, {}, "in-step:"],
    [
      "recreate",
      { commands: [say("recreate")] },
      {},
      "in-step: retire-pair update-branch open-merge-request tell-replaced",
    ],
    [
      "recreate that an earlier attempt began",
      { commands: [say("recreate")], predecessor },
      {},
      "in-step: tell-replaced",
    ],
  ])("%s", (_, given, more, expected) => {
    expect(follow(given, more)).toBe(expected);
  });

  it("recreate goes on with another branch, again and again", () => {
    const plan = makePlan(world({ pair: distSide("foreign", before), commands: [say("recreate")] }));
    expect(plan).toMatchObject({ steps: [{ do: "retire-pair", successor: "src-5-c9s-r2" }, {}, {}, {}] });
    const again = makePlan(
      world({ pair: distSide("merged", before), pairBranch: "src-5-c9s-r2", commands: [say("recreate")] }),
    );
    expect(again).toMatchObject({ steps: [{ do: "retire-pair", successor: "src-5-c9s-r3" }, {}, {}, {}] });
  });

  it("a closed one whose branch holds somebody else's commit is reopened without the branch", () => {
    const closed = distSide("closed", before);
    const foreign = closed && { ...closed, head: commit(sha("e"), sha("b")), headIsOurs: false };
    expect(short(makePlan(world({ pair: foreign })))).toBe("foreign-branch: state description");
  });

  it("recreate replaces one of the predecessor's by a branch that is found again", () => {
    const given = { pair: distSide("open", before), pairBranch: "9-c9s-src-5", commands: [say("recreate")] };
    const plan = makePlan(world(given));
    expect(plan).toMatchObject({ steps: [{ do: "retire-pair", successor: "src-5-c9s" }, {}, {}, {}] });
  });

  describe("ok lets one head pass", () => {
    const comment = note("", { updatedAt: 3_000 });
    const waits = { trusted: false, mark: { awaits: sha("a"), target: "c9s" }, comment } as const;
    const made = "in-step: update-branch open-merge-request";
    it.each<readonly [string, Partial<World>, string]>([
      ["written after the question", { ...waits, commands: [say("ok", { at: 3_001 })] }, made],
      ["written before the comment was last edited", { ...waits, commands: [say("ok", { at: 2_999 })] }, "waiting:"],
      ["written in the second of the last edit", { ...waits, commands: [say("ok", { at: 3_000 })] }, "waiting:"],
      [
        "for another head than that which the comment asks about",
        { ...waits, source: mergeRequest({ head: sha("b") }), commands: [say("ok")] },
        "waiting:",
      ],
      ["naming the head in full", { trusted: false, commands: [say("ok", { args: [sha("a")] })] }, made],
      [
        "naming the head that the comment asks about",
        { ...waits, commands: [say("ok", { args: ["aaaaaaaa"] })] },
        made,
      ],
      // Two commits whose ids begin alike are made in seconds, and one of them shown first.
      ["naming how the head begins", { trusted: false, commands: [say("ok", { args: ["aaaaaaaa"] })] }, "waiting:"],
      ["naming another commit", { ...waits, commands: [say("ok", { args: ["bbbbbbbb"] })] }, "waiting:"],
      ["by somebody who may not", { ...waits, commands: [say("ok", { allowed: false })] }, "waiting:"],
      ["remembered", { trusted: false, mark: { approved: sha("a"), target: "c9s" } }, made],
      ["remembered for another target", { trusted: false, mark: { approved: sha("a"), target: "c8s" } }, "waiting:"],
      [
        "asked about another target",
        { ...waits, mark: { awaits: sha("a"), target: "c8s" }, commands: [say("ok")] },
        "waiting:",
      ],
      ["remembered for an older head", { trusted: false, mark: { approved: sha("b"), target: "c9s" } }, "waiting:"],
    ])("%s", (_, given, expected) => {
      expect(short(makePlan(world(given)))).toBe(expected);
    });
  });
});
