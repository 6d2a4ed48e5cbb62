import { beforeAll, expect, it } from "@jest/globals";
import type { Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, alices, project } = world;
let fork: Project;
let sha: string;

beforeAll(async () => {
  fork = await world.makeFork();
  sha = (await world.openMergeRequest(fork)).sha;
  await double.idle();
});

const set = (where: Project, commit: string, body: Record<string, unknown>) =>
  (where === project ? alices : bots)("POST", `/projects/${where.id}/statuses/${commit}`, { name: "tandem", ...body });

it("finds no reference in the target project for a fork's commit, unless a ref is given", async () => {
  expect(await set(project, sha, { state: "pending" })).toMatchObject({
    status: 404,
    body: { message: "404 References for commit Not Found" },
  });
  const given = await set(project, sha, { state: "success", ref: "refs/merge-requests/1/head" });
  expect(given).toMatchObject({ status: 201, body: { ref: "refs/merge-requests/1/head", status: "success" } });
});

it("joins the newest pipeline of the commit in the fork", async () => {
  const [pipeline] = double.view.pipelines(fork);
  const answer = await set(fork, sha, { state: "pending", target_url: "https://ci.example/1", description: "d" });
  expect(answer).toMatchObject({ status: 201, body: { pipeline_id: pipeline?.id, sha, description: "d" } });
  expect(pipeline?.status).toBe("running");
});

it.each([
  ["pending", "enqueue", "pending"],
  ["running", undefined, "running"],
  ["running", "run", "running"],
  ["pending", "enqueue", "running"],
])("state %s: transition refused %s from %s", async (state, event, from) => {
  const answer = await set(fork, sha, { state });
  if (event === undefined) return expect(answer).toMatchObject({ status: 201, body: { status: from } });
  const reason = `(Reason(s): Status cannot transition via "${event}")`;
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ message: `Cannot transition status via :${event} from :${from} ${reason}` });
});

it("makes a new row after a final state, and shows the newest of each name", async () => {
  const end = await set(fork, sha, { state: "failed" });
  const again = await set(fork, sha, { state: "running" });
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(end.body.id);
  const path = `/projects/${fork.id}/repository/commits/${sha}/statuses`;
  const rows = (await bots("GET", path)).body as unknown as { name: string; status: string }[];
  expect(rows.map((row) => `${row.name} ${row.status}`).sort()).toEqual(["check success", "tandem running"]);
  expect((await bots("GET", `${path}?all=true`)).body).toHaveLength(3);
  await set(fork, sha, { state: "success" });
  expect(double.view.pipelines(fork)[0]?.status).toBe("success");
});

it("makes an external pipeline where there is none", async () => {
  const main = double.view.branches(project).main ?? "";
  const answer = await set(project, main, { state: "failed", name: "ext" });
  expect(answer).toMatchObject({ status: 201, body: { ref: "main", name: "ext" } });
  const pipeline = double.view.pipelines(project).find((each) => each.id === answer.body.pipeline_id);
  expect(pipeline).toMatchObject({ source: "external", status: "failed", sha: main });
});

it.each([
  ["an unknown commit", { state: "success" }, "f".repeat(40), 404, "404 Commit Not Found"],
  ["an unknown state", { state: "great" }, undefined, 400, "state does not have a valid value"],
  ["no state", {}, undefined, 400, "state is missing"],
  ["a bad link", { state: "success", target_url: "javascript:x" }, undefined, 400, "target_url"],
  ["another commit's pipeline", { state: "success", pipeline_id: 1 }, undefined, 404, "Pipeline"],
])("refuses %s", async (_name, body, commit, status, text) => {
  const answer = await set(fork, commit ?? sha, body);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).toContain(text);
});
