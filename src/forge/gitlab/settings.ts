// How every resource of gitbeaker is made: with our transport, and without its own limits and repetitions.
import { createRequesterFn } from "@gitbeaker/requester-utils";
import type { TransportOptions } from "../http/transport-options.ts";
import { createTransport } from "./transport.ts";

/** What the adapters need beside the transport's options. */
export interface GitLabOptions extends TransportOptions {
  /** Base URL without a trailing slash, e.g. `https://gitlab.com`. */
  readonly url: string;
}

/** The options for gitbeaker's resource classes. */
export function gitlabSettings(options: GitLabOptions) {
  return {
    host: options.url,
    // gitbeaker asks for the token once per request; it never enters an error or a log from there.
    token: () => Promise.resolve(options.token.reveal()),
    requesterFn: createRequesterFn((_, request) => Promise.resolve(request), createTransport(options)),
    // The transport sets its own limit per call, and GitLab tells when there are too many.
    queryTimeout: null,
    rateLimits: {},
  };
}
