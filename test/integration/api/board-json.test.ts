// The JSON about pairs and jobs over HTTP, held against its own OpenAPI document.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { sessionCookie } from "../../../src/api/admin/admission.ts";
import { Secret } from "../../../src/model/secret.ts";
import { boardInMemory, type MemoryBoard } from "../../support/board-in-memory.ts";
import { madeJobs, madePairs } from "../../support/made-pairs.ts";
import { type RunningApi, request, startApi } from "./start-api.ts";

const TOKEN = "an-admin-token-of-some-length";
const ADMIN = { Authorization: `Bearer ${TOKEN}` };
const board: MemoryBoard = boardInMemory();
let api: RunningApi;
let validate: (schema: string) => ValidateFunction;

type Operation = { readonly operationId: string };

beforeAll(async () => {
  api = await startApi({ board, admin: { token: new Secret(TOKEN), queues: [] } });
  const document = JSON.parse((await request(`${api.url}/api/openapi.json`)).text);
  const { schemas } = document.components;
  validate = (schema) => new Ajv2020({ strict: true, allErrors: true }).compile(schemas[schema]);
});
afterAll(() => api.close());
beforeEach(() => {
  Object.assign(board, { state: "up", pairs: madePairs(120, api.clock.now()), jobsOf: madeJobs });
});

const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const { status, text, headers: answered } = await request(`${api.url}${path}`, { headers });
  return { status, headers: answered, body: JSON.parse(text) };
};
const valid = (schema: string, body: unknown) => {
  const check = validate(schema);
  check(body);
  return check.errors ?? [];
};

describe("the document", () => {
  it("names every operation once, and all schemas that it refers to are there", async () => {
    const { status, body } = await get("/api/openapi.json");
    expect([status, body.openapi]).toEqual([200, "3.1.0"]);
    const operations = Object.values<{ get: Operation }>(body.paths).map(({ get: operation }) => operation);
    expect(operations.map(({ operationId }) => operationId)).toEqual(["listPairs", "readPair", "listJobs"]);
    const names = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining([...new Set(names)]));
    for (const name of Object.keys(body.components.schemas)) expect(validate(name)).toBeInstanceOf(Function);
    const { parameters } = body.paths["/api/pairs"].get;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(["route", "package", "state", "life", "page"]);
    expect(parameters[4].schema).toMatchObject({ type: "integer", minimum: 1 });
  });
});

describe("lists", () => {
  it.each<[string, string, Record<string, string>]>([
    ["PairPage", "/api/pairs", {}],
    ["PairPage", "/api/pairs?page=2&life=open", ADMIN],
    ["JobPage", "/api/jobs", {}],
    ["JobPage", "/api/jobs?queue=mirror", ADMIN],
  ])("an answer is a %s, as the document says: %s", async (schema, path, headers) => {
    const { status, body } = await get(path, headers);
    expect([status, valid(schema, body)]).toEqual([200, []]);
    expect(body.items.length).toBeGreaterThan(0);
  });

  it("are filtered and paged as they are asked for", async () => {
    const working = await get("/api/pairs?package=ACL&state=working&route=", ADMIN);
    const wanted = board.pairs.filter((pair) => pair.package === "acl" && pair.state === "working");
    expect(wanted.length).toBeGreaterThan(0);
    expect(working.body.items.map(({ id }: { id: string }) => id)).toEqual(wanted.map(({ id }) => id));
    const last = await get("/api/pairs?page=3", ADMIN);
    expect(last.body).toMatchObject({ total: 120, page: 3, pageSize: 50 });
    expect(last.body.items).toHaveLength(20);
    const { body } = await get("/api/jobs?state=failed", ADMIN);
    expect(new Set(body.items.map(({ state }: { state: string }) => state))).toEqual(new Set(["failed"]));
  });

  it.each([
    ["/api/pairs?page=0", "page: "],
    ["/api/pairs?page=x", "page: "],
    ["/api/pairs?state=odd", "state: "],
    ["/api/pairs?life=all", "life: "],
    ["/api/pairs?colour=red", "colour"],
    ["/api/pairs?page=1&page=2", "page: given more than once"],
    [`/api/pairs?package=${"x".repeat(101)}`, "package: "],
    ["/api/jobs?queue=mail", "queue: "],
    ["/api/jobs?state=in-step", "state: "],
  ])("%s is wrong, and what is wrong is said", async (path, reason) => {
    const { status, body } = await get(path);
    expect([status, valid("Refusal", body)]).toEqual([400, []]);
    expect(body.reason).toContain(reason);
    expect(body.reason.length).toBeLessThan(600);
  });
});

