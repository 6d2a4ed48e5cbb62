// Reads the webhooks of one route, with few questions: a group's own and those of some forks, never all projects of a group.
import type { User } from "../../forge/forge.ts";
import type { HookAdmin } from "../../forge/hook-admin.ts";
import { sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import { forkSite, lookAtPlace } from "../hooks/observe.ts";
import { planSite, type SitePlan, type Wish } from "../hooks/plan.ts";
import { wantedHooks } from "../hooks/wanted.ts";
import type { ForkHooks } from "./judge-hooks.ts";

/** What is looked for. */
export interface HooksRequest {
  /** All routes of the service: they share hooks. */
  readonly routes: readonly Route[];
  readonly route: Route;
  readonly bot: User;
  readonly wish: Wish;
}

const MOST_FORKS = 10;

/** The hooks of both ends of the route. */
export async function readHooks(hooks: HookAdmin, { routes, route, wish }: HooksRequest): Promise<readonly SitePlan[]> {
  const wanted = wantedHooks(routes, [route]).hooks;
  const sites = await Promise.all(wanted.map((each) => lookAtPlace({ hooks }, routes, each)));
  return sites.map((site) => planSite(site, wish));
}

/** The hooks of the bot's forks of the route's dist-git projects. */
export async function readForkHooks(hooks: HookAdmin, { route, bot, wish }: HooksRequest): Promise<ForkHooks> {
  const forks = (await hooks.listForks(bot)).filter(
    ({ parentPath }) => parentPath !== undefined && sourceProjectOf(route, parentPath) !== undefined,
  );
  const plans = forks.slice(0, MOST_FORKS).map(async ({ path }) => {
    const list = await hooks.listHooks({ kind: "project", path });
    return planSite(forkSite(path, bot, list), wish);
  });
  return { plans: await Promise.all(plans), forks: forks.length };
}
