// The webhooks of packages: looked at for lists, and seen to when a package is added. The work is that of src/admin/hooks.
import type { Project, User } from "../../forge/forge.ts";
import type { Route } from "../../model/routes.ts";
import { type ApplyDeps, applySite } from "../hooks/apply.ts";
import { type ObserveDeps, type ObserveRequest, observeHooks } from "../hooks/observe.ts";
import { planSite, type SitePlan } from "../hooks/plan.ts";
import { type HookStanding, hookStanding } from "./hook-standing.ts";
import type { BothSides } from "./world.ts";

/** What looking at webhooks and making them needs. */
export interface PackageHookDeps extends ApplyDeps, Pick<ObserveDeps, "forge"> {
  readonly routes: readonly Route[];
  readonly bot: User;
}

/** Reads the webhooks of a route's places, and decides. Throws as `observeHooks`. */
export async function lookAtHooks(
  { hooks, tokens, url, forge, routes, bot }: PackageHookDeps,
  route: Route,
  isMeant?: ObserveRequest["isMeant"],
): Promise<readonly SitePlan[]> {
  const request = { routes, chosen: [route], bot, ...(isMeant ? { isMeant } : {}) };
  const { sites } = await observeHooks({ hooks, forge }, request);
  return sites.map((site) => planSite(site, { url, noteFor: tokens.noteFor }));
}

/**
 * Sees to the webhooks of one package: those of the groups that it is in, or its own. Throws as `observeHooks` and `applySite`.
 * @returns how they stand now
 */
export async function ensurePackageHooks(
  deps: PackageHookDeps,
  route: Route,
  { source, dist }: BothSides<Project>,
): Promise<HookStanding> {
  const isMeant = (path: string) => path === source.path || path === dist.path;
  for (const plan of await lookAtHooks(deps, route, isMeant)) await applySite(deps, { ...plan, surplus: [] });
  const paths = { source: source.forge === "gitlab" ? source.path : undefined, dist: dist.path };
  return hookStanding(await lookAtHooks(deps, route, isMeant), paths);
}
