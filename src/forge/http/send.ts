// Sends requests to a forge's API: a time limit per call, quick retries of what is safe to repeat, redirects within the
// same origin only, answers of bounded size, and errors that have a kind and never hold the token.
import { TandemError } from "../../model/errors.ts";
import { errorOf } from "./classify.ts";
import { describeBody, redact } from "./describe-body.ts";
import { type RateBudget, readRateBudget } from "./rate-budget.ts";
import { readText } from "./read-text.ts";
import type { TransportOptions } from "./transport-options.ts";
import type { Vendor } from "./vendor.ts";

/** A request, ready to be sent. */
export interface ApiRequest {
  /** In capitals. */
  readonly method: string;
  /** For people and metrics, with ids and names replaced, e.g. `repositories/:id/pulls`. */
  readonly route: string;
  readonly url: URL;
  /** With the token; the transport adds who we are. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A good answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** What the JSON says; undefined where the body is empty. */
  readonly data: unknown;
}

/** Sends a request. Throws TandemErrors only. */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>;

// The queue owns the long retry; here only a blip is bridged.
const QUICK_RETRIES = 2;
const QUICK_DELAY_MS = 200;
const MAX_REDIRECTS = 3;
const MAX_BODY_BYTES = 50 * 1024 * 1024;

/** Methods whose effect is the same when they are sent twice (RFC 9110, 9.2.2). */
const REPEATABLE = ["GET", "HEAD", "PUT", "DELETE"];

/** Makes the function that sends requests to one forge. */
export function createSend(vendor: Vendor, options: TransportOptions): Send {
  return async (request) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await sendOnce(request, vendor, options);
      } catch (thrown) {
        const mayRepeat = REPEATABLE.includes(request.method) && attempt < QUICK_RETRIES && !options.signal?.aborted;
        if (!mayRepeat || !isBlip(thrown)) throw thrown;
        await options.clock.sleep(QUICK_DELAY_MS * 2 ** attempt * (0.5 + options.random()), options.signal);
      }
    }
  };
}

/** What is too large will be as large again. */
function isBlip(thrown: unknown): boolean {
  return thrown instanceof TandemError && thrown.kind === "upstream" && thrown.code !== TOO_LARGE;
}

const TOO_LARGE = "forge-answer-too-large";

async function sendOnce(request: ApiRequest, vendor: Vendor, options: TransportOptions): Promise<ApiAnswer> {
  const { clock, token, observe } = options;
  const { method, route } = request;
  const started = clock.now();
  let status = 0;
  let budget: RateBudget | undefined;
  let forgeTime = Number.NaN;
  try {
    const response = await fetchFollowing(request, vendor, options);
    const { headers } = response;
    status = response.status;
    budget = readRateBudget(headers);
    forgeTime = Date.parse(headers.get("date") ?? "");
    const text = await readText(response, MAX_BODY_BYTES);
    if (text === undefined)
      throw new TandemError("upstream", `${vendor.name}'s answer to ${route} is too large`, { code: TOO_LARGE });
    if (response.ok) return { status, headers, data: parseBody(text, route, vendor) };
    const description = describeBody(text, vendor.readMessage, token);
    throw errorOf({ method, route, status, description, headers, nowMs: clock.now() }, vendor);
  } catch (thrown) {
    throw thrown instanceof TandemError ? thrown : unanswered(request, thrown, vendor, options);
  } finally {
    observe({
      ...{ method, route, status },
      seconds: (clock.now() - started) / 1_000,
      ...(budget ? { budget } : {}),
      ...(Number.isNaN(forgeTime) ? {} : { forgeTime }),
    });
  }
}

/** Only reads are redirected, and only within the origin: the token must not travel, and a POST must not become a GET. */
async function fetchFollowing(request: ApiRequest, vendor: Vendor, options: TransportOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const { method, route, body } = request;
  const headers = { ...request.headers, "user-agent": options.userAgent };
  let { url } = request;
  for (let hops = 0; ; hops++) {
    const response = await fetch(url, { method, headers, redirect: "manual", signal, ...(body ? { body } : {}) });
    if (response.status < 300 || response.status >= 400) return response;
    await response.body?.cancel();
    const next = new URL(response.headers.get("location") ?? "", url);
    if (method !== "GET" || next.origin !== url.origin || hops >= MAX_REDIRECTS)
      throw new TandemError("environment", `${vendor.name} redirects ${method} ${route} to ${next.origin}`, {
        code: "forge-redirect",
        fix: vendor.addressFix,
      });
    url = next;
  }
}

function parseBody(text: string, route: string, { name }: Vendor): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Without a cause: the parser's error repeats what it read.
    throw new TandemError("upstream", `${name}'s answer to ${route} is not JSON`, { code: "forge-answer-broken" });
  }
}

function unanswered(
  { method, route }: ApiRequest,
  thrown: unknown,
  { name: forge }: Vendor,
  { signal, timeoutMs, token }: TransportOptions,
): TandemError {
  const what = `${method} ${route}`;
  if (signal?.aborted)
    return new TandemError("upstream", `${what} was ended because its job took too long`, { code: "job-timeout" });
  const { name, cause } = Object(thrown) as { name?: unknown; cause?: unknown };
  // fetch says only that it failed; why is in the cause. Of several addresses that failed, the cause has but a code.
  const { message, code } = Object(cause) as { message?: unknown; code?: unknown };
  // A token that no header can hold is repeated by the error that says so.
  const said = redact(String(message || code || thrown), token);
  const why = name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : said;
  return new TandemError("upstream", `${forge} did not answer ${what}: ${why}`, { code: "forge-unreachable" });
}
