import { expect, it } from "@jest/globals";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, project } = world;
const secret = await double.admin.createProject("hidden/thing", { visibility: "private", files: { x: "y" } });

it.each([
  ["no token", {}, 401, { message: "401 Unauthorized" }],
  ["a wrong token", { "PRIVATE-TOKEN": "nonsense" }, 401, { message: "401 Unauthorized" }],
])("refuses /user with %s", async (_name, headers, status, body) => {
  expect(await double.request("GET", "/user", { headers })).toMatchObject({ status, body });
});

it("tells a revoked and an expired token apart from an unknown one", async () => {
  double.admin.createToken(world.bot.user, { value: "old", expiresAt: "2020-01-01" });
  double.admin.createToken(world.bot.user, { value: "gone" }).revoked = true;
  for (const token of ["old", "gone"]) {
    const answer = await double.request("GET", "/user", { token });
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token" } });
  }
});

it("takes a bearer token and says who it is", async () => {
  const headers = { Authorization: `Bearer ${world.bot.token}` };
  expect(await double.request("GET", "/user", { headers })).toMatchObject({ status: 200, body: { username: "bot" } });
});

it("lets a token without scope api read but not write", async () => {
  const { value } = double.admin.createToken(world.bot.user, { value: "reader", scopes: ["read_api"] });
  expect((await double.request("GET", `/projects/${project.id}`, { token: value })).status).toBe(200);
  const answer = await double.request("POST", `/projects/${project.id}/fork`, { token: value, body: {} });
  expect(answer).toMatchObject({ status: 403, body: { error: "insufficient_scope" } });
});

it("finds a project by id and by encoded path, and a public one without a token", async () => {
  const path = encodeURIComponent("top/rpms/pkg");
  expect((await bots("GET", `/projects/${path}`)).body).toMatchObject({ id: project.id });
  expect((await double.request("GET", `/projects/${project.id}`)).status).toBe(200);
});

it("hides a private project behind 404", async () => {
  const answer = await bots("GET", `/projects/${secret.id}`);
  expect(answer).toMatchObject({ status: 404, body: { message: "404 Project Not Found" } });
});

it("refuses with 403 what a visible project does not allow", async () => {
  expect((await bots("GET", `/projects/${project.id}/hooks`)).status).toBe(403);
  const sha = double.view.branches(project).main;
  expect((await bots("POST", `/projects/${project.id}/statuses/${sha}`, { state: "success" })).status).toBe(403);
});

it("pages with GitLab's headers", async () => {
  const head = double.view.branches(project).main;
  for (let number = 0; number < 24; number += 1) {
    await double.admin.setBranch(project, `b${String(number).padStart(2, "0")}`, head, world.alice.user);
  }
  const first = await bots("GET", `/projects/${project.id}/repository/branches?per_page=10&page=1`);
  const names = [...Array(10).keys()].map((number) => `b0${number}`);
  expect((first.body as unknown as { name: string }[]).map((branch) => branch.name)).toEqual(names);
  const headers = Object.fromEntries(first.headers);
  expect(headers).toMatchObject({ "x-page": "1", "x-next-page": "2", "x-prev-page": "", "x-per-page": "10" });
  expect(headers).toMatchObject({ "x-total": "25", "x-total-pages": "3" });
  expect(headers.link).toContain(`page=2&per_page=10>; rel="next"`.replace("page=2&per_page=10", "per_page=10&page=2"));
  const last = await bots("GET", `/projects/${project.id}/repository/branches?per_page=10&page=3`);
  expect((last.body as unknown as unknown[]).length).toBe(5);
  expect(last.headers.get("x-next-page")).toBe("");
  expect(first.headers.get("ratelimit-limit")).toBe("2000");
});

it("refuses loudly what it does not know, and remembers it", async () => {
  const answer = await bots("POST", `/projects/${project.id}/snippets`, { title: "x" });
  expect(answer.status).toBe(501);
  expect(JSON.stringify(answer.body)).toContain(`POST /api/v4/projects/${project.id}/snippets`);
  expect(double.logs.unknownRequests).toHaveLength(1);
});

it("answers 429 when the limit is enforced", async () => {
  double.settings.rateLimit = { limit: 1, enforced: true };
  const answer = await bots("GET", "/user");
  double.settings.rateLimit = { limit: 2000, enforced: false };
  expect(answer).toMatchObject({ status: 429, body: "Retry later\n" });
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
});

it("reads commits, files, trees and comparisons", async () => {
  const sha = await double.admin.commit(project, {
    branch: "read",
    message: "Add b\n\nWhy.\n\nPatch-name: b.patch\n",
    files: { "dir/b.txt": "bytes\n", "run.sh": { content: "#!/bin/sh\n", mode: "100755" } },
    user: world.alice.user,
  });
  const at = `/projects/${project.id}/repository`;
  expect((await bots("GET", `${at}/commits/read`)).body).toMatchObject({
    id: sha,
    message: "Add b\n\nWhy.\n\nPatch-name: b.patch\n",
    trailers: { "Patch-name": "b.patch" },
    stats: { additions: 2, deletions: 0, total: 2 },
  });
  const list = (await bots("GET", `${at}/commits?ref_name=read&path=dir/b.txt`)).body as unknown as { id: string }[];
  expect(list.map((each) => each.id)).toEqual([sha]);
  const file = (await bots("GET", `${at}/files/dir%2Fb.txt?ref=read`)).body as unknown as { content: string };
  expect(Buffer.from(file.content, "base64").toString()).toBe("bytes\n");
  expect((await bots("GET", `${at}/files/dir%2Fb.txt/raw?ref=read`)).body).toBe("bytes\n");
  const tree = (await bots("GET", `${at}/tree?ref=read&recursive=true`)).body as unknown as { path: string }[];
  expect(tree.map((each) => each.path)).toEqual([".gitlab-ci.yml", "a.txt", "dir", "dir/b.txt", "run.sh"]);
  const diffs = ((await bots("GET", `${at}/compare?from=main&to=read`)).body as { diffs: { new_path: string }[] })
    .diffs;
  expect(diffs.map((each) => each.new_path)).toEqual(["dir/b.txt", "run.sh"]);
  expect((await bots("GET", `${at}/files/none?ref=read`)).body).toEqual({ message: "404 File Not Found" });
});
