// Redaction by value and by name.
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { userError } from "../../../src/model/errors.ts";
import { createRedactor } from "../../../src/model/redact-values.ts";
import { Secret } from "../../../src/model/secret.ts";
import { loggable } from "../../../src/telemetry/redact.ts";

const TOKEN = "glpat-Ab3/x+ÿ=z";

describe("by value", () => {
  const redact = createRedactor([TOKEN, "second-secret"]);

  it.each([
    ["plain", `token ${TOKEN} and second-secret`],
    ["in a URL", `https://oauth2:${encodeURIComponent(TOKEN)}@host/x`],
    ["in JSON", JSON.stringify({ a: TOKEN })],
    ["in basic authentication", `Basic ${Buffer.from(`oauth2:${TOKEN}`).toString("base64")}`],
    ["in basic authentication of another user", `Basic ${Buffer.from(`bot:${TOKEN}`).toString("base64")}`],
    ["in base64url", Buffer.from(`x${TOKEN}`).toString("base64url")],
  ])("%s", (_, text) => {
    const result = redact(text);
    expect(result).toContain("[secret]");
    expect(result).not.toContain(TOKEN);
    expect(result).not.toContain("second-secret");
    for (const part of result.match(/[A-Za-z0-9+/_-]{8,}={0,2}/g) ?? []) {
      expect(Buffer.from(part, "base64").toString("latin1")).not.toContain("glpat");
    }
  });

  it("removes the longer of two secrets whole", () => {
    expect(createRedactor(["abcd", "abcdefgh"])("x abcdefgh y")).toBe("x [secret] y");
  });

  it("does not search for texts too short to be secrets", () => {
    expect(createRedactor(["", "abc"])("abc")).toBe("abc");
  });

  it("finds a secret wherever it stands in base64", () => {
    const secret = "a-secret-of-some-length";
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = createRedactor([secret])(Buffer.from(`${before}${secret}${after}`).toString("base64"));
        expect(text).toContain("[secret]");
      }),
    );
  });
});

describe("by name and shape", () => {
  it.each([
    "token",
    "privateToken",
    "PRIVATE-TOKEN",
    "X-Gitlab-Token",
    "password",
    "Authorization",
    "set-cookie",
    "apiKey",
    "secrets",
  ])("hides the field %s", (name) => {
    expect(loggable({ [name]: "value", other: { [name]: ["value"] } })).toEqual({
      [name]: "[secret]",
      other: { [name]: "[secret]" },
    });
  });

  it("shows what an error says, with its causes, and not what it holds", () => {
    const inner = Object.assign(new Error("inner"), { request: { headers: { "private-token": "x" } } });
    const shown = loggable({
      error: userError("some-code", "outer", { cause: inner, fix: "mend it", context: { line: 3 } }),
    });
    expect(shown).toMatchObject({
      error: {
        name: "TandemError",
        kind: "user",
        code: "some-code",
        message: "outer",
        fix: "mend it",
        context: { line: 3 },
        cause: { message: "inner" },
      },
    });
    expect(JSON.stringify(shown)).not.toContain("private-token");
  });

  it("knows an error of another realm", () => {
    const foreign: unknown = runInNewContext("new TypeError('elsewhere')");
    expect(loggable({ foreign })).toMatchObject({ foreign: { name: "TypeError", message: "elsewhere" } });
  });

  it("survives cycles, depth, length, bytes and values that JSON does not know", () => {
    const cycle: Record<string, unknown> = {
      big: 1n,
      bytes: Buffer.from("abc"),
      map: new Map([["a", 1]]),
      f: () => 1,
      s: Symbol("s"),
    };
    cycle.self = cycle;
    cycle.secret = new Secret("hidden");
    cycle.wrapped = { inner: new Secret("hidden") };
    cycle.bad = {
      toJSON: () => {
        throw new Error("no");
      },
    };
    expect(loggable(cycle)).toEqual({
      big: "1",
      bytes: "[3 bytes]",
      map: [["a", 1]],
      f: "[function]",
      s: "[symbol]",
      self: "[circular]",
      secret: "[secret]",
      wrapped: { inner: "[secret]" },
      bad: "[unprintable]",
    });
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
    expect(JSON.stringify(loggable(deep)).length).toBeLessThan(200);
    expect(JSON.stringify(loggable("x".repeat(1_000_000))).length).toBeLessThan(10_000);
  });

  it("makes JSON of anything", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true }),
        (value) => {
          expect(() => JSON.stringify(loggable({ value }))).not.toThrow();
        },
      ),
    );
  });
});
