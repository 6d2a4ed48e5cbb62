// Octokit makes address, query and body of a request; our own transport sends it. The token is put in here and nowhere
// else, so that no error of Octokit holds it.
import { Octokit } from "@octokit/rest";
import { createSend } from "../http/send.ts";
import type { TransportOptions } from "../http/transport-options.ts";
import { GITHUB } from "./vendor.ts";

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

/** Asks GitHub: a route such as `GET /repositories/{id}`, and values for its names, its query or its body. */
export type Ask = (route: string, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = "2022-11-28";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes the function that asks GitHub. It resolves with the answer's JSON, undefined where there is none. */
export function createClient(options: ClientOptions): Ask {
  const octokit = new Octokit({ baseUrl: options.apiUrl, log: silent });
  const send = createSend(GITHUB, options);
  octokit.hook.wrap("request", async (_request, merged) => {
    const { method, url, headers, body }: Prepared = octokit.request.endpoint.parse(merged);
    const { data } = await send({
      method,
      route: merged.url.replace(/^\//, "").replace(/\{(\w+)\}/g, ":$1"),
      url: new URL(url),
      headers: {
        accept: String(headers.accept),
        authorization: `Bearer ${options.token.reveal()}`,
        "x-github-api-version": API_VERSION,
        ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: 200, url, headers: {}, data };
  });
  const headers = { accept: "application/vnd.github+json" };
  return async (route, parameters = {}) => (await octokit.request(route, { headers, ...parameters })).data as unknown;
}
