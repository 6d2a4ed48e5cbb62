// What holds for the transport of every forge: limits, quick retries, redirects, and errors without the token.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Forge, User } from "../../../src/forge/forge.ts";
import type { ForgeCall, TransportOptions } from "../../../src/forge/http/transport-options.ts";
import { Secret } from "../../../src/model/secret.ts";
import {
  type Answer,
  boasting,
  bomb,
  endless,
  halfAnAnswer,
  json,
  redirect,
  reset,
  silence,
  startToldServer,
  type ToldServer,
  text,
} from "./told-server.ts";

export const TOKEN = "gltok-very-secret";
export const NOW = 1_700_000_000_000;
/** The bot's account in the port's words. */
export const BOT: User = { id: 9, username: "bot", name: "Bot" };

/** For answers that never come. Long enough for one that does, on a busy machine. */
const IMPATIENT = { timeoutMs: 500 };

/** One adapter. */
export interface TransportSubject {
  /** The forge's name in errors. */
  readonly name: string;
  readonly create: (serverUrl: string, options: TransportOptions) => Forge;
  /** Where the API is below the server's address. */
  readonly apiPath: string;
  /** The bot's account as the API shows it. */
  readonly account: object;
  /** With what each request goes out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where comments are written, for people. */
  readonly noteRoute: string;
}

/** What a test does with an adapter. */
export interface TransportBench {
  readonly server: ToldServer;
  readonly calls: ForgeCall[];
  readonly forge: (options?: Partial<TransportOptions>) => Forge;
  /** A write that is one request. */
  readonly write: (options?: Partial<TransportOptions>) => Promise<unknown>;
}

/** Starts a server for the tests of this file. What it gives exists only while they run. */
export function useBench(subject: TransportSubject): () => TransportBench {
  let server: ToldServer | undefined;
  let calls: ForgeCall[] = [];
  beforeAll(async () => {
    server = await startToldServer();
  });
  beforeEach(() => {
    server?.tell();
    calls = [];
  });
  afterAll(() => server?.close());
  return () => {
    if (!server) throw new Error("the server is not running");
    const { url } = server;
    const forge = (options: Partial<TransportOptions> = {}) =>
      subject.create(url, {
        token: new Secret(TOKEN),
        clock: { now: () => NOW, sleep: async () => {} },
        random: () => 0,
        timeoutMs: 10_000,
        userAgent: "tandem (test)",
        observe: (call) => calls.push(call),
        ...options,
      });
    return { server, calls, forge, write: (options) => forge(options).createNote(7, 5, "text") };
  };
}

/** Everything that an error tells. */
function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
  return [JSON.stringify(error), error.message, error.stack, allOf(error.cause)].join("\n");
}
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((thrown: unknown) => thrown);

