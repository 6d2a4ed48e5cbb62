// The pages over HTTP: what they show to whom, what they say when there is nothing to show, and what a browser may do with
// them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { sessionCookie } from "../../../src/api/admin/admission.ts";
import type { PairView } from "../../../src/model/pair-view.ts";
import { Secret } from "../../../src/model/secret.ts";
import { boardInMemory, type MemoryBoard } from "../../support/board-in-memory.ts";
import { madeHealth, madeJobs, madePair, madePairs, madeTrend } from "../../support/made-pairs.ts";
import { type Answered, type RunningApi, request, startApi } from "./start-api.ts";

const TOKEN = "an-admin-token-of-some-length";
const board: MemoryBoard = boardInMemory();
let api: RunningApi;
let now: number;
let admin: { readonly headers: Readonly<Record<string, string>> };

beforeAll(async () => {
  api = await startApi({ board, admin: { token: new Secret(TOKEN), queues: [] } });
  now = api.clock.now();
  const [cookie = ""] = sessionCookie(new Secret(TOKEN), now, false).split(";");
  admin = { headers: { Cookie: cookie } };
});
afterAll(() => api.close());
beforeEach(() => {
  const { health, trend } = boardInMemory();
  Object.assign(board, { state: "up", pairs: madePairs(120, now), jobsOf: madeJobs, health, trend });
});

const get = (path: string, init?: RequestInit) => request(`${api.url}${path}`, init);
const rows = ({ text }: Answered) =>
  [...text.matchAll(/<th scope="row"[^>]*><a href="([^"]+)">/g)].map(([, href]) => href);
const pathOf = ({ id }: PairView) => `/pairs/${id}`;

describe("the list", () => {
  it("shows fifty open pairs, the newest event first, and leads to the others", async () => {
    const first = await get("/");
    const open = board.pairs.filter(({ source, isPublic }) => source.state === "opened" && isPublic);
    expect(first.status).toBe(200);
    expect(first.text).toContain(`${open.length} open pairs, 1–50 shown.`);
    expect(rows(first)).toEqual(open.slice(0, 50).map(pathOf));
    const second = await get("/?page=2");
    expect(rows(second)).toEqual(open.slice(50, 100).map(pathOf));
    expect(second.text).toContain('<a href="/?page=2" aria-current="page">2</a>');
    expect(second.text).toContain('<a href="/" rel="prev">');
  });

  it.each<[string, (pair: PairView) => boolean]>([
    ["/?package=GLIB", ({ source, ...pair }) => source.state === "opened" && pair.package === "glibc"],
    ["/?state=failed&life=all", ({ state }) => state === "failed"],
    ["/?life=ended", ({ source }) => source.state === "merged"],
    ["/?package=acl&state=working", ({ state, ...pair }) => state === "working" && pair.package === "acl"],
  ])("%s shows what it asks for", async (path, wanted) => {
    const answer = await get(path);
    const found = board.pairs.filter((pair) => pair.isPublic && wanted(pair));
    expect(found.length).toBeGreaterThan(0);
    expect(rows(answer)).toEqual(found.slice(0, 50).map(pathOf));
  });

  it("keeps the filter in its form and in its links", async () => {
    const { text } = await get("/?package=%22%3Ci&state=in-step&life=all");
    expect(text).toContain('name="package" value="&quot;&lt;i"');
    expect(text).toContain('<option value="in-step" selected>');
    expect(text).toContain('<input type="hidden" name="life" value="all">');
    expect(text).toContain('<a href="/?package=%22%3Ci&amp;state=in-step&amp;life=ended">Ended</a>');
    expect(text).toContain('<a href="/?life=all">Clear</a>');
  });

  it("says why it is empty", async () => {
    expect((await get("/?package=nothing-like-it")).text).toContain("No pair matches.");
    expect((await get("/?page=9")).text).toMatch(/There is no page 9\. <a href="\/\?page=2">/);
    board.pairs = [];
    expect((await get("/")).text).toContain("No pair is open.");
    expect((await get("/?life=ended")).text).toContain("No pair yet that has ended.");
  });

  it("is small and quick with ten thousand pairs", async () => {
    board.pairs = madePairs(10_000, now);
    const { text } = await get("/?life=all&page=100");
    expect(rows({ text } as Answered)).toHaveLength(50);
    expect(text.length).toBeLessThan(100_000);
  });
});

