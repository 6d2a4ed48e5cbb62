// Decides which subjects have to be looked at. Pure. Whether one really is out of step is found by its own job.
import type { ListedMergeRequest } from "../../forge/forge.ts";
import type { Job, MirrorJob } from "../../model/jobs.ts";
import { parseBacksyncMark } from "../marks/backsync-mark.ts";
import { parsePairMark } from "../marks/marker.ts";
import type { SweepWorld } from "./observe.ts";
import type { Window } from "./window.ts";

/** The jobs, those first that have waited longest. */
export interface Plan {
  readonly jobs: readonly Job[];
}

/** Decides. */
export function makePlan(world: SweepWorld, { since }: Pick<Window, "since">, origin: string): Plan {
  const dists = world.dists.filter((dist) => dist.state === "opened" || dist.updatedAt >= (since?.source ?? 0));
  // A job about a dist-git merge request ends with a job about the source merge request that its mark names.
  const covered = new Set(dists.flatMap(({ description }) => subject(parsePairMark(description)?.source)));
  const sources = world.sources.filter((source) => !covered.has(keyOf(source)) && !isOwnBacksync(world, source));
  const dated = [
    ...dists.map((dist) => ({ at: dist.updatedAt, job: distJob(dist, origin) })),
    ...sources.map((source) => ({ at: source.updatedAt, job: sourceJob(source, origin) })),
  ];
  const common = { v: 1, queue: "backsync", forge: "gitlab", origin } as const;
  return {
    jobs: [
      ...dated.toSorted((one, other) => one.at - other.at).map(({ job }) => job),
      ...world.branches.map((branch): Job => ({ ...common, ...branch })),
    ],
  };
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
