// Which side of which route a delivery tells of. The words are few, so that they may be labels of metrics.
import type { ForgeName } from "./ids.ts";
import { findRouteOfSource, type ProjectAddress, sourceProjectOf } from "./route-patterns.ts";
import type { Route } from "./routes.ts";

/** A side of a route; of projects that no route names, such as forks of the bot, both are `none`. */
export interface DeliverySide {
  readonly route: string;
  readonly side: "source" | "dist" | "none";
}

/** The side on which a project is. */
export function sideOf(routes: readonly Route[], project: ProjectAddress): DeliverySide {
  const source = findRouteOfSource(routes, project);
  if (source) return { route: source.route.name, side: "source" };
  const dist = routes.find((route) => project.forge === DIST && sourceProjectOf(route, project.path) !== undefined);
  return dist ? { route: dist.name, side: "dist" } : { route: "none", side: "none" };
}

/** All sides from which deliveries are due. */
export function sidesOf(routes: readonly Route[]): readonly DeliverySide[] {
  return routes.flatMap(({ name }) => [
    { route: name, side: "source" as const },
    { route: name, side: "dist" as const },
  ]);
}

const DIST: ForgeName = "gitlab";