describe("who looks", () => {
  const secret = "glpat-hidden-in-an-error";
  beforeEach(() => {
    board.jobsOf = (pair) =>
      madeJobs(pair).map((job) => ({
        ...job,
        origin: `delivery-${secret}`,
        details: {
          ...job.details,
          summary: secret,
          errors: [secret],
          plan: [secret],
          steps: [{ name: secret, seconds: 1 }],
        },
      }));
    board.pairs = board.pairs.map((pair) => ({ ...pair, summary: secret }));
  });

  it("anybody sees what is public on the forge, and how to see more", async () => {
    const hidden = madePair(9, now);
    const list = await get("/");
    expect(hidden.isPublic).toBe(false);
    expect(rows(list)).not.toContain(pathOf(hidden));
    expect(list.text).toContain('href="/admin/login?to=%2F">log in</a>');
    const page = await get(pathOf(madePair(0, now)));
    expect(page.status).toBe(200);
    expect(page.text).not.toContain(secret);
    expect(page.text).not.toContain("/admin/queues");
    expect(page.text).toContain(`href="/admin/login?to=%2Fpairs%2F${madePair(0, now).id}">`);
  });

  it("an admin sees everything, and a way to the jobs", async () => {
    expect(rows(await get("/", admin))).toContain(pathOf(madePair(9, now)));
    const { status, text } = await get(pathOf(madePair(9, now)), admin);
    expect(status).toBe(200);
    expect(text).toContain(`<code><bdi>delivery-${secret}</bdi></code>`);
    expect(text).toContain(`<pre tabindex="0"><bdi>${secret}</bdi>\n</pre>`);
    expect(text).toMatch(/href="\/admin\/queues\/queue\/mirror\/9f8b7c6d-\d+~gitlab-1009-19"/);
    expect(text).not.toContain("/admin/login");
  });

  it("a hidden pair and one that nobody knows look the same to strangers", async () => {
    const hidden = await get(pathOf(madePair(9, now)));
    const unknown = await get("/pairs/gitlab-1-1");
    expect([hidden.status, unknown.status]).toEqual([404, 404]);
    expect(hidden.text.replaceAll("gitlab-1009-19", "gitlab-1-1")).toBe(unknown.text);
  });

  it.each([
    "/pairs/x",
    "/pairs/gitlab-1-1-1",
    "/pairs/gitlab-1-%3Cb%3E",
    "/pairs/..%2f..%2fx",
    `/pairs/gitlab-1-${"1".repeat(17)}`,
  ])("%s is a page that says that there is no such pair", async (path) => {
    const { status, text } = await get(path);
    expect([status, text.includes("<h1>No such pair</h1>")]).toEqual([404, true]);
  });
});

describe("a pair's page", () => {
  it("tells what happened, the newest first, with how long it took", async () => {
    const { text } = await get(pathOf(madePair(0, now)));
    const states = [...text.matchAll(/<h3>([^<]+) <span class="state \w+">.*?<\/span> ([^<]+)<\/span><\/h3>/g)];
    expect(states.map(([, what, state]) => [what, state])).toEqual([
      ["Dist-git follows source-git", "runs"],
      ["Checks come back", "done"],
      ["Dist-git follows source-git", "nothing to do"],
      ["Dist-git follows source-git", "failed"],
      ["Dist-git follows source-git", "somebody has to act"],
      ["Dist-git follows source-git", "done"],
    ]);
    expect(text).toContain("waited <b>0.3 s</b>, worked <b>4.4 s</b>");
    expect(text).toContain("3 attempts");
  });

  it("is there when the queue has forgotten the jobs, and when there is no dist-git merge request yet", async () => {
    board.jobsOf = () => [];
    const { status, text } = await get(pathOf(madePair(6, now)));
    expect(status).toBe(200);
    expect(text).toContain("Nothing is remembered of it any more.");
    expect(text).toContain("no merge request yet");
  });
});

