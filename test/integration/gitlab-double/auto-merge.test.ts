import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { MergeRequest, Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, alices, bots, project, bot } = world;
let fork: Project;
let mr: MergeRequest;
let count = 0;

beforeEach(async () => {
  if (count === 0) fork = await world.makeFork();
  count += 1;
  const branch = `auto-${count}`;
  const files = { [`${branch}.txt`]: "x\n" };
  await double.admin.commit(fork, { branch, message: "x\n", files, user: bot.user });
  double.settings.pipelineMode = "manual";
  mr = await world.openMergeRequest(fork, { source_branch: branch });
  await double.idle();
});
afterEach(() => {
  double.settings.pipelineMode = "auto";
});

const merge = (body: object = {}) =>
  alices("PUT", `/projects/${project.id}/merge_requests/${mr.iid}/merge`, { auto_merge: true, ...body });
const pipeline = () => double.view.mergeRequestPipelines(mr)[0];
const advance = (status: "running" | "success" | "failed") => double.admin.advancePipeline(pipeline()?.id ?? 0, status);

it.each(["auto_merge", "merge_when_pipeline_succeeds"])("waits for the pipeline, then merges (%s)", async (word) => {
  const answer = await merge({ auto_merge: undefined, [word]: true, sha: mr.sha });
  expect(answer).toMatchObject({ status: 200, body: { state: "opened", merge_when_pipeline_succeeds: true } });
  await advance("running");
  expect(mr.state).toBe("opened");
  await advance("success");
  expect(mr).toMatchObject({ state: "merged", autoMerge: null });
});

it("merges at once when the pipeline has succeeded", async () => {
  await advance("success");
  expect((await merge()).body).toMatchObject({ state: "merged" });
});

it("does not merge what failed, and refuses to wait for it", async () => {
  await merge();
  await advance("failed");
  expect(mr.state).toBe("opened");
  expect((await merge()).status).toBe(405);
});

it.each([
  ["a draft", { title: "Draft: Two" }, 405],
  ["a closed one", { state_event: "close" }, 405],
])("refuses %s", async (_name, change, status) => {
  await bots("PUT", `/projects/${project.id}/merge_requests/${mr.iid}`, change);
  expect((await merge()).status).toBe(status);
});

it("refuses another head, and people without the right", async () => {
  expect((await merge({ sha: "1".repeat(40) })).status).toBe(409);
  const path = `/projects/${project.id}/merge_requests/${mr.iid}/merge`;
  expect((await bots("PUT", path, { auto_merge: true })).status).toBe(401);
});

it("stops when new commits come, or it is closed", async () => {
  await merge();
  const more = { branch: mr.sourceBranch, message: "y\n", files: { y: "y" }, user: bot.user };
  await double.admin.commit(fork, more);
  await double.idle();
  expect(mr.autoMerge).toBeNull();
  await merge();
  await bots("PUT", `/projects/${project.id}/merge_requests/${mr.iid}`, { state_event: "close" });
  expect(mr.autoMerge).toBeNull();
  await advance("success");
  expect(mr.state).toBe("closed");
});
