// Who may deliver: tokens and signatures, over real HTTP.
import { createHmac, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type JWTPayload, SignJWT } from "jose";
import { mergeRequestPayload, otherPayload, pipelinePayload } from "../../support/gitlab-payloads.ts";
import { OLD_SECRET, post, type RunningApi, SECRET, SIGNING_KEY, startApi, tokenFor } from "./start-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(() => {
  api.jobs.clear();
  api.lines.length = 0;
});

const key = (secret: string) => new TextEncoder().encode(secret);
const seconds = () => Math.floor(api.clock.now() / 1000);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function sign(claims: JWTPayload, alg = "HS256", secret = SECRET): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(key(secret));
}

/** A token whose header says one thing and whose MAC is made as for HS256. */
function forge(header: object, claims: object, secret: string): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

describe("X-Gitlab-Token", () => {
  it.each<[string, () => string | Promise<string>]>([
    ["of the namespace", () => tokenFor("group/src")],
    ["of the repository", () => tokenFor("group/src", "pkg")],
    ["of a namespace above", () => tokenFor("group")],
    ["signed with the former secret", () => tokenFor("group/src", undefined, OLD_SECRET)],
    ["with an expiry to come", () => sign({ namespace: "group/src", exp: seconds() + 60 })],
    ["valid since a while", () => sign({ namespace: "group/src", nbf: seconds() - 60, iat: seconds() - 60 })],
    ["with claims of no interest", () => sign({ namespace: "group/src", repo_name: null, iss: "somebody", foo: [1] })],
  ])("%s is accepted", async (_, token) => {
    const { status, body } = await post(api, mergeRequestPayload(), { "X-Gitlab-Token": await token() });
    expect([status, body]).toEqual([202, { status: "accepted", jobs: 1 }]);
    expect(api.jobs.size).toBe(1);
  });

  it.each<[string, () => string | undefined | Promise<string>, RegExp]>([
    ["missing", () => undefined, /neither X-Gitlab-Token nor webhook-signature/],
    ["empty", () => "", /holds no token/],
    ["the word None", () => "None", /holds no token/],
    ["no token at all", () => "a.b.c", /holds no token/],
    [
      "signed with another secret",
      () => tokenFor("group/src", undefined, "some-other-secret"),
      /not signed with a secret/,
    ],
    ["of another namespace", () => tokenFor("other/src"), /does not cover/],
    ["of a namespace that begins alike", () => tokenFor("group/sr"), /does not cover/],
    ["of the namespace in other case", () => tokenFor("Group/src"), /does not cover/],
    ["of the project as a namespace", () => tokenFor("group/src/pkg"), /does not cover/],
    ["of a namespace with a slash behind", () => tokenFor("group/src/"), /does not cover/],
    ["of another repository", () => tokenFor("group/src", "other"), /does not cover/],
    ["of the repository in the group above", () => tokenFor("group", "pkg"), /does not cover/],
    ["expired", () => sign({ namespace: "group/src", exp: seconds() - 1 }), /has expired/],
    ["not yet valid", () => sign({ namespace: "group/src", nbf: seconds() + 60 }), /not valid yet/],
    [
      "with an expiry that is none",
      () => sign({ namespace: "group/src", exp: "soon" as unknown as number }),
      /invalid claim/,
    ],
    ["without namespace", () => sign({ repo_name: "pkg" }), /names no namespace/],
    ["with an empty namespace", () => sign({ namespace: "" }), /names no namespace/],
    ["with a list of namespaces", () => sign({ namespace: ["group/src"] }), /names no namespace/],
    [
      "of algorithm HS512",
      () => sign({ namespace: "group/src" }, "HS512", SECRET.repeat(4)),
      /must be signed with HS256/,
    ],
    [
      "of algorithm none",
      () => `${part({ alg: "none" })}.${part({ namespace: "group/src" })}.`,
      /must be signed with HS256|holds no token/,
    ],
    [
      "of algorithm none, with a MAC",
      () => forge({ alg: "none" }, { namespace: "group/src" }, SECRET),
      /must be signed with HS256/,
    ],
    ["without algorithm", () => forge({ typ: "JWT" }, { namespace: "group/src" }, SECRET), /holds no token/],
    [
      "with a critical extension",
      () => forge({ alg: "HS256", crit: ["x"], x: 1 }, { namespace: "group/src" }, SECRET),
      /holds no token/,
    ],
    [
      "with a MAC made by an empty secret",
      () => forge({ alg: "HS256" }, { namespace: "group/src" }, ""),
      /not signed with a secret/,
    ],
  ])("%s is refused", async (_, token, reason) => {
    const { status, body, text } = await post(api, mergeRequestPayload(), { "X-Gitlab-Token": await token() });
    expect(status).toBe(401);
    expect(body).toEqual({ status: "unauthenticated", reason: expect.stringMatching(reason) });
    expect(api.jobs.size).toBe(0);
    for (const secret of [SECRET, OLD_SECRET, SIGNING_KEY]) expect(text + api.lines.join("")).not.toContain(secret);
  });

  it("of an asymmetric algorithm is refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const token = await new SignJWT({ namespace: "group/src" }).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    expect((await post(api, mergeRequestPayload(), { "X-Gitlab-Token": token })).status).toBe(401);
  });

  it("tampered with is refused", async () => {
    const [header, , mac] = (await tokenFor("other/src")).split(".");
    const token = `${header}.${part({ namespace: "group/src" })}.${mac}`;
    expect((await post(api, mergeRequestPayload(), { "X-Gitlab-Token": token })).status).toBe(401);
  });

  it.each([
    ["a/b", "a/b/x", 202],
    ["a/b", "a/b/c/x", 202],
    ["a/b", "a/bc/x", 401],
    ["a/b", "x/a/b/x", 401],
  ])("R19: a token of %s for the project %s: %d", async (namespace, path, expected) => {
    const { status } = await post(api, mergeRequestPayload({ path }), { "X-Gitlab-Token": await tokenFor(namespace) });
    expect(status).toBe(expected);
  });

  it("of the bot's own namespace is good for pipelines in its forks", async () => {
    const headers = { "X-Gitlab-Event": "Pipeline Hook", "X-Gitlab-Token": await tokenFor("bot") };
    expect((await post(api, pipelinePayload(), headers)).body).toEqual({ status: "accepted", jobs: 1 });
  });

  it("that is bad is refused on events of no interest, too", async () => {
    const headers = { "X-Gitlab-Event": "Note Hook", "X-Gitlab-Token": "bad" };
    expect((await post(api, otherPayload("note"), headers)).status).toBe(401);
    expect(
      (await post(api, otherPayload("note"), { ...headers, "X-Gitlab-Token": await tokenFor("other") })).status,
    ).toBe(401);
  });

  it("is checked before the body is looked at", async () => {
    expect((await post(api, "no JSON at all", { "X-Gitlab-Token": "bad" })).status).toBe(401);
  });
});

