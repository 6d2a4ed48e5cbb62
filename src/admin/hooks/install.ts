// Brings the webhooks of routes into being: observe, plan, apply, place by place.
import { type ApplyDeps, applySite, type SiteResult } from "./apply.ts";
import { type ObserveDeps, type ObserveRequest, observeHooks } from "./observe.ts";
import { planSite, type SitePlan } from "./plan.ts";
import type { ByHand } from "./wanted.ts";

/** What installing needs. */
export interface InstallDeps extends ObserveDeps, ApplyDeps {}

/** What was, or is to be, done. */
export interface Installed {
  readonly sites: readonly InstalledSite[];
  readonly byHand: readonly ByHand[];
}

/** One place. Without a result nothing was done: it was a dry run. */
export interface InstalledSite {
  readonly plan: SitePlan;
  readonly result: SiteResult | undefined;
}

/**
 * Installs; what is as it should be costs no write. For one package, `request.isMeant` names its projects.
 * @throws TandemError as `observeHooks` and `applySite`; what was done until then stays, and another run goes on from there
 */
export async function installHooks(
  deps: InstallDeps,
  request: ObserveRequest,
  { dryRun, renewTokens = false }: { readonly dryRun: boolean; readonly renewTokens?: boolean },
): Promise<Installed> {
  const { sites, byHand } = await observeHooks(deps, request);
  const done: InstalledSite[] = [];
  for (const site of sites) {
    const plan = planSite(site, { url: deps.url, noteFor: deps.tokens.noteFor, renewTokens });
    done.push({ plan, result: dryRun ? undefined : await applySite(deps, plan) });
  }
  return { sites: done, byHand };
}