describe("a pair", () => {
  it("comes with its jobs", async () => {
    const pair = board.pairs.find(({ isPublic }) => isPublic);
    const { status, body } = await get(`/api/pairs/${pair?.id}`, ADMIN);
    expect([status, valid("PairWithJobs", body)]).toEqual([200, []]);
    expect(body).toMatchObject({ id: pair?.id, jobs: expect.arrayContaining([expect.anything()]) });
  });

  it.each(["/api/pairs/gitlab-1-999999", "/api/pairs/x", "/api/pairs/%00", "/api/pairs/..%2F..%2Fetc"])(
    "%s is not there",
    async (path) => {
      const { status, body } = await get(path);
      expect([status, valid("Refusal", body)]).toEqual([404, []]);
    },
  );
});

describe("who sees what", () => {
  it("anybody the public pairs, an admin by token or session all", async () => {
    const hidden = board.pairs.find(({ isPublic }) => !isPublic);
    const [cookie = ""] = sessionCookie(new Secret(TOKEN), api.clock.now(), false).split(";");
    expect((await get(`/api/pairs/${hidden?.id}`)).status).toBe(404);
    expect((await get(`/api/pairs/${hidden?.id}`, ADMIN)).status).toBe(200);
    expect((await get(`/api/pairs/${hidden?.id}`, { Cookie: cookie })).status).toBe(200);
    const [anybody, admin] = [await get("/api/pairs"), await get("/api/pairs", ADMIN)];
    expect(anybody.body.total).toBeLessThan(admin.body.total);
    expect(anybody.body.items.every(({ isPublic }: { isPublic: boolean }) => isPublic)).toBe(true);
  });

  it("a wrong token is told, and a session that has ended is nobody's", async () => {
    const wrong = await get("/api/pairs", { Authorization: "Bearer an-admin-token-of-some-lengtH" });
    expect([wrong.status, wrong.headers.get("www-authenticate"), valid("Refusal", wrong.body)]).toEqual([
      401,
      "Bearer",
      [],
    ]);
    const old = sessionCookie(new Secret(TOKEN), api.clock.now() - 9 * 3_600_000, false).split(";")[0] ?? "";
    const { status, body } = await get("/api/jobs", { Cookie: old });
    expect(status).toBe(200);
    expect(body.items.every(({ isPublic }: { isPublic: boolean }) => isPublic)).toBe(true);
  });
});

describe("every answer", () => {
  it.each(["/api/pairs", "/api/pairs/x", "/api/jobs?page=0", "/api/openapi.json"])(
    "%s is not kept or guessed at",
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get("content-type")).toMatch(/^application\/json/);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  it("to another method is a refusal", async () => {
    for (const path of ["/api/pairs", "/api/pairs/gitlab-1-1", "/api/jobs", "/api/openapi.json"]) {
      const { status, headers } = await request(`${api.url}${path}`, { method: "POST", headers: ADMIN });
      expect([path, status, headers.get("allow")]).toEqual([path, 405, "GET, HEAD"]);
    }
  });

  it.each<[MemoryBoard["state"], number]>([
    ["down", 503],
    ["broken", 500],
  ])("while the board is %s is %i and tells nothing of our insides", async (state, status) => {
    board.state = state;
    const answer = await get("/api/pairs");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, status === 503 ? "5" : null]);
    expect(JSON.stringify(answer.body)).not.toContain("hidden-password");
  });

  it("does not wait for ever for a queue that is silent", async () => {
    board.state = "silent";
    const answer = get("/api/jobs");
    const timer = setInterval(() => api.clock.advance(1_000), 20);
    expect((await answer.finally(() => clearInterval(timer))).status).toBe(503);
  });
});