describe("webhook-signature", () => {
  const mac = (content: string, secret = SIGNING_KEY) =>
    `v1,${createHmac("sha256", Buffer.from(secret, "base64")).update(content).digest("base64")}`;

  function signed(
    body: string,
    change: { at?: number; id?: string; signature?: (good: string) => string | undefined } = {},
  ) {
    const { at = seconds(), id = "msg_1", signature = (good) => good } = change;
    return {
      "webhook-id": id,
      "webhook-timestamp": String(at),
      "webhook-signature": signature(mac(`${id}.${at}.${body}`)),
    };
  }
  const body = JSON.stringify(mergeRequestPayload());

  it.each<[string, Parameters<typeof signed>[1]]>([
    ["good", {}],
    ["good, one of several", { signature: (good) => `v1,${"A".repeat(43)}= v2,xyz ${good}` }],
    ["five minutes old", { at: Date.UTC(2026, 10, 20) / 1000 - 300 }],
    ["from a clock that is ahead", { at: Date.UTC(2026, 10, 20) / 1000 + 300 }],
  ])("%s is accepted", async (_, change) => {
    const answered = await post(api, body, signed(body, change));
    expect(answered.body).toEqual({ status: "accepted", jobs: 1 });
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, RegExp]>([
    ["replayed with an old timestamp", signedAt(-301), /too far/],
    ["from the future", signedAt(301), /too far/],
    ["without id", { ...signedAt(0), "webhook-id": undefined }, /needs webhook-id/],
    ["without timestamp", { ...signedAt(0), "webhook-timestamp": undefined }, /needs webhook-id/],
    ["with a timestamp that is none", { ...signedAt(0), "webhook-timestamp": "1e9" }, /needs webhook-id/],
    ["with another id", { ...signedAt(0), "webhook-id": "msg_2" }, /fits no signing token/],
    [
      "with another timestamp",
      { ...signedAt(0), "webhook-timestamp": String(Date.UTC(2026, 10, 20) / 1000 + 1) },
      /fits no signing token/,
    ],
    ["empty", { ...signedAt(0), "webhook-signature": "" }, /fits no signing token/],
    ["of another version", { ...signedAt(0), "webhook-signature": "v2,abc" }, /fits no signing token/],
    [
      "cut short",
      { ...signedAt(0), "webhook-signature": (signedAt(0)["webhook-signature"] ?? "").slice(0, 20) },
      /fits no signing token/,
    ],
    [
      "made with another key",
      { ...signedAt(0), "webhook-signature": mac("x", Buffer.from("other").toString("base64")) },
      /fits no signing token/,
    ],
  ])("%s is refused", async (_, headers, reason) => {
    const answered = await post(api, body, headers);
    expect(answered.status).toBe(401);
    expect(answered.body.reason).toMatch(reason);
    expect(api.jobs.size).toBe(0);
  });

  it.each<[string, object]>([
    ["too old", signedAt(-301)],
    ["without id", { ...signedAt(0), "webhook-id": undefined }],
    ["of another version", { ...signedAt(0), "webhook-signature": "v2,abc" }],
  ])("that is %s is refused before the body is read", async (_, headers) => {
    const answered = await post(api, " ".repeat(26 * 1024 * 1024), { ...headers });
    expect(answered.status).toBe(401);
  });

  function signedAt(offset: number) {
    const at = Date.UTC(2026, 10, 20) / 1000 + offset;
    return { "webhook-id": "msg_1", "webhook-timestamp": String(at), "webhook-signature": mac(`msg_1.${at}.${body}`) };
  }

  it("over another body is refused", async () => {
    expect((await post(api, body.replace('"iid":5', '"iid":6'), signed(body))).status).toBe(401);
  });

  it("over the same JSON in other bytes is refused", async () => {
    expect((await post(api, JSON.stringify(mergeRequestPayload(), null, 1), signed(body))).status).toBe(401);
  });

  it("of a hook of another namespace is refused", async () => {
    const foreign = JSON.stringify(mergeRequestPayload({ path: "group/srcs/pkg" }));
    expect((await post(api, foreign, signed(foreign))).body.reason).toMatch(/does not cover/);
  });

  it("and token must both pass when both are there", async () => {
    const both = async (token: string, change = {}) =>
      post(api, body, { ...signed(body, change), "X-Gitlab-Token": token });
    expect((await both(await tokenFor("group/src"))).status).toBe(202);
    expect((await both("bad")).status).toBe(401);
    expect((await both(await tokenFor("other"))).status).toBe(401);
    expect((await both(await tokenFor("group/src"), { signature: () => "v1,bad" })).status).toBe(401);
  });
});
