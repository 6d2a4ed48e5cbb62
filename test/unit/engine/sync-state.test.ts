import { describe, expect, it } from "@jest/globals";
import { decideSyncState, type Unsynced } from "../../../src/engine/sync-state.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";

function sha(digit: string): Sha {
  const id = parseSha(digit.repeat(40));
  if (!id) throw new Error(`no id: ${digit}`);
  return id;
}

const sourceHead = sha("e");
const source: Unsynced = { count: 2, first: sha("1") };
const dist: Unsynced = { count: 1, first: sha("2") };
const common = { lost: undefined, sourceHead };

describe("the sync state", () => {
  it.each([
    ["nothing", undefined, undefined, false, { state: "up-to-date" }],
    ["source-git's commits", source, undefined, true, { state: "ahead", source }],
    ["dist-git's commits", undefined, dist, true, { state: "behind", dist }],
    ["dist-git's commits that an update keeps", undefined, dist, false, { state: "behind", dist }],
    ["both", source, dist, true, { state: "diverged", source, dist }],
  ] as const)("of %s", (_what, ofSource, ofDist, changes, expected) => {
    expect(decideSyncState({ ...common, source: ofSource, dist: ofDist, changes })).toEqual({
      ...expected,
      lost: undefined,
    });
  });

  it("is never up to date while an update would change dist-git (D12)", () => {
    const state = decideSyncState({ ...common, source: undefined, dist: undefined, changes: true });
    expect(state).toEqual({ state: "ahead", lost: undefined, source: { count: undefined, first: sourceHead } });
  });

  it("says whether the sync point is lost", () => {
    const lost = { side: "source", text: "1a2b3c4d" } as const;
    expect(decideSyncState({ ...common, lost, source, dist: undefined, changes: true })).toMatchObject({ lost });
  });
});
