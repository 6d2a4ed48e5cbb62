// Does what was decided about the hooks of a place. Each step can be done again without harm.
import type { Hook, HookAdmin, HookTest } from "../../forge/hook-admin.ts";
import { type TandemError, toTandemError } from "../../model/errors.ts";
import type { TokenMaker } from "./make-token.ts";
import type { SitePlan } from "./plan.ts";

/** What applying needs. */
export interface ApplyDeps {
  readonly hooks: HookAdmin;
  readonly tokens: TokenMaker;
  /** Where hooks post. */
  readonly url: string;
}

/** What was done in one place. */
export interface SiteResult {
  readonly plan: SitePlan;
  /** The hook as it is now. */
  readonly hook: Hook | undefined;
  readonly did: "created" | "repaired" | "nothing";
  /** How the test went that was to switch the hook on again. */
  readonly test: HookTest | undefined;
  /** Ids of the surplus hooks that are gone. */
  readonly removed: readonly number[];
  /** What the forge said no to; nothing after it was done in this place. */
  readonly refusal: TandemError | undefined;
}

/**
 * Does it. That the forge refuses something in one place is a result, so that the other places get their hooks.
 * @throws TandemError of the kinds that concern every place: auth, rate-limit, upstream, environment
 */
export async function applySite(deps: ApplyDeps, plan: SitePlan): Promise<SiteResult> {
  let result: SiteResult = { plan, hook: undefined, did: "nothing", test: undefined, removed: [], refusal: undefined };
  const { place } = plan.site;
  try {
    result = { ...result, ...(await ensureHook(deps, plan)) };
    for (const { hook, remove } of plan.surplus) {
      if (!remove) continue;
      await deps.hooks.removeHook(place, hook.id);
      result = { ...result, removed: [...result.removed, hook.id] };
    }
    if (plan.enable && result.hook) result = { ...result, test: await deps.hooks.testHook(place, result.hook.id) };
    return result;
  } catch (thrown) {
    const refusal = toTandemError(thrown);
    if (!isRefusal(refusal)) throw thrown;
    return { ...result, refusal };
  }
}

async function ensureHook(
  { hooks, tokens, url }: ApplyDeps,
  { site, step }: SitePlan,
): Promise<Pick<SiteResult, "hook" | "did">> {
  const { place, events, grant } = site;
  if (step.do === "leave") return { hook: step.hook, did: "nothing" };
  if (step.do !== "create" && step.do !== "repair") return { hook: undefined, did: "nothing" };
  const settings = { url, events, description: tokens.noteFor(grant), token: await tokens.mint(grant) };
  return step.do === "create"
    ? { hook: await hooks.createHook(place, settings), did: "created" }
    : { hook: await hooks.updateHook(place, step.hook, settings), did: "repaired" };
}

/** What the forge will say again: the account may not, the address is not allowed, there are too many hooks, it is gone. */
function isRefusal({ kind, code }: TandemError): boolean {
  return kind === "user" || kind === "stale" || code === "forge-refused";
}
