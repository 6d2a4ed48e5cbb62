// What the address of the list asks for, and the address that asks for it. Whatever is not understood counts as absent.
import { z } from "zod";
import { PAIR_STATES, type PairFilter, type PairState } from "../../model/pair-view.ts";
import { plainLine } from "../../model/plain-line.ts";

/** A part of the list of pairs. */
export interface PairQuery {
  readonly package: string;
  readonly route: string | undefined;
  readonly state: PairState | undefined;
  readonly life: "open" | "ended" | "all";
  /** From 1. */
  readonly page: number;
}

const MAX_NAME = 100;
const MAX_PAGE = 1_000_000;

const schema = z.object({
  package: z.string().transform(plainLine).pipe(z.string().max(MAX_NAME)).catch(""),
  state: z.enum(PAIR_STATES).optional().catch(undefined),
  life: z.enum(["open", "ended", "all"]).catch("open"),
  page: z.coerce.number().int().min(1).max(MAX_PAGE).catch(1),
});

/**
 * Reads the query of an address.
 * @param routes names of the routes that are served; any other counts as absent
 */
export function readPairQuery(search: URLSearchParams, routes: readonly string[]): PairQuery {
  const { state, ...rest } = schema.parse(Object.fromEntries(search));
  return { ...rest, state, route: routes.find((route) => route === search.get("route")) };
}

/** The address of this part of the list. What goes without saying is left out. */
export function pairListPath(query: PairQuery): string {
  const search = new URLSearchParams();
  if (query.package !== "") search.set("package", query.package);
  if (query.route !== undefined) search.set("route", query.route);
  if (query.state !== undefined) search.set("state", query.state);
  if (query.life !== "open") search.set("life", query.life);
  if (query.page !== 1) search.set("page", String(query.page));
  return search.size === 0 ? "/" : `/?${search}`;
}

/** What the board is asked for. */
export function filterOf({ package: name, route, state, life }: PairQuery): PairFilter {
  return {
    ...(name !== "" && { package: name }),
    ...(route !== undefined && { route }),
    ...(state !== undefined && { state }),
    ...(life !== "all" && { life }),
  };
}

/** Whether the query leaves pairs of the same life out. */
export function isNarrowed({ package: name, route, state }: PairQuery): boolean {
  return name !== "" || route !== undefined || state !== undefined;
}
