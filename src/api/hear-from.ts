// Keeps in mind when deliveries came: a hook that a forge has switched off is silent, and nothing else tells.
import type { Clock } from "../model/clock.ts";
import { sideOf } from "../model/delivery-side.ts";
import type { ForgeName } from "../model/ids.ts";
import type { Route } from "../model/routes.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { LastHeard } from "./last-heard.ts";

/** What is needed to keep it in mind. */
export interface HearDeps {
  readonly routes: readonly Route[];
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where it is kept for people, too. */
  readonly lastHeard?: LastHeard;
}

/** Makes the function that is told of each delivery that was taken, with the full path of the project that it is about. */
export function hearFrom(
  forge: ForgeName,
  { routes, metrics, clock, lastHeard }: HearDeps,
): (projectPath: string) => void {
  return (path) => {
    const side = sideOf(routes, { forge, path });
    metrics.delivered(side, clock.now());
    lastHeard?.hear(side, clock.now());
  };
}
