// What a test tells a worker process, and what that answers.
import type { ErrorKind } from "../../src/model/errors.ts";
import type { Job } from "../../src/model/jobs.ts";
import type { Outcome } from "../../src/model/outcome.ts";

/** A moment at which the process is killed. */
export interface KillPoint {
  readonly of: "forge" | "git";
  /** What the process does, as in `Deeds`, */
  readonly deed: string;
  /** how many times up to now, from 1, */
  readonly at: number;
  /** and whether it still does it this time. */
  readonly when: "before" | "after";
}

/** One attempt of a job. */
export interface Order {
  readonly job: Job;
  readonly lastAttempt: boolean;
  readonly again: boolean;
  /** Directory with configuration (`tandem.yaml`) and git cache. */
  readonly home: string;
  readonly gitlabUrl: string;
  readonly token: string;
  /** Where calls of the API are sent instead of the forge's own address. */
  readonly apiUrl?: string;
  /** Limit of one call of the API. */
  readonly callMs?: number;
  /** How much the worker's clock is ahead. */
  readonly clockAheadMs?: number;
  readonly kill?: KillPoint;
}

/** How an attempt failed. */
export interface FailedAttempt {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly retryAt?: number;
}

/** How the attempt ended. */
export type Ended = { readonly outcome: Outcome } | { readonly error: FailedAttempt };

/** What the attempt did, in order. */
export interface Deeds {
  /** E.g. `GET projects/:id`. */
  readonly forge: readonly string[];
  /** E.g. `fetch`. */
  readonly git: readonly string[];
}

/** The answer to an order. */
export type Answer = Ended & { readonly deeds: Deeds };
