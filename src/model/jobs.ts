// What travels through the queue: ids only, versioned, never a delta. A job names a subject; its worker re-reads the world.
import { z } from "zod";
import { isBranchName } from "./branch-name.ts";
import { FORGE_NAMES, parseSha, type Sha } from "./ids.ts";

const sha = z.string().transform((text, context): Sha => {
  const parsed = parseSha(text);
  if (parsed) return parsed;
  context.addIssue({ code: "custom", message: "expected a full object id" });
  return z.NEVER;
});

const id = z.int().positive();
/** Joins log lines from the delivery to the report. */
const origin = z.string().max(200);

/** Bring the dist-git merge request to what this source-git merge request asks for. */
export const mirrorJob = z.strictObject({
  v: z.literal(1),
  queue: z.literal("mirror"),
  forge: z.enum(FORGE_NAMES),
  projectId: id,
  iid: id,
  origin,
});
export type MirrorJob = z.infer<typeof mirrorJob>;

/** Bring the results of the pipelines of this commit to the source-git merge request that it was made for. */
export const ciJob = z.strictObject({
  v: z.literal(1),
  queue: z.literal("ci"),
  forge: z.literal("gitlab"),
  projectId: id,
  sha,
  /** The branch or merge request ref that the pipeline runs for, e.g. `src-5-c9s`. */
  ref: z.string().max(500),
  origin,
});
export type CiJob = z.infer<typeof ciJob>;

/** Bring what happened to this merge request of a dist-git project to the source-git merge request that it was made for. */
export const distRequestJob = z.strictObject({
  v: z.literal(1),
  queue: z.literal("ci"),
  forge: z.literal("gitlab"),
  projectId: id,
  iid: id,
  origin,
});
export type DistRequestJob = z.infer<typeof distRequestJob>;

/** Bring the commits of this dist-git branch that source-git lacks to a source-git merge request. */
export const backsyncJob = z.strictObject({
  v: z.literal(1),
  queue: z.literal("backsync"),
  forge: z.literal("gitlab"),
  /** The dist-git project. */
  projectId: id,
  branch: z.string().refine(isBranchName, "expected a branch name"),
  origin,
});
export type BacksyncJob = z.infer<typeof backsyncJob>;

/** List what a route serves, and queue what may be out of step. */
export const sweepJob = z.strictObject({
  v: z.literal(1),
  queue: z.literal("sweep"),
  /** Name of the route. */
  route: z.string().min(1).max(100),
  /** Look at everything that is open, not only at what changed since the last sweep. */
  full: z.literal(true).optional(),
  origin,
});
export type SweepJob = z.infer<typeof sweepJob>;

export type Job = MirrorJob | CiJob | DistRequestJob | BacksyncJob | SweepJob;
export type QueueName = Job["queue"];

/** `now`: somebody waits for it. `background`: it is done when nothing else is to be done. */
export type Urgency = "now" | "background";

/** Parses job data as it comes out of a queue. Throws a ZodError on data of another version or shape. */
export const jobSchema = z.union([mirrorJob, ciJob, distRequestJob, backsyncJob, sweepJob]);

/** What the job is about; two jobs of one subject never run at the same time. Never contains a colon (BullMQ's rule). */
export function subjectOf(job: Job): string {
  switch (job.queue) {
    case "mirror":
      return `${job.forge}/${job.projectId}!${job.iid}`;
    case "ci":
      return `${job.forge}/${job.projectId}${"sha" in job ? `@${job.sha}` : `!${job.iid}`}`;
    case "backsync":
      return `${job.forge}/${job.projectId}#${job.branch}`;
    case "sweep":
      return job.route;
  }
}
