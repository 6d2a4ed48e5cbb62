// Where a status can be set, and what becomes of refusals (R10).
import { describe, expect, it } from "@jest/globals";
import type { StatusResult } from "../../../../src/forge/forge.ts";
import { TandemError } from "../../../../src/model/errors.ts";
import { createStatusMemory, setStatus, statusPlaces } from "../../../../src/sync/checks/set-status.ts";
import { mergeRequest, sha } from "../../../support/forge-values.ts";
import { recordForge } from "../../../support/recorded-forge.ts";

const inFork = { forge: "gitlab", projectId: 11 } as const;
const inTarget = { forge: "gitlab", projectId: 1, ref: "refs/merge-requests/5/head" } as const;
const status = { context: "c", state: "success", description: "d", targetUrl: "https://gitlab.test/1" } as const;

describe("statusPlaces", () => {
  it.each([
    ["R10: a fork: there first, then the target project with the merge request's ref", {}, [inFork, inTarget]],
    ["a branch of the target project", { sourceProjectId: 1 }, [{ forge: "gitlab", projectId: 1 }, inTarget]],
    ["a deleted fork: only the target project", { sourceProjectId: undefined }, [inTarget]],
    [
      "a branch that is named like one of the target project: never under that name",
      { sourceBranch: "c9s" },
      [inFork, inTarget],
    ],
    ["GitHub: only the target project", { forge: "github" }, [{ forge: "github", projectId: 1 }]],
  ] as const)("%s", (_, change, expected) => {
    expect(statusPlaces(mergeRequest(change))).toEqual(expected);
  });
});

function answering(...answers: readonly (StatusResult | TandemError)[]) {
  const left = [...answers];
  return recordForge({
    setCommitStatus: async () => {
      const answer = left.shift();
      if (answer instanceof TandemError) throw answer;
      if (answer === undefined) throw new Error("asked too often");
      return answer;
    },
  });
}

describe("setStatus", () => {
  const places = [inFork, inTarget];

  it.each<readonly [readonly StatusResult[], StatusResult]>([
    [["set"], "set"],
    [["unchanged"], "unchanged"],
    [["denied", "set"], "set"],
    [["denied", "denied"], "denied"],
  ])("R10: answers %j lead to %s", async (answers, expected) => {
    const { forge, calls } = answering(...answers);
    expect(await setStatus({ forge, memory: createStatusMemory() }, sha("a"), places, status)).toBe(expected);
    expect(calls).toHaveLength(answers.length);
  });

  it("gives the ref where the place has one, and only there", async () => {
    const { forge, calls } = answering("denied", "set");
    await setStatus({ forge, memory: createStatusMemory() }, sha("a"), places, status);
    expect(calls).toEqual([
      `setCommitStatus(${JSON.stringify([11, sha("a"), status])})`,
      `setCommitStatus(${JSON.stringify([1, sha("a"), { ...status, ref: inTarget.ref }])})`,
    ]);
  });

  it.each(["bug", "stale", "upstream", "rate-limit"] as const)("throws what is not a refusal (%s)", async (kind) => {
    const { forge } = answering(new TandemError(kind, "no", { code: "any" }));
    const memory = createStatusMemory();
    await expect(setStatus({ forge, memory }, sha("a"), places, status)).rejects.toMatchObject({ kind });
    expect(memory.isDenied(inFork, sha("a"))).toBe(false);
  });

  it("does not ask again where the same commit was refused, but for the next commit", async () => {
    const memory = createStatusMemory();
    const { forge, calls } = answering("denied", "set", "set", "set");
    for (const commit of [sha("a"), sha("a"), sha("b")]) await setStatus({ forge, memory }, commit, places, status);
    expect(calls.map((call) => /\[(\d+),"(.)/.exec(call)?.slice(1))).toEqual([
      ["11", "a"],
      ["1", "a"],
      ["1", "a"],
      ["11", "b"],
    ]);
  });
});

describe("createStatusMemory", () => {
  it("forgets the oldest", () => {
    const memory = createStatusMemory(2);
    for (const commit of [sha("a"), sha("b"), sha("c")]) memory.deny(inFork, commit);
    expect([sha("a"), sha("b"), sha("c")].map((commit) => memory.isDenied(inFork, commit))).toEqual([
      false,
      true,
      true,
    ]);
  });
});
