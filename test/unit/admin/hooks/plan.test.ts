// What is done about the hooks of a place: every single deviation, hooks of others, hooks that are there twice.
import { describe, expect, it } from "@jest/globals";
import { hookUrl, isOurs } from "../../../../src/admin/hooks/hook-url.ts";
import type { Site } from "../../../../src/admin/hooks/observe.ts";
import { planSite, type SitePlan } from "../../../../src/admin/hooks/plan.ts";
import type { Hook, HookList } from "../../../../src/forge/hook-admin.ts";

const URL = "https://tandem.example/api/webhooks/gitlab";
const NOTE = "Made by Tandem";
const wish = { url: URL, noteFor: () => NOTE };

const hook = (over: Partial<Hook> = {}): Hook => ({
  id: 7,
  url: URL,
  description: NOTE,
  events: ["note", "merge-request"],
  otherEvents: [],
  checksCertificate: true,
  branchFilter: "",
  state: "enabled",
  pausedUntil: undefined,
  ...over,
});
const site = (list: HookList, over: Partial<Site> = {}): Site => ({
  place: { kind: "group", path: "group/src" },
  of: ["source"],
  events: ["merge-request", "note"],
  grant: { namespace: "group/src" },
  list,
  ...over,
});
const plan = (hooks: readonly Hook[], over: Partial<Site> = {}): SitePlan =>
  planSite(site({ found: "hooks", hooks }, over), wish);

describe("a hook", () => {
  it("is made where there is none, or only those of others", () => {
    expect(plan([]).step).toEqual({ do: "create" });
    const others = [
      hook({ url: "https://other.example/api/webhooks/gitlab" }),
      hook({ url: "https://tandem.example/" }),
    ];
    expect(plan(others)).toMatchObject({ step: { do: "create" }, surplus: [] });
  });

  it("that is as it should be is left alone", () =>
    expect(plan([hook()])).toMatchObject({ step: { do: "leave", hook: { id: 7 } }, enable: false, surplus: [] }));

  it.each<readonly [string, Partial<Hook>, object]>([
    ["http", { url: "http://tandem.example/api/webhooks/gitlab" }, { differs: "url" }],
    ["a slash at the end", { url: `${URL}/` }, { differs: "url" }],
    ["a query", { url: `${URL}?x=1` }, { differs: "url" }],
    ["no comments", { events: ["merge-request"] }, { differs: "events", lacks: ["note"], surplus: [] }],
    [
      "pushes and jobs",
      { events: ["merge-request", "note", "push"], otherEvents: ["job_events"] },
      { differs: "events", lacks: [], surplus: ["push", "job_events"] },
    ],
    ["certificates not checked", { checksCertificate: false }, { differs: "certificate" }],
    ["no note of Tandem's", { description: "" }, { differs: "token" }],
    ["the note of another secret", { description: `${NOTE} before` }, { differs: "token" }],
  ])("with %s is repaired in this alone", (_, over, deviation) =>
    expect(plan([hook(over)]).step).toMatchObject({ do: "repair", deviations: [expect.objectContaining(deviation)] }),
  );

  it("that tells of some branches only is repaired where pushes matter", () => {
    const filtered = hook({ branchFilter: "c9s" });
    expect(plan([filtered]).step.do).toBe("leave");
    const events = ["merge-request", "note", "push"] as const;
    expect(plan([{ ...filtered, events }], { events }).step).toMatchObject({
      do: "repair",
      deviations: [{ differs: "branch-filter", is: "c9s" }],
    });
  });

  it.each(["paused", "disabled"] as const)("that is %s is to be switched on", (state) =>
    expect(plan([hook({ state })])).toMatchObject({ step: { do: "leave" }, enable: true }),
  );

  it("tells nothing of its token to who has no secret", () =>
    expect(
      planSite(site({ found: "hooks", hooks: [hook({ description: "x" })] }), { ...wish, noteFor: undefined }),
    ).toMatchObject({
      step: { do: "leave" },
    }));
});

describe("of several hooks of ours", () => {
  it("the best stays, then the oldest; those that Tandem made go, others are told", () => {
    const byHand = hook({ id: 1, description: "by hand" });
    expect(plan([byHand, hook({ id: 3 }), hook({ id: 2 })])).toMatchObject({
      step: { do: "leave", hook: { id: 2 } },
      surplus: [
        { hook: { id: 3 }, remove: true },
        { hook: { id: 1 }, remove: false },
      ],
    });
  });

  it("none goes to who has no secret", () =>
    expect(
      planSite(site({ found: "hooks", hooks: [hook({ id: 1 }), hook({ id: 2 })] }), { ...wish, noteFor: undefined })
        .surplus,
    ).toEqual([{ hook: expect.objectContaining({ id: 2 }), remove: false }]));
});

describe("where there can be no hook", () => {
  it.each<readonly [string, HookList, Partial<Site>, object]>([
    ["a free group's projects have them", { found: "denied", because: "plan" }, { instead: 2 }, { do: "use-projects" }],
    [
      "a group without projects waits for them",
      { found: "denied", because: "plan" },
      { instead: 0 },
      { do: "ask", missing: { who: "whoever adds packages" } },
    ],
    [
      "the group's owner is asked where there are no projects",
      { found: "denied", because: "role" },
      { instead: 0 },
      { do: "ask", missing: { who: "an Owner of group/src" } },
    ],
    [
      "a missing group is told",
      { found: "nothing" },
      {},
      { do: "ask", missing: { reason: expect.stringContaining("no group group/src") } },
    ],
    [
      "a project's Maintainer is asked",
      { found: "denied", because: "role" },
      { place: { kind: "project", path: "group/src/pkg" } },
      { do: "ask", missing: { who: "a Maintainer of group/src/pkg" } },
    ],
    [
      "the bot is asked about its fork",
      { found: "denied", because: "role" },
      { place: { kind: "project", path: "bot/pkg" }, of: ["fork"], grant: { namespace: "bot" } },
      { do: "ask", missing: { who: "the bot's account, bot" } },
    ],
  ])("%s", (_, list, over, step) => expect(planSite(site(list, over), wish).step).toMatchObject(step));
});

describe("the address", () => {
  it.each([
    ["https://tandem.example", URL],
    ["https://example.org/tandem", "https://example.org/tandem/api/webhooks/gitlab"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/webhooks/gitlab"],
    ["http://localhost", "http://localhost/api/webhooks/gitlab"],
    ["http://[::1]:80", "http://[::1]:80/api/webhooks/gitlab"],
  ])("of %s is %s", (publicUrl, url) => expect(hookUrl(publicUrl)).toBe(url));

  it.each([
    [undefined, "public-url-missing"],
    ["http://tandem.example", "public-url-insecure"],
    ["http://127.0.0.1.example.org", "public-url-insecure"],
    ["http://10.0.0.1", "public-url-insecure"],
  ])("of %s is refused: %s", (publicUrl, code) =>
    expect(() => hookUrl(publicUrl)).toThrow(expect.objectContaining({ kind: "user", code })),
  );

  it.each([
    ["https://TANDEM.example/api/webhooks/gitlab", true],
    ["https://tandem.example:443/api/webhooks/gitlab", true],
    ["https://tandem.example:8443/api/webhooks/gitlab", false],
    ["https://tandem.example/api/webhooks/github", false],
    ["https://tandem.example.org/api/webhooks/gitlab", false],
    ["not an address", false],
  ])("of a hook %s is ours: %s", (url, ours) => expect(isOurs(url, URL)).toBe(ours));
});
