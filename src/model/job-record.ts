// What an ended job leaves in the queue for whoever shows pairs and jobs. Workers write it, the API reads it, and the two
// may be of different versions: it is parsed when it is read back, and what cannot be read is passed over.
import { z } from "zod";
import { CHECKS_STATES } from "./pair-view.ts";

/** How much of a stranger's text is kept. */
export const MAX_TEXT = 300;
/** Lines of a plan that are kept. */
export const MAX_PLAN_LINES = 30;
/** Pairs that one job names. */
export const MAX_PAIRS = 100;

const text = z.string().max(MAX_TEXT + 1);
/** Paths and branches, which are not cut: their ends tell them apart. */
const name = z.string().max(4_000);
const time = z.number().min(0);

const project = z.object({ id: z.int(), path: name, isPublic: z.boolean() });

const request = z.object({
  iid: z.int(),
  webUrl: z.url({ protocol: /^https?$/ }).max(4_000),
  state: z.enum(["opened", "closed", "merged", "locked"]),
  draft: z.boolean(),
  branch: name,
});

/** A pair of merge requests as a mirror job left it. */
export const pairRecordSchema = z.object({
  v: z.literal(1),
  route: name,
  source: request.extend({ project, title: text, author: text, createdAt: time }),
  /** Undefined while nobody knows the dist-git project; its merge request, while there is none. */
  dist: z.object({ project, request: request.optional() }).optional(),
  checks: z.enum(CHECKS_STATES),
  /** What the comment tells; undefined where nothing was told. */
  told: z.string().max(100).optional(),
  /** Whether a person has to do something. */
  needsPerson: z.boolean(),
  /** Whether this job opened the dist-git merge request. */
  opened: z.boolean(),
  /** What was decided, line by line. */
  plan: z.array(z.string().max(2_000)).max(MAX_PLAN_LINES),
  steps: z.array(z.object({ name: z.string().max(100), seconds: time })).max(20),
});
export type PairRecord = Readonly<z.infer<typeof pairRecordSchema>>;

/** The pairs that a job of the queues `ci` and `backsync` was about. */
export const pairsRecordSchema = z.object({
  v: z.literal(1),
  /** Ids, as `pairId` makes them. */
  pairs: z.array(z.string().max(100)).max(MAX_PAIRS),
  /** Undefined where it is the pairs' own. */
  route: name.optional(),
});
export type PairsRecord = Readonly<z.infer<typeof pairsRecordSchema>>;

/** The part of a sweep's record that is shown; the rest is for the next sweep (sync/sweep/window.ts). */
export const sweepRecordSchema = z.object({
  /** When it began, and when the last full one began. */
  at: time,
  fullAt: time,
  /** Subjects that it asked to be looked at. */
  found: z.int().min(0),
});