export function describeTransport(subject: TransportSubject, bench: () => TransportBench): void {
  const { name, apiPath, noteRoute } = subject;
  const good = json(200, subject.account);

  describe(`the transport of ${name}`, () => {
    it("sends the token as a header, below the base path, and names itself", async () => {
      const { server, calls, forge } = bench();
      server.tell(good);
      await expect(forge().whoAmI()).resolves.toEqual(BOT);
      expect(server.requests).toMatchObject([{ method: "GET", path: `${apiPath}/user`, headers: subject.headers }]);
      expect(server.requests[0]?.headers["user-agent"]).toBe("tandem (test)");
      const [{ forgeTime, ...call } = {}] = calls;
      expect(call).toEqual({ method: "GET", route: "user", status: 200, seconds: 0 });
      // Whole seconds of the server's own clock.
      expect(Math.abs(Number(forgeTime) - Date.now())).toBeLessThan(60_000);
    });

    it.each<[string, Answer[]]>([
      ["503", [text(503, "busy")]],
      ["502 twice", [text(502, "busy"), text(502, "busy")]],
      ["a reset connection", [reset]],
      ["half an answer", [halfAnAnswer]],
      ["HTML instead of JSON", [text(200, "<html>login</html>")]],
      ["no answer in time", [silence]],
    ])("bridges %s for a read", async (_, before) => {
      const { server, forge } = bench();
      server.tell(...before, good);
      await expect(forge(before.includes(silence) ? IMPATIENT : {}).whoAmI()).resolves.toEqual(BOT);
    });

    it("gives up on a read after two quick retries", async () => {
      const { server, forge } = bench();
      server.tell(text(503, ""), text(503, ""), text(503, ""), good);
      await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "upstream", code: "forge-unavailable" });
      expect(server.requests).toHaveLength(3);
    });

    it.each<[string, Answer]>([
      ["500", text(500, "oops")],
      ["502", text(502, "oops")],
      ["a reset connection", reset],
      ["no answer in time", silence],
      ["HTML instead of JSON", text(200, "<html>")],
    ])("never repeats a POST after %s", async (_, answer) => {
      const { server, write } = bench();
      server.tell(answer, answer);
      await expect(write(answer === silence ? IMPATIENT : {})).rejects.toMatchObject({ kind: "upstream" });
      expect(server.requests.map(({ method }) => method)).toEqual(["POST"]);
    });

    it.each<[string, Answer]>([
      ["never ends", endless],
      ["says so", boasting],
      ["is packed", bomb],
    ])(
      "takes no answer that is too large, once and for all, when it %s",
      async (_, answer) => {
        const { server, forge } = bench();
        server.tell(answer, good);
        await expect(forge().whoAmI()).rejects.toMatchObject({
          kind: "upstream",
          code: "forge-answer-too-large",
          message: `${name}'s answer to user is too large`,
        });
        expect(server.requests).toHaveLength(1);
      },
      30_000,
    );

    it.each([
      [400, "bug", "forge-refused"],
      [401, "auth", "forge-unauthorized"],
      [403, "user", "forge-forbidden"],
      [404, "user", "forge-not-found"],
      [408, "upstream", "forge-unavailable"],
      [409, "stale", "forge-conflict"],
      [422, "bug", "forge-refused"],
      [429, "rate-limit", "forge-rate-limit"],
      [500, "upstream", "forge-unavailable"],
    ])("classifies %i as %s, and says who answered what", async (status, kind, code) => {
      const { server, write } = bench();
      server.tell(json(status, { message: "what\n it <b>said</b>" }));
      const message = `${name} answered ${status} to POST ${noteRoute}: what it said`;
      await expect(write()).rejects.toMatchObject({ kind, code, message });
    });

    it("says when to come back after a 429 with Retry-After, and does not press", async () => {
      const { server, forge } = bench();
      server.tell(text(429, "Retry later", { "retry-after": "7" }));
      await expect(forge().whoAmI()).rejects.toMatchObject({ kind: "rate-limit", retryAt: NOW + 7_000 });
      expect(server.requests).toHaveLength(1);
    });

    it.each<[string, Answer]>([
      ["a refusal that repeats it", json(400, { message: `bad token ${TOKEN}` })],
      ["a refusal that is cut in the middle of it", json(400, { message: `${"x".repeat(290)}${TOKEN}` })],
      ["a page that repeats it", text(400, `<p>${TOKEN}</p>`)],
      ["a reset connection", reset],
      ["an answer that is not JSON", text(200, TOKEN)],
      ["an answer of another shape", json(200, { id: TOKEN })],
      ["a redirect elsewhere", redirect(`https://elsewhere.example/${TOKEN}`)],
    ])("keeps the token out of the error after %s", async (_, answer) => {
      const { server, forge } = bench();
      server.tell(answer, answer, answer);
      const error = await caught(forge().whoAmI());
      expect(error).toBeInstanceOf(Error);
      // No piece of it either.
      expect(allOf(error)).not.toContain(TOKEN.slice(0, 8));
    });

    it("keeps a token that no header can hold out of the error", async () => {
      const { forge } = bench();
      const error = await caught(forge({ token: new Secret("very\nsecret") }).whoAmI());
      expect(error).toMatchObject({ code: "forge-unreachable" });
      expect(allOf(error)).not.toContain("very\nsecret");
    });

    it("gives the error of an answer that is not JSON no cause, which would repeat it", async () => {
      const { server, write } = bench();
      server.tell(text(200, "text"));
      const error = await caught(write());
      expect(error).toMatchObject({
        code: "forge-answer-broken",
        message: `${name}'s answer to ${noteRoute} is not JSON`,
      });
      expect((error as Error).cause).toBeUndefined();
    });

    it("follows a redirect of a read on the same host", async () => {
      const { server, forge } = bench();
      server.tell(redirect(`${apiPath}/moved`), good);
      await expect(forge().whoAmI()).resolves.toEqual(BOT);
      expect(server.requests[1]?.path).toBe(`${apiPath}/moved`);
    });

    it.each([
      ["to another host", "https://api.elsewhere.example/user"],
      ["in circles", `${apiPath}/user`],
    ])("refuses a redirect %s, so that the token does not travel", async (_, location) => {
      const { server, forge } = bench();
      server.tell(...Array.from({ length: 9 }, () => redirect(location, 302)));
      await expect(forge().whoAmI()).rejects.toMatchObject({
        kind: "environment",
        code: "forge-redirect",
        message: expect.stringMatching(new RegExp(`^${name} redirects GET user to `)),
        fix: expect.stringContaining(name),
      });
    });

    it("refuses a redirect of a write", async () => {
      const { server, write } = bench();
      server.tell(redirect(`${apiPath}/moved`, 307));
      await expect(write()).rejects.toMatchObject({ code: "forge-redirect" });
      expect(server.requests).toHaveLength(1);
    });

    it("says that nobody answered, and how long it waited", async () => {
      const { server, write } = bench();
      server.tell(silence);
      await expect(write(IMPATIENT)).rejects.toMatchObject({
        code: "forge-unreachable",
        message: `${name} did not answer POST ${noteRoute}: no answer within 500 ms`,
      });
      expect(bench().calls).toMatchObject([{ method: "POST", route: noteRoute, status: 0 }]);
    });

    it("says why nobody answered", async () => {
      const { server, write } = bench();
      server.tell(reset);
      const message = expect.stringMatching(/ did not answer POST .*: (other side closed|.*ECONNRESET)$/);
      await expect(write()).rejects.toMatchObject({ code: "forge-unreachable", message });
    });

    it("ends with the job's signal", async () => {
      const { server, forge } = bench();
      server.tell(silence);
      const abort = new AbortController();
      const answer = forge({ signal: abort.signal }).whoAmI();
      abort.abort();
      await expect(answer).rejects.toMatchObject({ kind: "upstream", code: "job-timeout" });
    });

    it("takes an answer of another shape for the forge's failure", async () => {
      const { server, forge } = bench();
      server.tell(json(200, { ...subject.account, id: "nine" }));
      await expect(forge().whoAmI()).rejects.toMatchObject({
        kind: "upstream",
        code: "forge-answer-broken",
        message: expect.stringMatching(new RegExp(`^${name}'s answer has an unexpected shape: `)),
      });
    });
  });
}
