// Pipelines and their checks, as GitLab's adapter shows them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Check, Pipeline } from "../../../src/forge/forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import type { Pipeline as DoublePipeline } from "../../gitlab-double/state/ci-types.ts";
import type { User as Account, Project } from "../../gitlab-double/state/types.ts";
import { type GitLabWorld, openGitLabWorld } from "../../support/forge-contract/gitlab-world.ts";

let world: GitLabWorld;
let count = 0;

beforeAll(async () => {
  world = await openGitLabWorld();
});
afterEach(async () => {
  world.clearFailures();
  world.double.settings.pipelineMode = "auto";
  await world.double.idle();
  expect(world.double.logs.unknownRequests).toEqual([]);
});
afterAll(() => world.close());

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("not found");
  return value;
};

/** A commit with this CI file on a new branch of a project, and the pipelines that it got. */
async function run(file: string, given?: Project) {
  const { double } = world;
  const project = given ?? found(double.view.project((await world.createProject({ files: { a: "a" } })).id));
  const user: Account = found(double.view.user(double.view.pathOf(project).split("/")[0] ?? ""));
  const commit = { branch: `ci-${++count}`, message: "ci\n", files: { ".gitlab-ci.yml": file } };
  const sha: Sha = found(parseSha(await double.admin.commit(project, { ...commit, user })));
  await double.idle();
  return { project, user, sha, ref: commit.branch, pipelines: await world.forge.findPipelines(project.id, sha) };
}

const names = (checks: readonly Check[]) => checks.map(({ name, stateName }) => `${name}: ${stateName}`);
const checksOf = async (pipeline: Pipeline | undefined) => names(await world.forge.findChecks(found(pipeline)));
const start = (parent: { readonly id: number }, bridge: string, file: string, more: object = {}) =>
  world.double.admin.startChildPipeline(parent.id, { bridge, file, ...more });

describe("pipelines of a commit", () => {
  it("are the newest first with their kind and time, without children", async () => {
    const before = Date.now();
    const { project, user, sha, ref, pipelines } = await run("a: {script: x}");
    const [first] = pipelines;
    await start(found(first), "deep", "b: {script: x}");
    await world.double.admin.reportStatus(project, { sha, user, name: "zuul", state: "failed", ref: "refs/else" });
    await world.double.idle();
    const read = await world.forge.findPipelines(project.id, sha);
    expect(read).toMatchObject([
      { kind: "external", state: "failed", ref: "refs/else", projectId: project.id, sha },
      { kind: "ci", state: "success", ref, id: first?.id, webUrl: expect.stringMatching(/\/pipelines\/\d+$/) },
    ]);
    for (const { createdAt } of read) {
      expect(createdAt).toBeGreaterThanOrEqual(before);
      expect(createdAt).toBeLessThanOrEqual(Date.now());
    }
  });
});

