// Sends one API request. Octokit makes address, query and body of it; this does the rest: a time limit per call, quick
// retries of reads, errors with a kind. The token is put in here and nowhere else, so that no error of Octokit holds it.
import { Octokit } from "@octokit/rest";
import { TandemError } from "../../model/errors.ts";
import type { TransportOptions } from "../gitlab/transport.ts";
import { classifyRefusal, describeBody } from "./classify.ts";

/** What the client needs. */
export interface ClientOptions extends TransportOptions {
  /** Base URL of the API without a trailing slash, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
}

/** What Octokit makes of a route and its parameters. */
interface Prepared {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

/** A request, ready to be sent. `route` is for people and metrics, e.g. `repositories/:id/pulls`. */
interface Request extends Prepared {
  readonly route: string;
}

/** Asks GitHub: a route such as `GET /repositories/{id}`, and values for its names, its query or its body. */
export type Ask = (route: string, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;

// The queue owns the long retry; here only a blip is bridged.
const QUICK_RETRIES = 2;
const QUICK_DELAY_MS = 200;
const MAX_REDIRECTS = 3;
const MAX_BODY_BYTES = 50 * 1024 * 1024;

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = "2022-11-28";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes the function that asks GitHub. It resolves with the answer's JSON, undefined where there is none. */
export function createClient(options: ClientOptions): Ask {
  const octokit = new Octokit({ baseUrl: options.apiUrl, log: silent });
  octokit.hook.wrap("request", async (_request, merged) => {
    const prepared: Prepared = octokit.request.endpoint.parse(merged);
    const route = merged.url.replace(/^\//, "").replace(/\{(\w+)\}/g, ":$1");
    const data = await sendPatiently({ ...prepared, route }, options);
    return { status: 200, url: prepared.url, headers: {}, data };
  });
  const headers = { accept: "application/vnd.github+json" };
  return async (route, parameters = {}) => (await octokit.request(route, { headers, ...parameters })).data as unknown;
}

async function sendPatiently(request: Request, options: ClientOptions): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(request, options);
    } catch (thrown) {
      const transient = thrown instanceof TandemError && thrown.kind === "upstream";
      const mayRepeat = request.method === "GET" && attempt < QUICK_RETRIES && !options.signal?.aborted;
      if (!transient || !mayRepeat) throw thrown;
      await options.clock.sleep(QUICK_DELAY_MS * 2 ** attempt * (0.5 + options.random()), options.signal);
    }
  }
}

async function send(request: Request, options: ClientOptions): Promise<unknown> {
  const { clock, token, observe } = options;
  const { method, route } = request;
  const started = clock.now();
  let status = 0;
  try {
    const response = await fetchFollowing(request, options);
    status = response.status;
    const text = await readText(response, request);
    if (response.ok) return parseBody(text, request);
    const description = describeBody(text).replaceAll(token.reveal(), "[secret]");
    throw classifyRefusal({ method, route, status, description, headers: response.headers, nowMs: clock.now() });
  } catch (thrown) {
    throw thrown instanceof TandemError ? thrown : unanswered(request, thrown, options);
  } finally {
    observe({ method, route, status, seconds: (clock.now() - started) / 1_000 });
  }
}

/**
 * Follows redirects (of renamed repositories) of reads within the same origin only: the token must not travel, and a POST
 * must not become a GET.
 */
async function fetchFollowing(request: Request, options: ClientOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const { method } = request;
  const headers = {
    accept: String(request.headers.accept),
    authorization: `Bearer ${options.token.reveal()}`,
    "x-github-api-version": API_VERSION,
    "user-agent": options.userAgent,
    ...(request.body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
  };
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  let url = new URL(request.url);
  for (let hops = 0; ; hops++) {
    const response = await fetch(url, { method, headers, redirect: "manual", signal, ...(body ? { body } : {}) });
    if (response.status < 300 || response.status >= 400) return response;
    await response.body?.cancel();
    const next = new URL(response.headers.get("location") ?? "", url);
    if (method !== "GET" || next.origin !== url.origin || hops >= MAX_REDIRECTS)
      throw new TandemError("environment", `GitHub redirects ${method} ${request.route} to ${next.origin}`, {
        code: "forge-redirect",
        fix: "Set github.apiUrl to the address that GitHub's API itself uses.",
      });
    url = next;
  }
}

async function readText(response: Response, { route }: Request): Promise<string> {
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BODY_BYTES)
    throw new TandemError("upstream", `GitHub's answer to ${route} is too large`, { code: "forge-answer-too-large" });
  return response.text();
}

function parseBody(text: string, { route }: Request): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Without a cause: the parser's error repeats what it read.
    throw new TandemError("upstream", `GitHub's answer to ${route} is not JSON`, { code: "forge-answer-broken" });
  }
}

function unanswered({ method, route }: Request, thrown: unknown, { signal, timeoutMs }: ClientOptions): TandemError {
  const what = `${method} ${route}`;
  if (signal?.aborted)
    return new TandemError("upstream", `${what} was ended because its job took too long`, { code: "job-timeout" });
  const name = thrown instanceof Error ? thrown.name : "";
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
  const why = name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : cause;
  return new TandemError("upstream", `GitHub did not answer ${what}: ${why}`, { code: "forge-unreachable" });
}
