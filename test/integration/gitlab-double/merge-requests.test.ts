import { beforeAll, expect, it } from "@jest/globals";
import type { Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, alices, project } = world;
let fork: Project;

beforeAll(async () => {
  fork = await world.makeFork();
});

const base = { source_branch: "feature", target_branch: "main", title: "Two" };
const at = (iid: number): string => `/projects/${project.id}/merge_requests/${iid}`;

it.each([
  ["no title", { title: undefined }, 400, "title is missing"],
  ["a title that is too long", { title: "x".repeat(256) }, 400, "is too long (maximum is 255 characters)"],
  ["an unknown source branch", { source_branch: "none" }, 400, "does not exist"],
  ["an unknown target branch", { target_branch: "none" }, 400, "does not exist"],
  ["an unknown target project", { target_project_id: 7 }, 404, "404 Project Not Found"],
])("refuses %s", async (_name, change, status, text) => {
  const body = { ...base, target_project_id: project.id, ...change };
  const answer = await bots("POST", `/projects/${fork.id}/merge_requests`, body);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).toContain(text);
});

it("refuses a source project that is no fork, and one where the user may not write", async () => {
  const other = await double.admin.createProject("bot/other", { files: { a: "b" } });
  const body = { ...base, source_branch: "main", target_project_id: project.id };
  expect((await bots("POST", `/projects/${other.id}/merge_requests`, body)).status).toBe(422);
  expect((await bots("POST", `/projects/${project.id}/merge_requests`, base)).status).toBe(403);
});

it("opens one, numbered and kept in the target, with its head there; a second one is a conflict", async () => {
  const mr = await world.openMergeRequest(fork);
  const head = double.view.branches(fork).feature;
  expect(mr).toMatchObject({ iid: 1, projectId: project.id, sourceProjectId: fork.id, sha: head });
  expect(double.view.refs(project).get("refs/merge-requests/1/head")).toBe(head);
  const second = await bots("POST", `/projects/${fork.id}/merge_requests`, { ...base, target_project_id: project.id });
  expect(second.status).toBe(409);
  expect(second.body).toEqual({ message: ["Another open merge request already exists for this source branch: !1"] });
});

it("follows a push with head, ref and pipeline", async () => {
  const files = { "a.txt": "three\n" };
  const sha = await double.admin.commit(fork, { branch: "feature", message: "More\n", files, user: world.bot.user });
  await double.idle();
  expect((await bots("GET", at(1))).body).toMatchObject({
    sha,
    detailed_merge_status: "mergeable",
    has_conflicts: false,
  });
  expect(double.view.refs(project).get("refs/merge-requests/1/head")).toBe(sha);
  const pipelines = (await bots("GET", `${at(1)}/pipelines`)).body as unknown as Record<string, unknown>[];
  expect(pipelines[0]).toMatchObject({
    sha,
    project_id: fork.id,
    ref: "refs/merge-requests/1/head",
    status: "success",
  });
  const commits = (await bots("GET", `${at(1)}/commits`)).body as unknown as { title: string }[];
  expect(commits.map((commit) => commit.title)).toEqual(["More", "Say two"]);
  const [diff] = (await bots("GET", `${at(1)}/diffs`)).body as unknown as { diff: string; new_path: string }[];
  expect(diff).toMatchObject({ new_path: "a.txt", diff: "@@ -1 +1 @@\n-one\n+three\n" });
});

it("changes text, draft and labels, and writes system notes in the actor's name", async () => {
  const answer = await bots("PUT", at(1), { title: "Draft: Three", description: "text", add_labels: "x,y" });
  expect(answer.body).toMatchObject({ title: "Draft: Three", draft: true, description: "text", labels: ["x", "y"] });
  const notes = (await bots("GET", `${at(1)}/notes?sort=asc`)).body as unknown as { body: string; system: boolean }[];
  expect(notes.every((note) => note.system)).toBe(true);
  expect(notes.map((note) => note.body)).toContain("marked this merge request as **draft**");
  const stranger = double.admin.createUser("stranger");
  const refused = await double.request("PUT", at(1), { token: stranger.token, body: { title: "Mine" } });
  expect(refused.status).toBe(403);
});

it("keeps the head of a closed one until it is reopened", async () => {
  await bots("PUT", at(1), { state_event: "close", title: "Three" });
  const before = (await bots("GET", at(1))).body.sha;
  const files = { "a.txt": "four\n" };
  const sha = await double.admin.commit(fork, { branch: "feature", message: "4\n", files, user: world.bot.user });
  expect((await bots("GET", at(1))).body).toMatchObject({ state: "closed", sha: before });
  expect((await bots("PUT", at(1), { state_event: "reopen" })).body).toMatchObject({ state: "opened", sha });
});

