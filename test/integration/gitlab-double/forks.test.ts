import { expect, it } from "@jest/globals";
import { startWorld } from "./world.ts";

const { double, bots, project, bot } = await startWorld({ forkDelayMs: 40 });
const fork = `/projects/${project.id}/fork`;

interface Shown {
  readonly id: number;
  readonly import_status: string;
  readonly path_with_namespace: string;
  readonly forked_from_project?: { readonly id: number };
}

it("answers at once, is empty at first, and gets ready later", async () => {
  const answer = await bots("POST", fork, {});
  const made = answer.body as unknown as Shown;
  expect(answer.status).toBe(201);
  expect(made).toMatchObject({ import_status: "scheduled", forked_from_project: { id: project.id } });
  expect((await bots("GET", `/projects/${made.id}/repository/branches/main`)).status).toBe(404);
  await double.idle();
  expect((await bots("GET", `/projects/${made.id}/import`)).body).toMatchObject({ import_status: "finished" });
  expect((await bots("GET", `/projects/${made.id}/repository/branches/main`)).status).toBe(200);
});

it("answers 409 in GitLab's words when the path is taken, and takes another path", async () => {
  const taken = await bots("POST", fork, {});
  expect(taken.status).toBe(409);
  expect(taken.body.message).toContain("Path has already been taken");
  const other = await bots("POST", fork, { path: "pkg-dist", name: "pkg-dist", namespace_path: "bot" });
  expect(other).toMatchObject({ status: 201, body: { path_with_namespace: "bot/pkg-dist" } });
  await double.idle();
});

it("lists forks: all, the user's own, those with a level", async () => {
  const stranger = double.admin.createUser("stranger");
  await double.request("POST", fork, { token: stranger.token, body: {} });
  await double.idle();
  const list = async (query: string) =>
    ((await bots("GET", `/projects/${project.id}/forks?${query}`)).body as unknown as Shown[]).map(
      (each) => each.path_with_namespace,
    );
  expect(await list("")).toHaveLength(3);
  expect(await list("owned=true")).toEqual(["bot/pkg-dist", "bot/pkg"]);
  expect(await list("min_access_level=40")).toEqual(["bot/pkg-dist", "bot/pkg"]);
  expect(await list("per_page=1&page=2")).toEqual(["bot/pkg-dist"]);
});

it("knows no namespace in which the user may not create", async () => {
  const answer = await bots("POST", fork, { namespace_path: "top/rpms" });
  expect(answer).toMatchObject({ status: 404, body: { message: "404 Target Namespace Not Found" } });
});

it.each([
  ["never-ready", 201, "scheduled"],
  ["fails", 201, "failed"],
  ["race-409", 409, "finished"],
] as const)("can go wrong: %s", async (fault, status, importStatus) => {
  double.faults.nextFork(fault);
  const answer = await bots("POST", fork, { path: `pkg-${fault}`, name: `pkg-${fault}` });
  await double.idle();
  expect(answer.status).toBe(status);
  expect(double.view.project(`bot/pkg-${fault}`)).toMatchObject({ importStatus, forkedFromId: project.id });
  expect(double.view.project(`bot/pkg-${fault}`)?.creatorId).toBe(bot.user.id);
});
