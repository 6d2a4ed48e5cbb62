// Sends one API request. Stands in for gitbeaker's own transport, which repeats POST, ignores Retry-After and puts the
// token into errors. Here: a time limit per call, quick retries of what is safe to repeat, errors with a kind.
import type { FormattedResponse, RequestHandlerFn } from "@gitbeaker/requester-utils";
import type { Clock } from "../../model/clock.ts";
import { TandemError } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { classifyRefusal, describeBody, readRetryAt } from "./classify.ts";

/** A finished call, for metrics and logs. */
export interface ForgeCall {
  readonly method: string;
  /** Endpoint with ids and paths replaced, e.g. `projects/:id/merge_requests/:id`. */
  readonly route: string;
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly seconds: number;
}

/** What the transport needs. */
export interface TransportOptions {
  readonly token: Secret;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** Ends all calls of a job. */
  readonly signal?: AbortSignal;
  readonly userAgent: string;
  readonly observe: (call: ForgeCall) => void;
}

interface Request {
  readonly method: string;
  readonly endpoint: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

// The queue owns the long retry; here only a blip is bridged.
const QUICK_RETRIES = 2;
const QUICK_DELAY_MS = 200;
const MAX_REDIRECTS = 3;
const MAX_BODY_BYTES = 50 * 1024 * 1024;

/** Makes the request handler that gitbeaker calls. */
export function createTransport(options: TransportOptions): RequestHandlerFn {
  return async (endpoint, given) => {
    const request = toRequest(endpoint, given ?? {}, options.userAgent);
    const repeatable = request.method !== "POST" && request.method !== "PATCH";
    for (let attempt = 0; ; attempt++) {
      try {
        return await send(request, options);
      } catch (thrown) {
        const transient = thrown instanceof TandemError && thrown.kind === "upstream";
        if (!transient || !repeatable || attempt >= QUICK_RETRIES || options.signal?.aborted) throw thrown;
        await options.clock.sleep(QUICK_DELAY_MS * 2 ** attempt * (0.5 + options.random()), options.signal);
      }
    }
  };
}

/** Endpoint without its ids, so that metrics have few labels. */
export function routeOf(endpoint: string): string {
  return endpoint
    .replace(/\?.*$/, "")
    .split("/")
    .map((part) => (/^[a-z_]+$/.test(part) ? part : ":id"))
    .join("/");
}

function toRequest(endpoint: string, given: Record<string, unknown>, userAgent: string): Request {
  const prefix = String(given.prefixUrl ?? "");
  const url = new URL(endpoint, prefix.endsWith("/") ? prefix : `${prefix}/`);
  if (typeof given.searchParams === "string") url.search = given.searchParams;
  return {
    method: String(given.method ?? "GET").toUpperCase(),
    endpoint,
    url,
    headers: { ...(given.headers as Record<string, string> | undefined), "user-agent": userAgent },
    body: typeof given.body === "string" ? given.body : undefined,
  };
}

async function send(request: Request, options: TransportOptions): Promise<FormattedResponse> {
  const started = options.clock.now();
  let status = 0;
  try {
    const response = await fetchFollowing(request, options);
    status = response.status;
    const text = await readText(response, request);
    if (!response.ok)
      throw classifyRefusal({
        method: request.method,
        endpoint: routeOf(request.endpoint),
        status,
        description: describeBody(text).replaceAll(options.token.reveal(), "[secret]"),
        retryAt: readRetryAt(response.headers, options.clock.now()),
      });
    return { status, headers: Object.fromEntries(response.headers), body: parseBody(text, response, request) };
  } catch (thrown) {
    throw thrown instanceof TandemError ? thrown : unanswered(request, thrown, options);
  } finally {
    const seconds = (options.clock.now() - started) / 1_000;
    options.observe({ method: request.method, route: routeOf(request.endpoint), status, seconds });
  }
}

/** Follows redirects of reads within the same origin only: the token must not travel, and a POST must not become a GET. */
async function fetchFollowing(request: Request, options: TransportOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let url = request.url;
  for (let hops = 0; ; hops++) {
    const { method, headers, body } = request;
    const response = await fetch(url, { method, headers, redirect: "manual", signal, ...(body ? { body } : {}) });
    if (response.status < 300 || response.status >= 400) return response;
    const next = new URL(response.headers.get("location") ?? "", url);
    if (method !== "GET" || next.origin !== url.origin || hops >= MAX_REDIRECTS)
      throw new TandemError(
        "environment",
        `GitLab redirects ${method} ${routeOf(request.endpoint)} to ${next.origin}`,
        {
          code: "forge-redirect",
          fix: "Set gitlab.url to the address that GitLab itself uses.",
        },
      );
    url = next;
  }
}

async function readText(response: Response, request: Request): Promise<string> {
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BODY_BYTES)
    throw new TandemError("upstream", `GitLab's answer to ${routeOf(request.endpoint)} is too large`, {
      code: "forge-answer-too-large",
    });
  return response.text();
}

function parseBody(text: string, response: Response, request: Request): FormattedResponse["body"] {
  if (response.status === 204 || text === "") return null;
  try {
    return JSON.parse(text) as FormattedResponse["body"];
  } catch (cause) {
    const type = response.headers.get("content-type") ?? "no content type";
    throw new TandemError("upstream", `GitLab's answer to ${routeOf(request.endpoint)} is not JSON (${type})`, {
      code: "forge-answer-broken",
      cause,
    });
  }
}

function unanswered(request: Request, thrown: unknown, options: TransportOptions): TandemError {
  const what = `${request.method} ${routeOf(request.endpoint)}`;
  if (options.signal?.aborted)
    return new TandemError("upstream", `${what} was ended because its job took too long`, { code: "job-timeout" });
  const name = thrown instanceof Error ? thrown.name : "";
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
  const why = name === "TimeoutError" ? `no answer within ${options.timeoutMs} ms` : cause;
  return new TandemError("upstream", `GitLab did not answer ${what}: ${why}`, { code: "forge-unreachable" });
}
