import { beforeEach, expect, it } from "@jest/globals";
import type { MergeRequest, Project } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, project } = world;
let fork: Project | undefined;
let mr: MergeRequest;
let notes: string;

beforeEach(async () => {
  fork ??= await world.makeFork();
  for (const open of double.view.mergeRequests(project)) {
    if (open.state === "opened")
      await bots("PUT", `/projects/${project.id}/merge_requests/${open.iid}`, { state_event: "close" });
  }
  mr = await world.openMergeRequest(fork);
  notes = `/projects/${project.id}/merge_requests/${mr.iid}/notes`;
});

it("are written, edited, listed and removed", async () => {
  const made = await bots("POST", notes, { body: "first" });
  expect(made).toMatchObject({ status: 201, body: { body: "first", system: false, noteable_iid: mr.iid } });
  await bots("POST", notes, { body: "second" });
  const one = `${notes}/${made.body.id}`;
  expect((await bots("PUT", one, { body: "changed" })).body).toMatchObject({ body: "changed" });
  const texts = async (query: string) =>
    ((await bots("GET", `${notes}?${query}`)).body as unknown as { body: string }[]).map((note) => note.body);
  expect(await texts("activity_filter=only_comments")).toEqual(["second", "changed"]);
  expect(await texts("sort=asc&order_by=created_at")).toEqual(["changed", "second"]);
  expect((await bots("DELETE", one)).status).toBe(204);
  expect((await bots("GET", one)).status).toBe(404);
});

it("may be changed by the author only, or a Maintainer", async () => {
  const made = await bots("POST", notes, { body: "mine" });
  const stranger = double.view.user("stranger") ? "glpat-stranger" : double.admin.createUser("stranger").token;
  const one = `${notes}/${made.body.id}`;
  expect((await double.request("PUT", one, { token: stranger, body: { body: "theirs" } })).status).toBe(403);
  expect((await world.alices("PUT", one, { body: "moderated" })).status).toBe(200);
});

it("refuses an empty one in GitLab's words", async () => {
  expect(await bots("POST", notes, { body: " " })).toMatchObject({
    status: 400,
    body: { message: `Note {:note=>["can't be blank"]}` },
  });
});

it.each([
  ["/close", (each: MergeRequest) => each.state, "closed"],
  ["/title Other words", (each: MergeRequest) => each.title, "Other words"],
  ["/draft", (each: MergeRequest) => each.title, "Draft: Two"],
])("carries out %s and answers 202 without a note", async (body, read, expected) => {
  const answer = await bots("POST", notes, { body });
  expect(answer.status).toBe(202);
  expect(Object.keys(answer.body)).toContain("commands_changes");
  expect(read(mr)).toBe(expected);
  expect(double.view.notes(mr)).toEqual([]);
});

it("carries out commands amid text and keeps the text", async () => {
  const answer = await bots("POST", notes, { body: "Bye\n/close\nand thanks" });
  expect(answer).toMatchObject({ status: 201, body: { body: "Bye\nand thanks" } });
  expect(mr.state).toBe("closed");
});

it("leaves commands alone in fenced code, behind a blank, and for unknown words", async () => {
  const body = "```\n/close\n```\n /close\n/usr/bin/true\n/no_such_thing";
  expect((await bots("POST", notes, { body })).body).toMatchObject({ body });
  expect(mr.state).toBe("opened");
});

it("does not let a command do what its author may not", async () => {
  expect((await bots("POST", notes, { body: "/merge" })).status).toBe(202);
  expect(mr.state).toBe("opened");
  expect((await world.alices("POST", notes, { body: "/merge" })).status).toBe(202);
  expect(mr.state).toBe("merged");
});

it("finds commands in descriptions too", async () => {
  await bots("PUT", `/projects/${project.id}/merge_requests/${mr.iid}`, { description: "text\n/close" });
  expect(mr).toMatchObject({ description: "text", state: "closed" });
});

it("carry emoji, one of a kind per user", async () => {
  const made = await bots("POST", notes, { body: "x" });
  const emoji = `${notes}/${made.body.id}/award_emoji`;
  expect((await bots("POST", emoji, { name: "eyes" })).status).toBe(201);
  expect((await bots("POST", emoji, { name: "eyes" })).status).toBe(404);
  const list = (await bots("GET", emoji)).body as unknown as { name: string }[];
  expect(list.map((each) => each.name)).toEqual(["eyes"]);
});
