// Which pipelines are read for a commit of a dist-git merge request, with as few calls as possible.
import { describe, expect, it } from "@jest/globals";
import type { ForgeCommit, Pipeline } from "../../../../src/forge/forge.ts";
import { readChecks, readPipelines } from "../../../../src/sync/checks/read-pipelines.ts";
import { commit, pair, pipeline, sha } from "../../../support/forge-values.ts";
import { recordForge } from "../../../support/recorded-forge.ts";

const [head, old, target, merge] = [sha("d"), sha("e"), sha("f"), sha("c")];
const mergeRequest = pair().mergeRequest;
const HEAD_REF = "refs/merge-requests/8/head";
const MERGE_REF = "refs/merge-requests/8/merge";

interface Given {
  readonly listed?: readonly Partial<Pipeline>[];
  readonly inTarget?: readonly Partial<Pipeline>[];
  readonly commits?: readonly ForgeCommit[];
  readonly known?: readonly ForgeCommit[];
  readonly of?: typeof head;
  readonly sourceProjectId?: number | undefined;
}

async function read({ listed = [], inTarget = [], commits = [], known = [], of = head, ...change }: Given) {
  const { forge, calls } = recordForge({
    findMergeRequestPipelines: async () => listed.map(pipeline),
    findPipelines: async () => inTarget.map(pipeline),
    readCommit: async (_, id) => commits.find((each) => each.sha === id),
  });
  const found = await readPipelines(forge, { ...mergeRequest, ...change }, of, known);
  return { ids: found.map(({ id }) => id), calls };
}

describe("readPipelines", () => {
  it.each<readonly [string, Given, readonly number[]]>([
    ["a branch pipeline in the fork", { listed: [{ id: 1, projectId: 22 }] }, [1]],
    ["a merge request pipeline in the target project", { listed: [{ id: 1, projectId: 2, ref: HEAD_REF }] }, [1]],
    ["an external one that the merge request lists", { listed: [{ id: 1, kind: "external" }] }, [1]],
    [
      "an external one in the target project, under any ref",
      { inTarget: [{ id: 2, kind: "external", ref: "c9s" }] },
      [2],
    ],
    ["both kinds", { listed: [{ id: 1 }], inTarget: [{ id: 2, kind: "external" }] }, [1, 2]],
    [
      "an external one that both lists hold once",
      { listed: [{ id: 2, kind: "external" }], inTarget: [{ id: 2, kind: "external" }] },
      [2],
    ],
    [
      "the merge request's own in the target project when the fork is gone",
      { inTarget: [{ id: 2, ref: HEAD_REF }], sourceProjectId: undefined },
      [2],
    ],
    ["not GitLab's own on a branch that is named like the pair's", { inTarget: [{ id: 2, ref: "src-5-c9s" }] }, []],
    ["not one of another merge request", { inTarget: [{ id: 2, ref: "refs/merge-requests/9/head" }] }, []],
    [
      "R9: of an older commit only what names the merge request",
      {
        of: old,
        listed: [{ id: 5 }],
        inTarget: [
          { id: 2, sha: old, kind: "external", ref: "c9s" },
          { id: 1, sha: old, kind: "external", ref: HEAD_REF },
        ],
      },
      [1],
    ],
    [
      "a merged-results pipeline of the head",
      {
        listed: [{ id: 3, sha: merge, ref: MERGE_REF }, { id: 1 }],
        commits: [commit(merge, undefined, [target, head])],
      },
      [3],
    ],
    [
      "R9: no merged-results pipeline of an older commit",
      {
        listed: [{ id: 3, sha: merge, ref: MERGE_REF }, { id: 1 }],
        commits: [commit(merge, undefined, [target, old])],
      },
      [1],
    ],
    [
      "R9: the merged-results pipeline of an older commit for that commit",
      {
        of: old,
        listed: [
          { id: 4, sha: sha("b"), ref: MERGE_REF },
          { id: 3, sha: merge, ref: MERGE_REF },
        ],
        known: [commit(merge, undefined, [target, old])],
        commits: [commit(sha("b"), undefined, [target, head])],
      },
      [3],
    ],
    [
      "not the pipeline of a merge that a person made",
      { of: old, listed: [{ id: 3, sha: merge }], known: [commit(merge, undefined, [head, old])] },
      [],
    ],
  ])("takes %s", async (_, given, expected) => {
    const { ids, calls } = await read(given);
    expect(ids).toEqual(expected);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it.each<readonly [string, Given, number]>([
    ["from a fork", { listed: [{ id: 1 }] }, 2],
    ["from the target project itself: its list has all", { sourceProjectId: 2 }, 1],
    [
      "with a newer pipeline of the head than merged results",
      { listed: [{ id: 9 }, { id: 3, sha: merge, ref: MERGE_REF }] },
      2,
    ],
    [
      "with a merge that was read already",
      { listed: [{ id: 3, sha: merge, ref: MERGE_REF }], known: [commit(merge, undefined, [target, head])] },
      2,
    ],
    ["with a merge to be read", { listed: [{ id: 3, sha: merge, ref: MERGE_REF }] }, 3],
  ])("%s", async (_, given, expected) => {
    expect((await read(given)).calls).toHaveLength(expected);
  });
});

describe("readChecks", () => {
  it("reads the checks of each pipeline, in the order of the pipelines", async () => {
    const check = {
      state: "success",
      stateName: "success",
      allowFailure: false,
      seconds: 1,
      webUrl: undefined,
    } as const;
    const { forge } = recordForge({ findChecks: async ({ id }) => [{ ...check, name: `check of ${id}` }] });
    const found = await readChecks(forge, [pipeline({ id: 2 }), pipeline({ id: 1 })]);
    expect(found.map(({ pipeline: { id }, checks }) => [id, checks[0]?.name])).toEqual([
      [2, "check of 2"],
      [1, "check of 1"],
    ]);
  });
});
