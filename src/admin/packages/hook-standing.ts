// Whether webhooks tell Tandem of a package, from what was seen of the route's places. Pure.
import type { SitePlan } from "../hooks/plan.ts";
import type { BothSides } from "./world.ts";

/** `missing`: one is not there, not in order, or switched off. `unknown`: the account may not look. */
export type HookStanding = "ok" | "missing" | "unknown";

/**
 * How the webhooks of a package stand.
 * @param plans what would be done in the places of its route
 * @param projects full paths of its projects on GitLab; undefined: source-git is elsewhere, and its webhooks are not seen here
 */
export function hookStanding(plans: readonly SitePlan[], projects: BothSides<string | undefined>): HookStanding {
  const found = [projects.source, projects.dist].map((path) =>
    path === undefined ? "unknown" : standingOf(plans, path),
  );
  if (found.includes("missing")) return "missing";
  return found.includes("unknown") ? "unknown" : "ok";
}

function standingOf(plans: readonly SitePlan[], project: string): HookStanding {
  const own = plans.find(({ site: { place } }) => place.kind === "project" && place.path === project);
  const above = plans.find(({ site: { place } }) => place.kind === "group" && project.startsWith(`${place.path}/`));
  const plan = own ?? above;
  switch (plan?.step.do) {
    case "leave":
      return plan.enable ? "missing" : "ok";
    case "ask":
      return plan.site.list.found === "denied" ? "unknown" : "missing";
    default:
      return "missing";
  }
}
