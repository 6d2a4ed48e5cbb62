// What the API of one forge has of its own. Everything else about HTTP is the same for all of them.
import type { ErrorKind } from "../../model/errors.ts";

/** A refused request, in plain values. */
export interface Refusal {
  readonly method: string;
  /** Path with ids replaced, e.g. `repositories/:id/pulls`. */
  readonly route: string;
  readonly status: number;
  /** What the forge said, already free of secrets. */
  readonly description: string;
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What a refusal means. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix?: string;
}

/** The ways of one forge. */
export interface Vendor {
  /** As people write it, e.g. `GitLab`. */
  readonly name: string;
  /** What to do when the API redirects to somewhere else, one sentence. */
  readonly addressFix: string;
  readonly classify: (refusal: Refusal) => ErrorRow;
  /** When to come back after a rate limit, in milliseconds since the epoch; undefined when the forge does not say. */
  readonly readRetryAt: (headers: Headers, nowMs: number) => number | undefined;
  /** What an error body says in words; undefined when it has another shape than the forge's own. */
  readonly readMessage: (body: object) => string | undefined;
}
