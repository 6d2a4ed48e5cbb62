// What one job of the queue tells, as far as it is shown. Pure. Records may be of another version, and what a queue holds
// was written by others: what cannot be read is passed over.
import { z } from "zod";
import { type PairRecord, pairRecordSchema, pairsRecordSchema, sweepRecordSchema } from "../../model/job-record.ts";
import { type Job, jobSchema, subjectOf } from "../../model/jobs.ts";
import { type JobDetails, type JobView, pairId, type SweepView } from "../../model/pair-view.ts";
import { cut, plainLine } from "../../model/plain-line.ts";

/** The fields of BullMQ's job that are looked at. */
export interface KeptJob {
  readonly id?: string | undefined;
  readonly data: unknown;
  /** When it was added, began and ended, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly processedOn?: number | undefined;
  readonly finishedOn?: number | undefined;
  readonly attemptsMade: number;
  readonly returnvalue: unknown;
  readonly failedReason?: string | undefined;
  /** One stack for each attempt that failed, oldest first. */
  readonly stacktrace: readonly unknown[] | null;
}

/** Where the queue keeps a job. */
export type Shelf = "waiting" | "delayed" | "active" | "completed" | "failed";

/** One job. */
export interface JobFacts extends Omit<JobView, "isPublic"> {
  /** Whether a delivery asked for it, and not another job or a person. */
  readonly isDelivered: boolean;
  /** Where the job opened a dist-git merge request: when, by our clock. */
  readonly openedAt: number | undefined;
  /** Where it was a sweep that ended well. */
  readonly sweep: SweepView | undefined;
}

/**
 * What a mirror job that ended well says of its pair: its record, that there is none, or nothing that can be read.
 * Undefined for any other job.
 */
export type Left = PairRecord | "no-pair" | "unreadable" | undefined;

/** A job that was read. */
export interface ReadJob {
  readonly facts: JobFacts;
  readonly left: Left;
}

const MAX_ERROR = 500;
const MAX_ERRORS = 20;

const outcomeSchema = z.object({
  state: z.enum(["done", "noop", "refused"]),
  summary: z.string(),
  record: z.unknown().optional(),
});

/** Reads it; undefined for what is no job of ours. */
export function readJob(kept: KeptJob, shelf: Shelf): ReadJob | undefined {
  const job = jobSchema.safeParse(kept.data).data;
  if (!job || kept.id === undefined) return undefined;
  const outcome = shelf === "completed" ? outcomeSchema.safeParse(kept.returnvalue).data : undefined;
  const left = shelf === "completed" && job.queue === "mirror" ? leftOf(job, outcome) : undefined;
  const record = typeof left === "object" ? left : undefined;
  const about = aboutOf(job, outcome?.record);
  const endedAt = shelf === "completed" || shelf === "failed" ? kept.finishedOn : undefined;
  const details = detailsOf(kept, outcome?.summary, record);
  return {
    left,
    facts: {
      id: kept.id,
      queue: job.queue,
      subject: subjectOf(job),
      pairs: about.pairs,
      route: record?.route ?? about.route,
      origin: job.origin,
      state: shelf === "completed" ? (outcome?.state ?? "done") : shelf,
      addedAt: kept.timestamp,
      startedAt: kept.processedOn,
      endedAt,
      attempts: kept.attemptsMade,
      details,
      isDelivered: kept.id.startsWith(`${job.origin}~`),
      openedAt: record?.opened && endedAt !== undefined ? endedAt - reportMs(details) : undefined,
      sweep: shelf === "completed" && job.queue === "sweep" ? sweepOf(job.route, outcome?.record) : undefined,
    },
  };
}

/** A record that is of another pair than its job counts for nothing. */
function leftOf(job: Extract<Job, { queue: "mirror" }>, outcome: z.infer<typeof outcomeSchema> | undefined): Left {
  if (!outcome) return "unreadable";
  if (outcome.record === undefined) return "no-pair";
  const { data } = pairRecordSchema.safeParse(outcome.record);
  return data && data.source.project.id === job.projectId && data.source.iid === job.iid ? data : "unreadable";
}

function aboutOf(
  job: Job,
  record: unknown,
): { readonly pairs: readonly string[]; readonly route?: string | undefined } {
  switch (job.queue) {
    case "mirror":
      return { pairs: [pairId(job)] };
    case "ci":
    case "backsync":
      return pairsRecordSchema.safeParse(record).data ?? { pairs: [] };
    case "sweep":
      return { pairs: [], route: job.route };
  }
}

function sweepOf(route: string, record: unknown): SweepView | undefined {
  const { data } = sweepRecordSchema.safeParse(record);
  return data && { route, at: data.at, found: data.found, isFull: data.at === data.fullAt };
}

/** The errors' messages: they hold no secret, as all that others say is cleaned where it comes in (ADR 21). */
function detailsOf(
  { failedReason = "", stacktrace }: KeptJob,
  summary: string | undefined,
  record: PairRecord | undefined,
): JobDetails {
  return {
    summary: firstLine(summary ?? failedReason),
    plan: record?.plan ?? [],
    steps: record?.steps ?? [],
    errors: (stacktrace ?? [])
      .slice(-MAX_ERRORS)
      .flatMap((stack) => (typeof stack === "string" ? [firstLine(stack.replace(/^\w*Error: /, ""))] : [])),
  };
}

function firstLine(text: string): string {
  return cut(plainLine(text.split("\n", 1)[0] ?? ""), MAX_ERROR);
}

/** The report comes after the merge request. */
function reportMs({ steps }: JobDetails): number {
  return 1_000 * (steps.find(({ name }) => name === "report")?.seconds ?? 0);
}
