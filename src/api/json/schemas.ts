// The JSON about pairs and jobs: what may be asked for, and what is answered. The OpenAPI document is made of these schemas.
import { z } from "zod";
import { CHECKS_STATES, JOB_STATES, PAIR_STATES } from "../../model/pair-view.ts";

const QUEUES = ["mirror", "ci", "backsync", "sweep"] as const;

const page = z.coerce.number().int().min(1).max(1_000_000).default(1).describe("Page of the list, from 1.");

/** The query of a list of pairs. */
export const pairsQuery = z.strictObject({
  route: z.string().max(100).optional().describe("Name of the route."),
  package: z.string().max(100).optional().describe("Part of the package's name, upper and lower case alike."),
  state: z.enum(PAIR_STATES).optional().describe("How the pair stands."),
  life: z
    .enum(["open", "ended"])
    .optional()
    .describe("`open`: one of the two merge requests is open. `ended`: neither is."),
  page,
});

/** The query of a list of jobs. */
export const jobsQuery = z.strictObject({
  queue: z.enum(QUEUES).optional().describe("Name of the queue."),
  state: z.enum(JOB_STATES).optional().describe("What became of the job, or where it stands."),
  page,
});

const time = z.number().describe("Milliseconds since the epoch.");

const request = z.object({
  projectPath: z.string().describe("Full path of the project."),
  iid: z.int(),
  webUrl: z.string(),
  state: z.enum(["opened", "closed", "merged", "locked"]),
  draft: z.boolean(),
  branch: z.string().describe("Target branch."),
});

/** A pair. */
export const pairSchema = z.object({
  id: z.string(),
  route: z.string(),
  package: z.string(),
  source: request.extend({
    title: z.string().describe("As a stranger wrote it: escape it wherever it is shown."),
    author: z.string(),
    createdAt: time,
  }),
  dist: request.optional().describe("Absent when there is none (yet)."),
  state: z.enum(PAIR_STATES),
  checks: z.enum(CHECKS_STATES),
  summary: z.string().describe("What the last job said. Empty for the public."),
  lastEventAt: time,
  isPublic: z.boolean(),
});

/** A job. */
export const jobSchema = z.object({
  id: z.string(),
  queue: z.enum(QUEUES),
  subject: z.string(),
  pairs: z.array(z.string()).readonly().describe("Ids of the pairs that it is about."),
  route: z.string().optional().describe("Absent when nobody knows (yet)."),
  origin: z.string().describe("The delivery that it goes back to, or who asked for it. Empty for the public."),
  state: z.enum(JOB_STATES),
  addedAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
  attempts: z.int(),
  isPublic: z.boolean(),
  details: z
    .object({
      summary: z.string(),
      plan: z.array(z.string()).readonly().describe("In the words of `tandem sync --dry-run`."),
      steps: z.array(z.object({ name: z.string(), seconds: z.number() })).readonly(),
      errors: z.array(z.string()).readonly().describe("Of the attempts that failed, oldest first."),
    })
    .describe("Empty for the public."),
});

const paged = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).readonly(),
    total: z.int().describe("Number of all items that the query lets through."),
    page: z.int(),
    pageSize: z.int(),
  });

export const pairPageSchema = paged(pairSchema);
export const jobPageSchema = paged(jobSchema);
export const pairWithJobsSchema = pairSchema.extend({
  jobs: z.array(jobSchema).readonly().describe("Newest first; the newest 200."),
});

/** Why a request is not answered otherwise. */
export const refusalSchema = z.object({ status: z.string(), reason: z.string() });
