// When this process heard of each side of each route, for whoever shows it. Not every delivery leads to a job.
import type { DeliverySide } from "../model/delivery-side.ts";
import type { HeardView } from "../model/pair-view.ts";

/** The memory. It lives as long as the process. */
export interface LastHeard {
  /** @param at milliseconds since the epoch */
  hear(side: DeliverySide, at: number): void;
  list(): readonly HeardView[];
}

/** Makes an empty one. There is one entry for each side of a route, and these are few. */
export function createLastHeard(): LastHeard {
  const heard = new Map<string, HeardView>();
  return {
    hear({ route, side }, at) {
      if (side !== "none") heard.set(`${side}/${route}`, { route, side, at });
    },
    list: () => [...heard.values()],
  };
}
