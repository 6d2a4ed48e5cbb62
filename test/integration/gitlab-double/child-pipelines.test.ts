// Pipelines that GitLab's own CI of a commit does not show at first sight: children, and those of other CI systems.
import { beforeEach, expect, it } from "@jest/globals";
import type { Pipeline } from "../../gitlab-double/state/ci-types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, alices, bots, project, alice, bot, received } = world;
const at = `/projects/${project.id}`;
let parent: Pipeline;
let count = 0;

double.admin.addHook(project, { url: world.receiverUrl, events: ["pipeline"] });

beforeEach(async () => {
  count += 1;
  const commit = { branch: `ci-${count}`, message: "ci\n", files: { ".gitlab-ci.yml": "a: {script: x}" } };
  const sha = await double.admin.commit(project, { ...commit, user: alice.user });
  await double.idle();
  const made = double.view.pipelines(project).find((each) => each.sha === sha);
  if (made === undefined) throw new Error("there is no pipeline");
  parent = made;
  received.length = 0;
});

const list = async (path: string) =>
  (await alices("GET", path)).body as unknown as readonly Readonly<Record<string, unknown>>[];

it("runs a child pipeline, shows it behind its bridge, and hides it from lists", async () => {
  const child = await double.admin.startChildPipeline(parent.id, { bridge: "deeper", file: "b: {script: 'false'}" });
  await double.idle();
  expect(child).toMatchObject({ source: "parent_pipeline", sha: parent.sha, ref: parent.ref, status: "failed" });
  const [bridge] = await list(`${at}/pipelines/${parent.id}/bridges`);
  expect(bridge).toMatchObject({ name: "deeper", status: "success", downstream_pipeline: { id: child.id } });
  expect(parent.status).toBe("success");
  expect((await list(`${at}/pipelines/${parent.id}/jobs`)).map(({ name }) => name)).toEqual(["a"]);
  expect((await list(`${at}/pipelines/${child.id}/jobs`)).map(({ name }) => name)).toEqual(["b"]);
  expect((await list(`${at}/pipelines?sha=${parent.sha}`)).map(({ id }) => id)).toEqual([parent.id]);
  const asked = await list(`${at}/pipelines?sha=${parent.sha}&source=parent_pipeline`);
  expect(asked.map(({ id }) => id)).toEqual([child.id]);
  const told = received.map(({ body }) => body).filter((body) => "source_pipeline" in body);
  expect(told.at(-1)).toMatchObject({
    object_attributes: { id: child.id, source: "parent_pipeline", status: "failed" },
    source_pipeline: { pipeline_id: parent.id, job_id: bridge?.id, project: { id: project.id } },
  });
});

it("lets a bridge that depends on its child end as the child does", async () => {
  await double.admin.startChildPipeline(parent.id, { bridge: "deep", file: "b: {script: 'false'}", depend: true });
  expect(parent.status).toBe("running");
  await double.idle();
  expect(parent.status).toBe("failed");
  expect(double.view.jobs(parent).map(({ name, status }) => `${name} ${status}`)).toEqual(["a success", "deep failed"]);
});

it("starts pipelines of other projects, which somebody may not see", async () => {
  const other = await double.admin.createProject("hidden/other", { files: { a: "b" }, visibility: "private" });
  const elsewhere = { project: other, branch: "main" };
  const child = await double.admin.startChildPipeline(parent.id, { bridge: "far", file: "b: {script: x}", elsewhere });
  expect(child).toMatchObject({ source: "pipeline", projectId: other.id });
  expect((await bots("GET", `/projects/${other.id}/pipelines/${child.id}/jobs`)).status).toBe(404);
});

it("makes an external pipeline of what another system reports, and tells of it", async () => {
  const sha = await double.admin.commit(project, {
    ...{ branch: `none-${count}`, message: "no ci\n", user: alice.user },
    files: { ".gitlab-ci.yml": null },
  });
  const report = { sha, user: bot.user, name: "zuul/check" };
  await double.admin.reportStatus(project, { ...report, state: "running", targetUrl: "https://zuul.example/1" });
  await double.admin.reportStatus(project, { ...report, state: "failed" });
  await double.idle();
  const [external] = double.view.pipelines(project);
  expect(external).toMatchObject({ source: "external", sha, ref: `none-${count}`, status: "failed" });
  const told = received.map(({ body }) => body.object_attributes as { id: number; status: string; source: string });
  expect(told.filter(({ id }) => id === external?.id)).toMatchObject([
    { source: "external", status: "running" },
    { source: "external", status: "failed" },
  ]);
});

it("can leave the merge request out of pipeline events", async () => {
  const fork = await world.makeFork();
  double.admin.addMember(project, bot.user, 30);
  double.settings.pipelineEventsWithoutMergeRequest = true;
  await world.openMergeRequest(fork);
  await double.idle();
  double.settings.pipelineEventsWithoutMergeRequest = false;
  expect(received.at(-1)?.body).toMatchObject({
    merge_request: null,
    object_attributes: { source: "merge_request_event" },
  });
});
