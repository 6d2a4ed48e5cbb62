// What has to be done about the hooks of a place: a pure function from what was seen.
import type { Hook, HookEvent } from "../../forge/hook-admin.ts";
import { isOurs } from "./hook-url.ts";
import { type Missing, noPlace, whyDenied } from "./missing.ts";
import type { Site } from "./observe.ts";

/** In what a hook differs from what it should be. */
export type Deviation =
  | { readonly differs: "url"; readonly is: string }
  | { readonly differs: "events"; readonly lacks: readonly HookEvent[]; readonly surplus: readonly string[] }
  | { readonly differs: "certificate" }
  | { readonly differs: "branch-filter"; readonly is: string }
  /** Nobody sees a token: it was not made by Tandem, or with another secret, or the forge keeps no note of it. */
  | { readonly differs: "token" };

/** What becomes of the hook that should be there. */
export type HookStep =
  | { readonly do: "create" }
  | { readonly do: "repair"; readonly hook: Hook; readonly deviations: readonly Deviation[] }
  | { readonly do: "leave"; readonly hook: Hook }
  /** The group can have none: its projects have one each. */
  | { readonly do: "use-projects"; readonly because: "plan" | "role" }
  | { readonly do: "ask"; readonly missing: Missing };

/** What is to be done in one place. */
export interface SitePlan {
  readonly site: Site;
  readonly step: HookStep;
  /** The hook failed too often: a good test delivery switches it on again. */
  readonly enable: boolean;
  /** Further hooks that post to us. */
  readonly surplus: readonly SurplusHook[];
}

/** A hook that makes every delivery come twice. */
export interface SurplusHook {
  readonly hook: Hook;
  /** Only what Tandem made is removed: of another one nobody knows what it is for. */
  readonly remove: boolean;
}

/** How hooks have to be. */
export interface Wish {
  readonly url: string;
  /** The note that a hook made with the present secret has; undefined when no secret is known, and tokens are not looked at. */
  readonly noteFor: ((grant: Site["grant"]) => string) | undefined;
  /** Take every token for wrong, whatever the note says: somebody may have changed one in GitLab. */
  readonly renewTokens?: boolean;
}

/** Decides. */
export function planSite(site: Site, wish: Wish): SitePlan {
  const { list } = site;
  const nothing = { site, enable: false, surplus: [] };
  if (list.found !== "hooks") return { ...nothing, step: withoutHooks(site, list) };
  const [best, ...others] = list.hooks
    .filter(({ url }) => isOurs(url, wish.url))
    .map((hook) => ({ hook, deviations: deviationsOf(hook, site, wish) }))
    .sort((one, other) => one.deviations.length - other.deviations.length || one.hook.id - other.hook.id);
  if (!best) return { ...nothing, step: { do: "create" } };
  const { hook, deviations } = best;
  return {
    site,
    step: deviations.length > 0 ? { do: "repair", hook, deviations } : { do: "leave", hook },
    enable: hook.state !== "enabled",
    surplus: others.map(({ hook: other }) => ({
      hook: other,
      remove: wish.noteFor !== undefined && other.description === wish.noteFor(site.grant),
    })),
  };
}

/** In what a hook of ours differs from what it should be. */
function deviationsOf(hook: Hook, { events, grant }: Site, { url, noteFor, renewTokens }: Wish): readonly Deviation[] {
  const lacks = events.filter((event) => !hook.events.includes(event));
  const surplus = [...hook.events.filter((event) => !events.includes(event)), ...hook.otherEvents];
  const deviations: readonly (Deviation | false)[] = [
    hook.url !== url && { differs: "url", is: hook.url },
    lacks.length + surplus.length > 0 && { differs: "events", lacks, surplus },
    !hook.checksCertificate && { differs: "certificate" },
    hook.branchFilter !== "" && events.includes("push") && { differs: "branch-filter", is: hook.branchFilter },
    (renewTokens || (noteFor !== undefined && hook.description !== noteFor(grant))) && { differs: "token" },
  ];
  return deviations.filter((deviation) => deviation !== false);
}

function withoutHooks(site: Site, list: Exclude<Site["list"], { found: "hooks" }>): HookStep {
  const { place, instead } = site;
  const missing = list.found === "nothing" ? noPlace(place) : whyDenied(site, list.because);
  const hasProjects = list.found === "denied" && place.kind === "group" && instead !== 0;
  return hasProjects ? { do: "use-projects", because: list.because } : { do: "ask", missing };
}
