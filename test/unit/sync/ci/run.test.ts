// What comes of a job: a status, and a look at the source merge request, whose comment shows the checks.
import { describe, expect, it } from "@jest/globals";
import type { CommitStatus, StatusResult } from "../../../../src/forge/forge.ts";
import { TandemError } from "../../../../src/model/errors.ts";
import type { CiJob, DistRequestJob } from "../../../../src/model/jobs.ts";
import { createStatusMemory } from "../../../../src/sync/checks/set-status.ts";
import { runCi } from "../../../../src/sync/ci/run.ts";
import { commit, pipeline } from "../../../support/forge-values.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";
import { ciJob, ciWorld, distRequestJob, type Given, head, headSource, strangersFork } from "./ci-world.ts";

const mirror = { v: 1, queue: "mirror", forge: "gitlab", projectId: 1, iid: 5, origin: "test" };

async function run(
  job: CiJob | DistRequestJob,
  given: Given = {},
  answers: readonly (StatusResult | TandemError)[] = [],
) {
  const left = [...answers];
  const statuses: { projectId: number; commit: string; status: CommitStatus }[] = [];
  const { deps } = ciWorld({
    listed: [pipeline()],
    ...given,
    setCommitStatus: async (projectId, commit, status) => {
      statuses.push({ projectId, commit, status });
      const answer = left.shift() ?? "set";
      if (answer instanceof TandemError) throw answer;
      return answer;
    },
  });
  const logger = recordingLogger();
  const outcome = await runCi({ ...deps, statusMemory: createStatusMemory(), logger }, job);
  return { outcome, statuses };
}

describe("runCi", () => {
  it.each<readonly [readonly StatusResult[], "done" | "noop", readonly number[]]>([
    [["set"], "done", [11]],
    [["unchanged"], "noop", [11]],
    [["denied", "set"], "done", [11, 1]],
    [["denied", "denied"], "noop", [11, 1]],
  ])("R10: %j is %s, and the comment follows once", async (answers, state, places) => {
    const { outcome, statuses } = await run(ciJob(), {}, answers);
    expect(outcome).toMatchObject({ state, follow: [mirror], record: { v: 1, pairs: ["gitlab-1-5"] } });
    expect(statuses.map(({ projectId }) => projectId)).toEqual(places);
    expect(new Set(statuses.map(({ commit }) => commit))).toEqual(new Set([headSource]));
  });

  it.each([
    ["a request that the forge calls wrong, for the operators", "bug", "forge-refused"],
    ["another update in progress, to be tried again", "stale", "forge-conflict"],
    ["a failing forge, to be tried again", "upstream", "forge-unavailable"],
  ] as const)("throws %s", async (_, kind, code) => {
    await expect(run(ciJob(), {}, [new TandemError(kind, "no", { code })])).rejects.toMatchObject({ kind, code });
  });

  it.each<readonly [string, CiJob | DistRequestJob, Given]>([
    ["a merge request without pipelines", distRequestJob(), { listed: [] }],
    ["a commit of a person", ciJob(), { commits: [commit(head)] }],
  ])("%s: no status, but a look at the source merge request", async (_, job, given) => {
    const { outcome, statuses } = await run(job, given);
    expect(outcome).toMatchObject({ state: "noop", follow: [mirror], record: { pairs: ["gitlab-1-5"] } });
    expect(statuses).toEqual([]);
  });

  it("a foreign pipeline leads to nothing at all", async () => {
    const { outcome, statuses } = await run(ciJob({ projectId: strangersFork.id }));
    expect(outcome).toEqual({ state: "noop", summary: expect.any(String) });
    expect(statuses).toEqual([]);
  });

  it("R11: a state that nobody knows is pending, and the summary has its name", async () => {
    const { outcome, statuses } = await run(ciJob(), {
      listed: [pipeline({ state: "pending", stateName: "waiting_for_godot" })],
    });
    expect(statuses[0]?.status.state).toBe("pending");
    expect(outcome.summary).toContain("waiting_for_godot");
  });
});
