// What people are shown of a pair and of its jobs, wherever they look: in pages, in JSON. Values only; made from what ended
// jobs have left in the queue, so it is as old as the last job about the pair.
import type { ForgeName } from "./ids.ts";
import type { QueueName } from "./jobs.ts";
import type { QueueDepth } from "./queue-depth.ts";

/** A merge request in a few words. */
export interface RequestView {
  /** Full path of its project. */
  readonly projectPath: string;
  readonly iid: number;
  readonly webUrl: string;
  readonly state: "opened" | "closed" | "merged" | "locked";
  readonly draft: boolean;
  /** Target branch. */
  readonly branch: string;
}

/** The source merge request of a pair. */
export interface SourceView extends RequestView {
  /** As a stranger wrote it: escape it wherever it is shown. */
  readonly title: string;
  /** Username. */
  readonly author: string;
  /** When it was opened, in milliseconds since the epoch by the forge's clock. */
  readonly createdAt: number;
}

/**
 * How a pair stands: `in-step` nothing has to be done; `working` a job waits or runs; `attention` a person has to do
 * something and was told; `failed` the last job was given up.
 */
export type PairState = "in-step" | "working" | "attention" | "failed";

export const PAIR_STATES: readonly PairState[] = ["in-step", "working", "attention", "failed"];

export const CHECKS_STATES = ["none", "pending", "running", "success", "failed"] as const;

/** State of the checks of the dist-git merge request. */
export type ChecksState = (typeof CHECKS_STATES)[number];

/** A pair of merge requests as the last job left it. */
export interface PairView {
  /** `<forge>-<project id>-<iid>` of the source merge request. */
  readonly id: string;
  readonly route: string;
  /** Name of the package: the last segment of the source project's path. */
  readonly package: string;
  readonly source: SourceView;
  /** Undefined when there is none (yet). */
  readonly dist: RequestView | undefined;
  readonly state: PairState;
  readonly checks: ChecksState;
  /** What the last job said, one sentence. Empty for the public: it may repeat an error. */
  readonly summary: string;
  /** When the last job about it was added, in milliseconds since the epoch. */
  readonly lastEventAt: number;
  /** Whether anybody may see both projects on the forge. Other pairs are for admins only. */
  readonly isPublic: boolean;
}

export const JOB_STATES = ["waiting", "delayed", "active", "done", "noop", "refused", "failed"] as const;

/** What became of a job: an outcome, or where it stands. */
export type JobState = (typeof JOB_STATES)[number];

/** One job of a pair's time line. */
export interface JobView {
  /** The queue's id of the job; for the public another one, which is as lasting. */
  readonly id: string;
  readonly queue: QueueName;
  /** What it is about, as the queue names it. */
  readonly subject: string;
  /** Ids of the pairs that it is about: several for a back-sync, none where it is about none or nobody knows (yet). */
  readonly pairs: readonly string[];
  /** Route that it belongs to; undefined when nobody knows (yet). */
  readonly route: string | undefined;
  /** The delivery that it goes back to, or who asked for it. Empty for the public. */
  readonly origin: string;
  readonly state: JobState;
  /** When it was added to the queue: as a rule when the delivery came. Milliseconds since the epoch, like all times here. */
  readonly addedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly attempts: number;
  /** Whether all its pairs are public, and there is one. */
  readonly isPublic: boolean;
  /** Only for admins: texts of errors, and what exactly was planned. */
  readonly details: JobDetails;
}

/** What only admins are shown of a job. */
export interface JobDetails {
  /** One sentence: the outcome's summary, or the last error. */
  readonly summary: string;
  /** What was decided, in the words of `tandem sync --dry-run`, line by line. Empty when nothing was planned. */
  readonly plan: readonly string[];
  /** How long each part took, in seconds, in the order in which they ran. */
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  /** Errors of the attempts that failed, oldest first, without stacks. */
  readonly errors: readonly string[];
}

/** Which pairs are asked for. Absent: any. */
export interface PairFilter {
  readonly route?: string;
  /** Part of the package's name, upper and lower case alike. */
  readonly package?: string;
  readonly state?: PairState;
  /** `open`: the source merge request is open, or the dist-git one is. */
  readonly life?: "open" | "ended";
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Number of all items that the filter lets through. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** What a viewer may see: `public` what anybody may see on the forge, `admin` everything. */
export type Viewer = "public" | "admin";

/** The last sweep of a route that ended well. */
export interface SweepView {
  readonly route: string;
  readonly at: number;
  /** Subjects that it asked to be looked at. */
  readonly found: number;
  readonly isFull: boolean;
}

/** The last delivery from one side of a route. */
export interface HeardView {
  readonly route: string;
  readonly side: "source" | "dist";
  /** Undefined when there was none that anybody remembers. */
  readonly at: number | undefined;
}

/** How the service is. */
export interface HealthView {
  readonly queues: readonly QueueDepth[];
  readonly sweeps: readonly SweepView[];
  readonly heard: readonly HeardView[];
}

/** Numbers for the plots. */
export interface TrendView {
  /** One for each dist-git merge request that was opened: when, and how long after the delivery, in seconds. */
  readonly opened: readonly { readonly at: number; readonly seconds: number }[];
  /** Jobs that ended in each hour, and how many of them failed; oldest first, hours without jobs included. */
  readonly hours: readonly { readonly at: number; readonly ended: number; readonly failed: number }[];
}

/** The id of the pair of a source merge request. */
export function pairId({
  forge,
  projectId,
  iid,
}: {
  readonly forge: ForgeName;
  readonly projectId: number;
  readonly iid: number;
}): string {
  return `${forge}-${projectId}-${iid}`;
}
