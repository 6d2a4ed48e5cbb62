// Decides which subjects have to be looked at. Pure. Whether one really is out of step is found by its own job.
import type { ListedMergeRequest } from "../../forge/forge.ts";
import type { Job, MirrorJob } from "../../model/jobs.ts";
import { parseBacksyncMark } from "../marks/backsync-mark.ts";
import { parsePairMark } from "../marks/marker.ts";
import type { SweepWorld } from "./observe.ts";
import type { Window } from "./window.ts";

/** A subject that has to be looked at. */
export interface Candidate {
  readonly job: Job;
  /** For people, e.g. `group/src/acl!5`. */
  readonly where: string;
}

/** Decides. Those that have waited longest come first. */
export function makePlan(world: SweepWorld, { since }: Pick<Window, "since">, origin: string): readonly Candidate[] {
  const dists = world.dists.filter((dist) => dist.state === "opened" || dist.updatedAt >= (since?.dist ?? 0));
  // A job about a dist-git merge request ends with a job about the source merge request that its mark names.
  const covered = new Set(dists.flatMap(({ description }) => subject(parsePairMark(description)?.source)));
  const sources = world.sources.filter((source) => !covered.has(keyOf(source)) && !isOwnBacksync(world, source));
  const jobOf = new Map<ListedMergeRequest, Job>([
    ...dists.map((dist) => [dist, distJob(dist, origin)] as const),
    ...sources.map((source) => [source, sourceJob(source, origin)] as const),
  ]);
  return [
    ...[...jobOf]
      .toSorted(([one], [other]) => one.updatedAt - other.updatedAt)
      .map(([{ projectPath, iid }, job]) => ({ job, where: `${projectPath}!${iid}` })),
    ...world.branches.map(({ projectId, projectPath, branch }) => ({
      job: { v: 1, queue: "backsync", forge: "gitlab", projectId, branch, origin } as const,
      where: `${projectPath}, branch ${branch}`,
    })),
  ];
}

function distJob({ projectId, iid }: ListedMergeRequest, origin: string): Job {
  return { v: 1, queue: "ci", forge: "gitlab", projectId, iid, origin };
}

function sourceJob({ forge, projectId, iid }: ListedMergeRequest, origin: string): Job {
  return { v: 1, queue: "mirror", forge, projectId, iid, origin };
}

type Subject = Pick<MirrorJob, "forge" | "projectId" | "iid">;

function keyOf({ forge, projectId, iid }: Subject): string {
  return `${forge}/${projectId}!${iid}`;
}

function subject(source: Subject | undefined): readonly string[] {
  return source ? [keyOf(source)] : [];
}

/** The bot's own merge request from dist-git is mirrored by nobody while it is open; what becomes of it matters. */
function isOwnBacksync({ bot }: SweepWorld, { authorId, state, description }: ListedMergeRequest): boolean {
  return authorId === bot.source && state === "opened" && parseBacksyncMark(description) !== undefined;
}
