// Looks whether the webhooks of routes are as they should be, and lets the forge try each of them.
import type { HookAdmin, HookTest } from "../../forge/hook-admin.ts";
import { type ObserveDeps, type ObserveRequest, observeHooks } from "./observe.ts";
import { planSite, type SitePlan, type Wish } from "./plan.ts";
import type { ByHand } from "./wanted.ts";

/** What was found. */
export interface Verified {
  readonly sites: readonly VerifiedSite[];
  readonly byHand: readonly ByHand[];
}

/** One place. `test` is undefined where there is no hook that could be tried. */
export interface VerifiedSite {
  readonly plan: SitePlan;
  readonly test: HookTest | undefined;
}

/** One test delivery for each hook, which also switches on again what was off. Changes nothing else. Throws as `observeHooks`. */
export async function verifyHooks(deps: ObserveDeps, request: ObserveRequest, wish: Wish): Promise<Verified> {
  const { sites, byHand } = await observeHooks(deps, request);
  const verified: VerifiedSite[] = [];
  for (const site of sites) {
    const plan = planSite(site, wish);
    deps.progress?.(`test of the webhook of ${site.place.path}`);
    verified.push({ plan, test: await tryHook(deps.hooks, plan) });
  }
  return { sites: verified, byHand };
}

async function tryHook(hooks: HookAdmin, { site, step }: SitePlan): Promise<HookTest | undefined> {
  return step.do === "leave" || step.do === "repair" ? hooks.testHook(site.place, step.hook.id) : undefined;
}
