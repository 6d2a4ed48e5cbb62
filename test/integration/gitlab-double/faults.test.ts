import { beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { double, bots, project } = world;
const notesPath = /\/notes$/;
let mr: MergeRequest;
let notes: string;

beforeAll(async () => {
  mr = await world.openMergeRequest(await world.makeFork());
  notes = `/projects/${project.id}/merge_requests/${mr.iid}/notes`;
});

beforeEach(() => double.faults.clear());

const write = (body: string) => bots("POST", notes, { body });
const written = (): string[] => double.view.notes(mr).map((note) => note.body);

it("answers the next n matching requests, then no more", async () => {
  double.faults.answer(
    { method: "POST", path: notesPath, times: 2 },
    { status: 502, text: "<html>Bad Gateway</html>", contentType: "text/html" },
  );
  expect(await write("a")).toMatchObject({ status: 502, body: "<html>Bad Gateway</html>" });
  expect((await bots("GET", notes)).status).toBe(200);
  expect((await write("b")).status).toBe(502);
  expect((await write("c")).status).toBe(201);
  expect(written()).toEqual(["c"]);
});

it("can fail after the effect took place", async () => {
  double.faults.answer({ method: "POST", path: notesPath }, { status: 502, body: { message: "502" } }, "after");
  expect((await write("half done")).status).toBe(502);
  expect(written()).toContain("half done");
});

it.each(["before", "after"] as const)("cuts the connection %s the effect", async (when) => {
  double.faults.reset({ method: "POST", path: notesPath }, when);
  await expect(write(`cut ${when}`)).rejects.toThrow();
  expect(written().includes(`cut ${when}`)).toBe(when === "after");
  expect(double.logs.requests.at(-1)).toMatchObject({ method: "POST", status: 0, username: "bot" });
});

it("lets some requests pass first, delays, and limits the rate", async () => {
  double.faults.answer({ path: notesPath, skip: 1 }, { status: 500 });
  expect((await bots("GET", notes)).status).toBe(200);
  expect((await bots("GET", notes)).status).toBe(500);
  double.faults.delay({ path: notesPath }, 60);
  const started = performance.now();
  expect((await bots("GET", notes)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  double.faults.rateLimit({ path: notesPath }, 7);
  const limited = await bots("GET", notes);
  expect([limited.status, limited.body, limited.headers.get("retry-after")]).toEqual([429, "Retry later\n", "7"]);
  double.faults.rateLimit({ path: notesPath });
  expect((await bots("GET", notes)).headers.get("retry-after")).toBeNull();
});

it("calls a function before and after a request takes effect, and the request waits for it", async () => {
  const seen: unknown[] = [];
  for (const when of ["before", "after"] as const) {
    double.faults.onRequest({ method: "POST", path: notesPath, times: 1 }, when, async (request) => {
      await Promise.resolve();
      seen.push([when, request.username, request.status, written().includes("watched")]);
    });
  }
  await write("watched");
  await write("unwatched");
  expect(seen).toEqual([
    ["before", "bot", undefined, false],
    ["after", "bot", 201, true],
  ]);
});

it("logs requests so that calls can be counted", async () => {
  double.logs.clear();
  await bots("GET", `${notes}?sort=asc`);
  expect(double.logs.requests).toMatchObject([
    { method: "GET", path: `/api/v4${notes}`, query: "sort=asc", status: 200, username: "bot", unknown: false },
  ]);
});

it("starts fast", async () => {
  const { startGitLabDouble } = await import("../../gitlab-double/gitlab-double.ts");
  const started = performance.now();
  const other = await startGitLabDouble({ dataDir: `${world.dir}/other` });
  expect(performance.now() - started).toBeLessThan(200);
  await other.close();
});
