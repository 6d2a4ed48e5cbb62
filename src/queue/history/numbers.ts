// Numbers about the jobs that are known, for plots and for whoever watches. Pure.
import { sidesOf } from "../../model/delivery-side.ts";
import type { HeardView, SweepView, TrendView } from "../../model/pair-view.ts";
import type { Route } from "../../model/routes.ts";
import type { JobFacts } from "./job-facts.ts";

const HOUR = 3_600_000;
/** Hours that are plotted. */
const HOURS = 72;

/** How many jobs ended in each of the last hours, the present one included. */
export function hoursOf(jobs: readonly JobFacts[], nowMs: number): TrendView["hours"] {
  const first = Math.floor(nowMs / HOUR) - HOURS + 1;
  const hours = Array.from({ length: HOURS }, (_, index) => ({ at: (first + index) * HOUR, ended: 0, failed: 0 }));
  for (const { endedAt, state } of jobs) {
    const hour = endedAt === undefined ? undefined : hours[Math.floor(endedAt / HOUR) - first];
    if (!hour) continue;
    hour.ended++;
    if (state === "failed") hour.failed++;
  }
  return hours;
}

/** How long deliveries waited for their dist-git merge request, in the same hours, oldest first. */
export function openedOf(jobs: readonly JobFacts[], nowMs: number): TrendView["opened"] {
  return jobs
    .flatMap(({ isDelivered, openedAt, addedAt }) =>
      isDelivered && openedAt !== undefined && openedAt > nowMs - HOURS * HOUR
        ? [{ at: openedAt, seconds: Math.max(0, openedAt - addedAt) / 1_000 }]
        : [],
    )
    .sort((one, other) => one.at - other.at);
}

/** The last good sweep of each route that had one. */
export function sweepsOf(jobs: readonly JobFacts[], routes: readonly Route[]): readonly SweepView[] {
  const last = new Map<string, SweepView>();
  for (const { sweep } of jobs) if (sweep && sweep.at >= (last.get(sweep.route)?.at ?? 0)) last.set(sweep.route, sweep);
  return routes.flatMap(({ name }) => last.get(name) ?? []);
}

/**
 * The last delivery from each side of each route: as the jobs tell that came of one, or as this process heard it, if that
 * is later. Jobs of the source side are mirror jobs.
 */
export function heardOf(
  jobs: readonly JobFacts[],
  heardHere: readonly HeardView[],
  { routes, routeOf }: { readonly routes: readonly Route[]; readonly routeOf: (job: JobFacts) => string | undefined },
): readonly HeardView[] {
  const last = { source: new Map<string, number>(), dist: new Map<string, number>() };
  const hear = (route: string | undefined, side: "source" | "dist", at: number | undefined) => {
    if (route !== undefined && at !== undefined && at > (last[side].get(route) ?? 0)) last[side].set(route, at);
  };
  for (const job of jobs)
    if (job.isDelivered) hear(routeOf(job), job.queue === "mirror" ? "source" : "dist", job.addedAt);
  for (const { route, side, at } of heardHere) hear(route, side, at);
  return sidesOf(routes).flatMap(({ route, side }) =>
    side === "none" ? [] : [{ route, side, at: last[side].get(route) }],
  );
}