describe("health", () => {
  it("says what is silent or stuck, and shows the numbers", async () => {
    Object.assign(board, { health: madeHealth(now), trend: madeTrend(now) });
    const { status, text } = await get("/health");
    expect(status).toBe(200);
    expect(text).toContain("2 jobs of the queue “mirror” failed for good");
    expect(text).toContain("Nothing is remembered from the dist-git side of the route “staging”");
    expect(text).toContain("The route “test” was never swept");
    expect(text.match(/<svg class="plot"/g)).toHaveLength(2);
    expect(text.length).toBeLessThan(100_000);
  });

  it("says so when all is well, and when there is nothing yet", async () => {
    const sweeps = ["test", "github"].map((route) => ({ route, at: now, found: 0, isFull: false }));
    board.health = { ...board.health, sweeps };
    const { text } = await get("/health");
    expect(text).toContain("All is well");
    expect(text).toContain("No dist-git merge request was opened yet.");
    expect(text).toContain("No job has ended yet.");
    expect(text).toContain("No route is configured");
  });
});

describe("hostile records", () => {
  const evil = `</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"'\u202e`;
  const evilPair = (pair: PairView): PairView => ({
    ...pair,
    package: evil,
    route: evil,
    summary: evil,
    source: {
      ...pair.source,
      title: evil,
      author: evil,
      branch: evil,
      projectPath: evil,
      webUrl: "javascript:alert(1)",
    },
    dist: pair.dist && { ...pair.dist, branch: evil, projectPath: evil, webUrl: "data:text/html,x" },
  });

  it("become text everywhere, for strangers and admins", async () => {
    board.pairs = board.pairs.map(evilPair);
    board.jobsOf = (pair) =>
      madeJobs(pair).map((job) => ({
        ...job,
        id: evil,
        origin: evil,
        subject: evil,
        details: {
          summary: evil,
          plan: [evil.slice(0, -1)],
          errors: [`${evil}!`],
          steps: [{ name: evil, seconds: 1 }],
        },
      }));
    board.health = {
      ...madeHealth(now),
      sweeps: [{ route: evil, at: now, found: 0, isFull: false }],
      heard: [{ route: evil, side: "dist", at: undefined }],
    };
    const path = pathOf(madePair(0, now));
    for (const page of ["/", path, "/health", `/?package=${encodeURIComponent(evil)}`, `/nowhere`]) {
      for (const who of [{}, admin]) {
        const { text } = await get(page, who);
        expect(text.match(/<script/g) ?? []).toHaveLength(page === "/nowhere" ? 0 : 1);
        expect(text).not.toMatch(/<img|javascript:|data:text|\u202e/);
      }
    }
    expect((await get(path, admin)).text).toContain("&lt;/title&gt;");
  });
});

describe("when the queue is away", () => {
  it.each(["/", "/pairs/gitlab-1000-10", "/health"])("%s says so and what to do", async (path) => {
    board.state = "down";
    const { status, headers, text } = await get(path);
    expect([status, headers.get("retry-after")]).toEqual([503, "30"]);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("<h1>The queue cannot be reached</h1>");
    expect(text).not.toContain("hidden-password");
  });

  it("a page does not wait for ever", async () => {
    board.state = "silent";
    const answer = get("/");
    const timer = setInterval(() => api.clock.advance(1_000), 20);
    expect((await answer.finally(() => clearInterval(timer))).status).toBe(503);
  });

  it("a bug of ours is a page, too, and says nothing of our insides", async () => {
    board.state = "broken";
    const { status, text } = await get("/");
    expect(status).toBe(500);
    expect(text).toContain("<h1>This page could not be made</h1>");
    expect(text).not.toContain("hidden-password");
    expect(api.lines.at(-1)).toContain("a page could not be made");
  });
});

