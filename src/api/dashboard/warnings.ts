// What is silent or stuck, in sentences that say what to do. Pure. The bounds are those of deploy/alerts.yaml.
import type { HealthView } from "../../model/pair-view.ts";
import { durationText } from "./times.ts";

/** The alert TandemJobsWait. */
const LONG_WAIT_SECONDS = 600;
/** The alert TandemNoDelivery. */
const SILENT_SECONDS = 12 * 3600;
/** One sweep may be late because others go first. */
const LATE_SWEEPS = 3;

/** What is expected of the service. */
export interface Expected {
  /** Names of the routes that are served. */
  readonly routes: readonly string[];
  /** How often each of them is swept. */
  readonly sweepEverySeconds: number;
}

/** What somebody should look after; empty when all is well. */
export function healthWarnings(health: HealthView, expected: Expected, now: number): readonly string[] {
  return [...stuckQueues(health), ...silentHooks(health, now), ...lateSweeps(health, expected, now)];
}

function stuckQueues({ queues }: HealthView): readonly string[] {
  return queues.flatMap(({ queue, jobs, oldestSeconds }) => [
    ...(oldestSeconds > LONG_WAIT_SECONDS
      ? [
          `The oldest job of the queue “${queue}” has waited ${durationText(oldestSeconds)}: ${
            jobs.active > 0 ? "there are too few workers" : "see whether a worker runs"
          }.`,
        ]
      : []),
    ...(jobs.failed > 0
      ? [
          `${jobs.failed} ${jobs.failed === 1 ? "job" : "jobs"} of the queue “${queue}” failed for good: mend the cause, then try them again in /admin/queues.`,
        ]
      : []),
  ]);
}

function silentHooks({ heard }: HealthView, now: number): readonly string[] {
  return heard.flatMap(({ route, side, at }) => {
    const whose = `the ${side === "dist" ? "dist-git" : "source-git"} side of the route “${route}”`;
    const fix = "if people work there, see whether GitLab has switched the hook off.";
    if (at === undefined) return [`Nothing is remembered from ${whose}: ${fix}`];
    const silent = (now - at) / 1_000;
    return silent > SILENT_SECONDS ? [`Nothing came from ${whose} for ${durationText(silent)}: ${fix}`] : [];
  });
}

function lateSweeps({ sweeps }: HealthView, { routes, sweepEverySeconds }: Expected, now: number): readonly string[] {
  return routes.flatMap((route) => {
    const last = sweeps.find((sweep) => sweep.route === route);
    if (!last)
      return [`The route “${route}” was never swept: see whether a worker runs, and what its log says of the sweep.`];
    const since = (now - last.at) / 1_000;
    return since > LATE_SWEEPS * sweepEverySeconds
      ? [
          `The route “${route}” was swept ${durationText(since)} ago, and should be every ${durationText(sweepEverySeconds)}: see whether sweeps fail.`,
        ]
      : [];
  });
}
