import { beforeAll, expect, it } from "@jest/globals";
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, project } = world;
const evil = `<script>alert("x")</script>`;
let mr: MergeRequest;

beforeAll(async () => {
  const fork = await world.makeFork();
  mr = await world.openMergeRequest(fork, { title: `Title ${evil}`, description: evil });
  await world.bots("POST", `/projects/${project.id}/merge_requests/${mr.iid}/notes`, { body: evil });
  const status = { state: "success", name: evil, target_url: "https://ci.example/?a=1&b=2", description: evil };
  await world.bots("POST", `/projects/${fork.id}/statuses/${mr.sha}`, status);
  await double.idle();
});

it.each([
  ["the list of projects", () => "/", "top/rpms/pkg"],
  ["a project", () => "/top/rpms/pkg", "Title"],
  ["a merge request", () => `/top/rpms/pkg/-/merge_requests/${mr.iid}`, "+two"],
  ["a pipeline", () => `/bot/pkg/-/pipelines/${double.view.mergeRequestPipelines(mr)[0]?.id}`, "success"],
  [
    "a job",
    () => `/bot/pkg/-/jobs/${double.view.statuses(double.view.forks(project)[0] ?? project, mr.sha)[0]?.id}`,
    "job",
  ],
  ["a commit", () => `/bot/pkg/-/commit/${mr.sha}`, "Say two"],
  ["a branch", () => "/bot/pkg/-/tree/feature", "a.txt"],
])("shows %s without scripts", async (_name, path, text) => {
  const response = await fetch(`${double.url}${path()}`);
  const page = await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page).toContain(text);
  expect(page).not.toContain("<script");
});

it("answers 404 for what is not there, escaped", async () => {
  const response = await fetch(`${double.url}/${encodeURIComponent(evil)}`);
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain("<script");
});

it("opens every web_url that the API gives out", async () => {
  const answer = await world.bots("GET", `/projects/${project.id}/merge_requests/${mr.iid}`);
  const pipeline = answer.body.head_pipeline as { web_url: string };
  for (const url of [answer.body.web_url, pipeline.web_url]) expect((await fetch(String(url))).status).toBe(200);
});
