// Keeps in mind when deliveries came: a hook that a forge has switched off is silent, and nothing else tells.
import type { Clock } from "../model/clock.ts";
import { sideOf } from "../model/delivery-side.ts";
import type { ForgeName } from "../model/ids.ts";
import type { Route } from "../model/routes.ts";
import type { Metrics } from "../telemetry/metrics.ts";

/** What is needed to keep it in mind. */
export interface HearDeps {
  readonly routes: readonly Route[];
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Makes the function that is told of each delivery that was taken, with the full path of the project that it is about. */
export function hearFrom(forge: ForgeName, { routes, metrics, clock }: HearDeps): (projectPath: string) => void {
  return (path) => metrics.delivered(sideOf(routes, { forge, path }), clock.now());
}