it("does not reopen next to another open one", async () => {
  await bots("PUT", at(1), { state_event: "close" });
  const other = await world.openMergeRequest(fork);
  expect((await bots("PUT", at(1), { state_event: "reopen" })).status).toBe(409);
  await bots("PUT", at(other.iid), { state_event: "close" });
  expect((await bots("PUT", at(1), { state_event: "reopen" })).status).toBe(200);
});

it("filters and orders lists", async () => {
  const list = async (path: string) =>
    ((await bots("GET", path)).body as unknown as { iid: number }[]).map((mr) => mr.iid);
  const all = `/projects/${project.id}/merge_requests`;
  expect(await list(all)).toEqual([2, 1]);
  expect(await list(`${all}?state=opened`)).toEqual([1]);
  expect(await list(`${all}?source_branch=feature&sort=asc`)).toEqual([1, 2]);
  expect(await list(`${all}?iids[]=2`)).toEqual([2]);
  expect(await list(`${all}?author_username=alice`)).toEqual([]);
  expect(await list(`${all}?author_id=${world.bot.user.id}&target_branch=main&per_page=1`)).toEqual([2]);
  expect(await list("/groups/top/merge_requests?state=all")).toEqual([2, 1]);
  expect(await list(`${all}?updated_after=2999-01-01T00:00:00Z`)).toEqual([]);
});

it("may be approved by Developers, once", async () => {
  expect((await bots("POST", `${at(1)}/approve`)).status).toBe(401);
  expect((await alices("POST", `${at(1)}/approve`)).body).toMatchObject({ approved: true });
  expect((await alices("POST", `${at(1)}/approve`)).status).toBe(401);
  expect((await alices("POST", `${at(1)}/unapprove`)).body).toMatchObject({ approved: false });
});

it("merges for those who may, with a merge commit", async () => {
  expect((await bots("PUT", `${at(1)}/merge`, {})).status).toBe(401);
  expect((await alices("PUT", `${at(1)}/merge`, { sha: "0".repeat(40) })).status).toBe(409);
  const merged = await alices("PUT", `${at(1)}/merge`, {});
  expect(merged.body).toMatchObject({ state: "merged", merged_by: { username: "alice" } });
  expect(double.view.branches(project).main).toBe(merged.body.merge_commit_sha);
  expect((await alices("PUT", `${at(1)}/merge`, {})).status).toBe(405);
});

it("counts as merged when its commits are pushed to the target", async () => {
  await double.admin.fetchInto(fork, double.view.repositoryDir(project), ["+refs/heads/main:refs/heads/arrives"]);
  const files = { "new.txt": "x\n" };
  const sha = await double.admin.commit(fork, { branch: "arrives", message: "x\n", files, user: world.bot.user });
  const mr = await world.openMergeRequest(fork, { source_branch: "arrives" });
  await double.admin.setBranch(project, "main", sha, world.alice.user);
  expect(mr.state).toBe("merged");
});

it("reports conflicts", async () => {
  const files = { "a.txt": "elsewhere\n" };
  await double.admin.commit(project, { branch: "main", message: "e\n", files, user: world.alice.user });
  const other = { "a.txt": "conflict\n" };
  await double.admin.commit(fork, { branch: "clash", message: "c\n", files: other, user: world.bot.user });
  const mr = await world.openMergeRequest(fork, { source_branch: "clash" });
  expect((await bots("GET", at(mr.iid))).body).toMatchObject({
    has_conflicts: true,
    detailed_merge_status: "conflict",
  });
  expect((await alices("PUT", `${at(mr.iid)}/merge`, {})).status).toBe(422);
});

it("can be slow to know its head", async () => {
  double.settings.slowMergeRequests = 2;
  const mr = await world.openMergeRequest(fork, { source_branch: "feature" });
  double.settings.slowMergeRequests = 0;
  expect((await bots("GET", at(mr.iid))).body).toMatchObject({ sha: null, detailed_merge_status: "preparing" });
  expect((await bots("GET", at(mr.iid))).body).toMatchObject({ sha: mr.sha });
});

it("outlives its source project, follows a renamed group, and goes with its target", async () => {
  const mr = await world.openMergeRequest(fork, { source_branch: "arrives" });
  const group = double.admin.createGroup("top");
  double.admin.rename(group, "renamed");
  expect((await bots("GET", `/projects/renamed%2Frpms%2Fpkg/merge_requests/${mr.iid}`)).body).toMatchObject({
    id: mr.id,
  });
  double.admin.deleteProject(fork);
  expect((await bots("GET", at(mr.iid))).body).toMatchObject({ source_project_id: null, sha: mr.sha, state: "opened" });
  expect((await bots("PUT", at(mr.iid), { title: "Orphan", state_event: "close" })).body).toMatchObject({
    state: "closed",
  });
  double.admin.deleteProject(project);
  expect((await bots("GET", at(mr.iid))).status).toBe(404);
  expect((await bots("GET", "/merge_requests?scope=all")).body).toEqual([]);
});