describe("headers", () => {
  it.each(["/", "/pairs/gitlab-1000-10", "/pairs/gitlab-1-1", "/health", "/admin/login"])(
    "%s may load files of ours only, and is in nobody's cache or frame",
    async (path) => {
      const { headers, text } = await get(path);
      const rules = headers.get("content-security-policy")?.split("; ");
      expect(rules).toEqual([
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]);
      expect([headers.get("cache-control"), headers.get("referrer-policy")]).toEqual(["no-store", "no-referrer"]);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(text).not.toMatch(/ style=| on[a-z]+=|<style/);
      expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    },
  );

  it("style sheet and script may be kept under the address that a page names, and nowhere else", async () => {
    const { text } = await get("/");
    const paths = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(paths).toEqual([expect.stringMatching(/style\.css\?v=/), expect.stringMatching(/refresh\.js\?v=/)]);
    for (const path of paths) {
      const { status, headers } = await get(path);
      expect([status, headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
      expect(headers.get("content-type")).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      const [bare = ""] = path.split("?");
      for (const other of [bare, `${bare}?v=of-another-version`])
        expect((await get(other)).headers.get("cache-control")).toBe("no-cache");
      const etag = headers.get("etag") ?? "";
      expect((await get(bare, { headers: { "If-None-Match": etag } })).status).toBe(304);
    }
  });

  it.each(["/", "/pairs/gitlab-1000-10", "/health", "/assets/style.css"])("%s is only for reading", async (path) => {
    expect((await get(path, { method: "HEAD" })).status).toBe(200);
    for (const method of ["POST", "DELETE"]) {
      const { status, headers } = await get(path, { method });
      expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});

describe("logging in", () => {
  const post = (path: string, fields: Readonly<Record<string, string>>, headers = {}) =>
    fetch(`${api.url}${path}`, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });

  it("leads back to where one came from", async () => {
    const { text } = await get("/admin/login?to=%2Fpairs%2Fgitlab-1-2%3Fx%3D%22");
    expect(text).toContain('name="to" value="/pairs/gitlab-1-2?x=%22"');
    const answer = await post("/admin/login", { token: TOKEN, to: "/pairs/gitlab-1-2" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/pairs/gitlab-1-2"]);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await get("/", { headers: { Cookie: cookie } })).text).toContain("Log out");
  });

  it("leads nowhere else, whoever made the link", async () => {
    for (const to of ["//evil.example", "https://evil.example", "/.//evil.example", "/\\evil.example"]) {
      expect((await get(`/admin/login?to=${encodeURIComponent(to)}`)).text).toContain(
        'name="to" value="/admin/queues"',
      );
      expect((await post("/admin/login", { token: TOKEN, to })).headers.get("location")).toBe("/admin/queues");
    }
  });

  it("a wrong token is told, and the way back is kept", async () => {
    const answer = await post("/admin/login", { token: "wrong", to: "/health" });
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).toContain('role="alert"');
    expect(text).toContain('name="to" value="/health"');
    expect(text).not.toContain("wrong");
  });

  it("ends with a POST of who has a session, and with nothing else", async () => {
    const ended = await post("/admin/logout", {}, admin.headers);
    expect([ended.status, ended.headers.get("location")]).toEqual([303, "/"]);
    expect(ended.headers.get("set-cookie")).toMatch(/^tandem_admin=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict$/);
    expect((await post("/admin/logout", {})).headers.get("set-cookie")).toBeNull();
    expect((await get("/admin/logout", admin)).status).toBe(405);
  });
});

it("without ADMIN_TOKEN nobody is an admin, and the pages say so", async () => {
  const bare = await startApi({ board });
  try {
    const { text } = await request(`${bare.url}/`, admin);
    expect(text).toContain("this instance has no <code>ADMIN_TOKEN</code>");
    expect(text).not.toContain("/admin/");
  } finally {
    await bare.close();
  }
});
