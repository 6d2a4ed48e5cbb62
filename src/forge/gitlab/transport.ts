// Stands in for gitbeaker's own transport, which repeats POST, ignores Retry-After and puts the token into errors.
import type { FormattedResponse, RequestHandlerFn } from "@gitbeaker/requester-utils";
import { type ApiRequest, createSend } from "../http/send.ts";
import type { TransportOptions } from "../http/transport-options.ts";
import { GITLAB } from "./vendor.ts";

/** Makes the request handler that gitbeaker calls. */
export function createTransport(options: TransportOptions): RequestHandlerFn {
  const send = createSend(GITLAB, options);
  return async (endpoint, given) => {
    const { status, headers, data } = await send(toRequest(endpoint, given ?? {}));
    return { status, headers: Object.fromEntries(headers), body: (data ?? null) as FormattedResponse["body"] };
  };
}

/** Path below `/api/v4/` without its ids, so that metrics have few labels. Gitbeaker's endpoint may lack its beginning. */
export function routeOf({ pathname }: URL): string {
  return pathname
    .replace(/^.*?\/api\/v4\//, "")
    .split("/")
    .map((part) => (/^[a-z_]+$/.test(part) ? part : ":id"))
    .join("/");
}

function toRequest(endpoint: string, given: Record<string, unknown>): ApiRequest {
  const prefix = String(given.prefixUrl ?? "");
  const url = new URL(endpoint, prefix.endsWith("/") ? prefix : `${prefix}/`);
  if (typeof given.searchParams === "string") url.search = given.searchParams;
  return {
    method: String(given.method ?? "GET").toUpperCase(),
    route: routeOf(url),
    url,
    headers: { ...(given.headers as Record<string, string> | undefined) },
    body: typeof given.body === "string" ? given.body : undefined,
  };
}