describe("checks of a pipeline", () => {
  it("are its jobs in the order in which they run, with result, time and page", async () => {
    const file = `stages: [one, two]
b: {stage: two, script: x, when: always}
a: {stage: one, script: exit 1, allow_failure: true}
c: {stage: two, script: x, when: manual}
`;
    const { pipelines } = await run(file);
    const checks = await world.forge.findChecks(found(pipelines[0]));
    expect(checks).toMatchObject([
      { name: "a", state: "failed", stateName: "failed", allowFailure: true },
      { name: "b", state: "success", seconds: expect.any(Number), allowFailure: false },
      { name: "c", state: "pending", stateName: "manual", seconds: undefined },
    ]);
    expect(checks[1]?.webUrl).toMatch(/\/-\/jobs\/\d+$/);
  });

  it("show the newest run of each job", async () => {
    const { project, pipelines } = await run("a: {script: exit 1}\nb: {script: x}");
    const [pipeline] = pipelines;
    await world.double.request("POST", `/projects/${project.id}/pipelines/${pipeline?.id}/retry`, {
      token: `glpat-${world.double.view.pathOf(project).split("/")[0]}`,
    });
    await world.double.idle();
    expect(await checksOf(pipeline)).toEqual(["b: success", "a: failed"]);
  });

  it("show child pipelines behind their bridge, to any depth, also in other projects", async () => {
    const { pipelines } = await run("a: {script: x}");
    const elsewhere = { project: (await run("z: {script: x}")).project, branch: "main" };
    const deep = await start(found(pipelines[0]), "deep", "b: {script: exit 1}");
    await start(deep, "far", "c: {script: x}\nd: {script: x}", { elsewhere });
    await world.double.idle();
    expect(await checksOf(pipelines[0])).toEqual([
      "a: success",
      // GitLab calls the bridge a success as soon as it has started something: what it started counts.
      "deep: failed",
      "deep / b: failed",
      "deep / far: success",
      "deep / far / c: success",
      "deep / far / d: success",
    ]);
  });

  it("show only the bridge where the bot may not look behind it", async () => {
    const { pipelines } = await run("a: {script: x}");
    const hidden = await world.double.admin.createProject("hidden/pkg", { files: { a: "b" }, visibility: "private" });
    await start(found(pipelines[0]), "far", "c: {script: x}", { elsewhere: { project: hidden, branch: "main" } });
    await world.double.idle();
    expect(await checksOf(pipelines[0])).toEqual(["a: success", "far: success"]);
  });

  it("are those that other systems reported for this pipeline, and no other", async () => {
    const { project, user, sha, pipelines } = await run("a: {script: x}");
    const report = { sha, user, ref: "refs/merge-requests/7/head", targetUrl: "https://zuul.example/1" };
    const { admin } = world.double;
    await admin.reportStatus(project, { ...report, name: "zuul/build", state: "running" });
    await admin.reportStatus(project, { ...report, name: "zuul/build", state: "success" });
    await admin.reportStatus(project, { ...report, name: "zuul/test", state: "failed" });
    await admin.reportStatus(project, { ...report, name: "zuul/test", state: "running" });
    await admin.reportStatus(project, {
      sha,
      user,
      name: "copr",
      state: "pending",
      pipelineId: found(pipelines[0]).id,
    });
    const [external, own] = await world.forge.findPipelines(project.id, sha);
    expect(external?.kind).toBe("external");
    expect(await checksOf(external)).toEqual(["zuul/build: success", "zuul/test: running"]);
    const [build, test] = await world.forge.findChecks(found(external));
    expect(build).toMatchObject({ seconds: 0, webUrl: "https://zuul.example/1", allowFailure: false });
    expect(test).toMatchObject({ seconds: undefined });
    expect(own?.id).toBe(pipelines[0]?.id);
    expect(await checksOf(own)).toEqual(["a: success", "copr: pending"]);
  });

  it("are told apart by ref where an older server does not name the pipeline of a status", async () => {
    const { project, user, sha } = await run("a: {script: x}");
    await world.double.admin.reportStatus(project, { sha, user, name: "zuul", state: "failed", ref: "refs/else" });
    const [external] = await world.forge.findPipelines(project.id, sha);
    const row = { id: 1, status: "failed", description: null, target_url: null };
    const rows = [
      { ...row, name: "zuul", ref: "refs/else" },
      { ...row, name: "other", ref: "main" },
    ];
    world.double.faults.answer({ path: /\/statuses$/ }, { status: 200, body: rows });
    expect(await world.forge.findChecks(found(external))).toEqual([
      {
        name: "zuul",
        state: "failed",
        stateName: "failed",
        allowFailure: false,
        seconds: undefined,
        webUrl: undefined,
      },
    ]);
  });

  it("count states that GitLab invents later as pending", async () => {
    const { pipelines } = await run("a: {script: x}");
    const job = { id: 1, name: "a", status: "dreaming", allow_failure: null, duration: 1.6, web_url: null };
    world.double.faults.answer({ path: /\/jobs$/ }, { status: 200, body: [job] });
    expect((await world.forge.findChecks(found(pipelines[0])))[0]).toMatchObject({
      state: "pending",
      stateName: "dreaming",
      seconds: 2,
    });
  });

  it("are at most a hundred, of at most twenty pipelines", async () => {
    const jobs = Array.from({ length: 90 }, (_, index) => `job${index}: {script: x}`).join("\n");
    const { pipelines } = await run(jobs);
    const parent = found(pipelines[0]);
    let last: DoublePipeline | undefined;
    for (let index = 0; index < 25; index++) last = await start(last ?? parent, "next", "x: {script: x}");
    await world.double.idle();
    world.double.logs.clear();
    expect(await world.forge.findChecks(parent)).toHaveLength(100);
    expect(world.double.logs.requests.filter(({ path }) => path.endsWith("/jobs"))).toHaveLength(20);
  });

  it.each([403, 404])("are none where it may not see them (%i)", async (status) => {
    const { pipelines } = await run("a: {script: x}");
    world.double.faults.answer({ path: /\/api\//, times: 9 }, { status, body: { message: `${status}` } });
    expect(await world.forge.findChecks(found(pipelines[0]))).toEqual([]);
  });
});
