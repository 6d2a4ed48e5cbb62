// How a job ended when it did not fail.
import type { Job } from "./jobs.ts";

/**
 * `done` something was changed; `noop` nothing had to be; `refused` a person has to act and was told.
 * All three end the job well: trying again would change nothing.
 */
export interface Outcome {
  readonly state: "done" | "noop" | "refused";
  /** One sentence for logs and the queue's record. */
  readonly summary: string;
  /** Subjects that have to be looked at because of what was done. */
  readonly follow?: readonly Job[];
  /** Facts that the queue keeps with the ended job, for the next job of the subject and for people. Plain JSON. */
  readonly record?: Readonly<Record<string, unknown>>;
}
