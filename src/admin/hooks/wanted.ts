// Which hooks the routes need, and what each has to tell of: what `src/events` and `src/jobs` make work of. Pure.
import { HOOK_EVENTS, type HookEvent } from "../../forge/hook-admin.ts";
import { type Place, placeOf } from "../../model/place.ts";
import { matchProject } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";

export type Side = "source" | "dist";

/** A push to source-git comes as a change of its merge requests, so it would be a delivery for nothing. */
const EVENTS: Readonly<Record<Side, readonly HookEvent[]>> = {
  source: ["merge-request", "note"],
  dist: HOOK_EVENTS,
};

/**
 * A push to a fork starts pipelines of the branch there, whatever role the bot has in dist-git; those of merge requests run
 * there, too, where the bot is no Developer.
 */
export const FORK_EVENTS: readonly HookEvent[] = ["pipeline"];

/** A place of GitLab's in which the routes need a hook: for the whole place, or where it cannot have one for each project. */
export interface WantedHook {
  readonly place: Place;
  readonly sides: readonly Side[];
  /** What all routes together have to hear from there. */
  readonly events: readonly HookEvent[];
}

/** What hooks of GitLab's groups and projects cannot bring, and people have to see to. */
export interface ByHand {
  readonly route: string;
  readonly side: Side;
  /** `github`: the source-git projects are there. `everywhere`: the pattern names no group. */
  readonly why: "github" | "everywhere";
  /** Of the projects. */
  readonly pattern: string;
}

/** The hooks that routes need. */
export interface Wanted {
  readonly hooks: readonly WantedHook[];
  readonly byHand: readonly ByHand[];
}

/**
 * What is wanted.
 * @param routes all routes of the service: they may share places, whose hooks then serve all of them
 * @param chosen the routes that matter; default all
 */
export function wantedHooks(routes: readonly Route[], chosen: readonly Route[] = routes): Wanted {
  const ends = chosen.flatMap(endsOf);
  const places = new Map(ends.flatMap(({ place }) => (place ? [[keyOf(place), place] as const] : [])));
  const everyEnd = routes.flatMap(endsOf);
  return {
    hooks: [...places].map(([key, place]) => {
      const here = everyEnd.filter((end) => end.place && keyOf(end.place) === key);
      return { place, ...needsOf(here.map(({ side }) => side)) };
    }),
    byHand: ends.flatMap(({ route, side, pattern, why }) => (why ? [{ route: route.name, side, pattern, why }] : [])),
  };
}

/** What a project of GitLab's has to tell the routes; nothing when it is none of theirs. */
export function needsOfProject(routes: readonly Route[], path: string): Pick<WantedHook, "sides" | "events"> {
  const ends = routes.flatMap(endsOf).filter(({ why, pattern }) => why !== "github" && matchProject(pattern, path));
  return needsOf(ends.map(({ side }) => side));
}

interface End {
  readonly route: Route;
  readonly side: Side;
  readonly pattern: string;
  readonly place: Place | undefined;
  readonly why: ByHand["why"] | undefined;
}

function endsOf(route: Route): readonly End[] {
  return (["source", "dist"] as const).map((side) => {
    const pattern = route[side];
    const isElsewhere = side === "source" && route.forge === "github";
    const place = isElsewhere ? undefined : placeOf(pattern);
    return { route, side, pattern, place, why: isElsewhere ? "github" : place ? undefined : "everywhere" };
  });
}

function needsOf(sides: readonly Side[]): Pick<WantedHook, "sides" | "events"> {
  return {
    sides: (["source", "dist"] as const).filter((side) => sides.includes(side)),
    events: HOOK_EVENTS.filter((event) => sides.some((side) => EVENTS[side].includes(event))),
  };
}

function keyOf({ kind, path }: Place): string {
  return `${kind} ${path}`;
}
