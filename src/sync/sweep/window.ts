// What a sweep looks at: what changed since the last good one, or everything. Pure.
//
// The times of merge requests are the forge's, and are compared with the forge's only. Our own clock measures how long
// something takes and how long ago the last sweep was.
import { z } from "zod";

const times = z.object({ source: z.number(), dist: z.number() });
const record = z.object({ at: z.number(), fullAt: z.number(), seen: times });

/** Times of the forge of source-git and of that of dist-git, in milliseconds since the epoch. */
export type ForgeTimes = Readonly<z.infer<typeof times>>;

/** What a good sweep leaves to the next one, in the queue. */
export interface SweepRecord {
  /** When it began, and when the last full one began, by our clock. */
  readonly at: number;
  readonly fullAt: number;
  /** Everything that changed before was seen. */
  readonly seen: ForgeTimes;
}

/** Reads what the queue kept; undefined for anything else. */
export function parseRecord(kept: unknown): SweepRecord | undefined {
  return record.safeParse(kept).data;
}

/** From when on changes count, on each side. */
export interface Since extends ForgeTimes {
  /** Dist-git merge requests that changed since and are open may have a pipeline that ended. */
  readonly pipelines: number;
}

/** What one sweep looks at. */
export interface Window {
  readonly full: boolean;
  /** Changes since these times; undefined: everything that is open. */
  readonly since: Since | undefined;
  /** Dist-git projects in which something happened since; undefined: all. Only a full sweep looks at them. */
  readonly activeSince: number | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FULL_EVERY = 24 * HOUR;
/** A change may become visible later than its time says. */
const OVERLAP = 2 * MINUTE;
/** A pipeline that ends does not change its merge request: those that changed lately are looked at until they have ended. */
const PIPELINES = 6 * HOUR;
/** GitLab notes one push of a project an hour, and its clock is not ours. */
const ACTIVITY = 2 * HOUR;
/** A forge's clock differs from ours by less. */
const SKEW = HOUR;

/**
 * Decides what to look at. Everything, when nothing is known, when somebody asks for it, once a day, and after a gap: then
 * more was missed than changes of merge requests.
 * @param last what the last good sweep left
 */
export function chooseWindow(
  last: SweepRecord | undefined,
  { full, nowMs, everyMs }: { readonly full: boolean; readonly nowMs: number; readonly everyMs: number },
): Window {
  const isGap = last !== undefined && nowMs - last.at > 2 * everyMs + MINUTE;
  if (!last || full || isGap || nowMs - last.fullAt >= FULL_EVERY)
    return { full: true, since: undefined, activeSince: last && !full ? last.fullAt - ACTIVITY : undefined };
  const [source, dist] = [last.seen.source - OVERLAP, last.seen.dist - OVERLAP];
  return { full: false, since: { source, dist, pipelines: dist - PIPELINES }, activeSince: undefined };
}

/** How a sweep went. */
export interface Course {
  readonly full: boolean;
  /** By our clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The latest change on each side, by the forge's clock; undefined when nothing was listed. */
  readonly newest: { readonly source: number | undefined; readonly dist: number | undefined };
}

/**
 * What the next sweep has to know. Lists are read while the world goes on, so what is seen for certain is as old as the
 * reading took. Where nothing changes for long, the time goes on with our clock, an hour behind it.
 */
export function nextRecord(last: SweepRecord | undefined, { full, startedAt, endedAt, newest }: Course): SweepRecord {
  const seen = (latest: number | undefined) => Math.max((latest ?? 0) - (endedAt - startedAt), startedAt - SKEW);
  return {
    at: startedAt,
    fullAt: full ? startedAt : (last?.fullAt ?? startedAt),
    seen: { source: seen(newest.source), dist: seen(newest.dist) },
  };
}
