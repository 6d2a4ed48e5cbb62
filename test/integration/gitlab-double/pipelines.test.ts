import { afterEach, expect, it } from "@jest/globals";
import type { Pipeline } from "../../gitlab-double/state/ci-types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, alices, bots, project, alice, received } = world;
let count = 0;

afterEach(() => {
  double.settings.pipelineMode = "auto";
});

/** Commits a CI file to a new branch and returns the pipelines that it got. */
async function pushCi(file: string, message = "ci\n"): Promise<readonly Pipeline[]> {
  count += 1;
  const branch = `ci-${count}`;
  const files = { ".gitlab-ci.yml": file };
  const sha = await double.admin.commit(project, { branch, message, files, user: alice.user });
  await double.idle();
  return double.view.pipelines(project).filter((each) => each.sha === sha);
}

const jobs = (pipeline: Pipeline | undefined): string[] =>
  pipeline === undefined ? [] : double.view.jobs(pipeline).map((job) => `${job.stage}/${job.name} ${job.status}`);

it.each([
  ["success", "a: {script: [make, 'false || true']}", "success", ["test/a success"]],
  ["failure", "a: {script: ['true && false', never]}", "failed", ["test/a failed"]],
  ["exit code", "a: {script: ['echo; exit 3']}", "failed", ["test/a failed"]],
  ["early good end", "a: {script: ['exit 0', 'false']}", "success", ["test/a success"]],
  ["allowed failure", "a: {script: 'false', allow_failure: true}", "success", ["test/a failed"]],
  [
    "stages in order, the rest skipped",
    "stages: [one, two]\nb: {stage: two, script: x}\na: {stage: one, script: 'false'}\nc: {stage: two, script: x, when: always}",
    "failed",
    ["one/a failed", "two/b skipped", "two/c success"],
  ],
  ["extends and hidden jobs", ".h: {script: 'false'}\na: {extends: .h}", "failed", ["test/a failed"]],
  ["only branches", "a: {script: x, only: [branches]}\nb: {script: x, only: [tags]}", "success", ["test/a success"]],
  ["except", "a: {script: x, except: [/^ci-/]}\nb: {script: x}", "success", ["test/b success"]],
  [
    "rules",
    "a: {script: x, rules: [{if: '$CI_COMMIT_BRANCH =~ /^ci/', when: never}, {when: always}]}\nb: {script: x}",
    "success",
    ["test/b success"],
  ],
  ["a broken file", "a: [", "failed", []],
  ["an unknown stage", "a: {stage: nowhere, script: x}", "failed", []],
])("%s", async (_name, file, status, rows) => {
  const [pipeline, ...others] = await pushCi(file);
  expect(others).toEqual([]);
  expect(pipeline).toMatchObject({ status, source: "push", ref: `ci-${count}` });
  expect(jobs(pipeline)).toEqual(rows);
});

it.each([
  ["for merge requests only", "a: {script: x, rules: [{if: $CI_MERGE_REQUEST_IID}]}"],
  ["by workflow", "workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'web'}]}\na: {script: x}"],
])("makes no branch pipeline: %s", async (_name, file) => {
  expect(await pushCi(file)).toEqual([]);
});

it("skips when the message says so", async () => {
  expect((await pushCi("a: {script: x}", "quiet [skip ci]\n"))[0]?.status).toBe("skipped");
});

it("goes through created, pending, running to the end, and tells each change", async () => {
  const hook = double.admin.addHook(project, { url: world.receiverUrl, events: ["pipeline"] });
  received.length = 0;
  const [pipeline] = await pushCi("a: {script: sleep 3}");
  const states = received.map(({ body }) => (body.object_attributes as { status: string }).status);
  expect(states).toEqual(["pending", "running", "success"]);
  expect(received.at(-1)?.body).toMatchObject({
    object_attributes: { id: pipeline?.id, ref: pipeline?.ref, detailed_status: "passed" },
    merge_request: null,
    project: { id: project.id },
  });
  await alices("DELETE", `/projects/${project.id}/hooks/${hook.id}`);
});

it("stands still in manual mode until it is moved", async () => {
  double.settings.pipelineMode = "manual";
  const [pipeline] = (await pushCi("a: {script: x}\nb: {script: x}")) as [Pipeline];
  expect(pipeline.status).toBe("created");
  await double.admin.advancePipeline(pipeline.id, "running");
  expect(jobs(pipeline)).toEqual(["test/a running", "test/b running"]);
  await double.admin.advancePipeline(pipeline.id, "failed");
  expect(pipeline).toMatchObject({ status: "failed" });
  expect(jobs(pipeline)[0]).toBe("test/a failed");
});

it("retries what failed in the same pipeline, and cancels", async () => {
  const [pipeline] = (await pushCi("stages: [s, t]\na: {stage: s, script: 'false'}\nb: {stage: t, script: x}")) as [
    Pipeline,
  ];
  const at = `/projects/${project.id}/pipelines/${pipeline.id}`;
  expect((await bots("POST", `${at}/retry`)).status).toBe(403);
  expect(await alices("POST", `${at}/retry`)).toMatchObject({ status: 201, body: { id: pipeline.id } });
  await double.idle();
  expect(jobs(pipeline)).toEqual(["t/b skipped", "s/a failed"]);
  const all = (await bots("GET", `${at}/jobs?include_retried=true`)).body as unknown as { name: string }[];
  expect(all.map((job) => job.name)).toEqual(["a", "b", "a"]);
  double.settings.pipelineMode = "manual";
  const [second] = (await pushCi("a: {script: x}")) as [Pipeline];
  const canceled = await alices("POST", `/projects/${project.id}/pipelines/${second.id}/cancel`);
  expect(canceled.body).toMatchObject({ status: "canceled" });
});

it("lists and filters pipelines, and reads one", async () => {
  const all = double.view.pipelines(project);
  const list = async (query: string) =>
    ((await bots("GET", `/projects/${project.id}/pipelines?${query}`)).body as unknown as Pipeline[]).map(
      (each) => each.id,
    );
  expect(await list("per_page=100")).toEqual(all.map((each) => each.id));
  expect(await list(`sha=${all[0]?.sha}`)).toEqual([all[0]?.id]);
  expect(await list(`ref=${all[1]?.ref}&status=${all[1]?.status}&source=push`)).toEqual([all[1]?.id]);
  const one = await bots("GET", `/projects/${project.id}/pipelines/${all[0]?.id}`);
  expect(one.body).toMatchObject({ id: all[0]?.id, iid: all[0]?.iid, detailed_status: { group: all[0]?.status } });
});

it("runs a fork's merge request pipeline in the fork, and in the target for its Developers", async () => {
  const fork = await world.makeFork();
  const mr = await world.openMergeRequest(fork);
  await double.idle();
  expect(double.view.mergeRequestPipelines(mr)[0]).toMatchObject({ projectId: fork.id, source: "merge_request_event" });
  double.admin.addMember(project, world.bot.user, 30);
  const again = await bots("POST", `/projects/${project.id}/merge_requests/${mr.iid}/pipelines`);
  expect(again).toMatchObject({
    status: 201,
    body: { project_id: project.id, ref: `refs/merge-requests/${mr.iid}/head` },
  });
  await double.idle();
  expect(double.view.mergeRequestPipelines(mr)).toHaveLength(2);
  await alices("PUT", `/projects/${project.id}`, { ci_allow_fork_pipelines_to_run_in_parent_project: false });
  const third = await bots("POST", `/projects/${project.id}/merge_requests/${mr.iid}/pipelines`);
  expect(third.body).toMatchObject({ project_id: fork.id });
});
