// Judges the webhooks of a route by what would have to be done about them.
import type { Deviation, SitePlan } from "../hooks/plan.ts";
import { failed, notChecked, ok, type Remark, warning } from "./finding.ts";
import { count } from "./words.ts";

const NAME = "webhooks";
const INSTALL = "Run `tandem webhook install`, or mend it in GitLab.";

/** A line for each hook of a group or project that the bot may see; those of places that are not there are told elsewhere. */
export function judgeHooks(plans: readonly SitePlan[]): readonly Remark[] {
  return plans.filter(({ site }) => site.list.found !== "nothing").map(judgeHook);
}

function judgeHook({ site: { place, list }, step, enable, surplus }: SitePlan): Remark {
  const where = `${place.kind} ${place.path}`;
  if (list.found === "denied") {
    const why = list.because === "plan" ? "its plan has none" : "they need the role Owner, in a project Maintainer";
    return {
      ...notChecked(NAME, `those of the ${where}: ${why}`),
      fix: "Run `tandem webhook verify` with such a role.",
    };
  }
  if (step.do !== "leave" && step.do !== "repair")
    return failed(NAME, `the ${where} has none that posts here`, INSTALL);
  if (enable) return failed(NAME, `GitLab has switched off that of the ${where}, as it failed too often`, INSTALL);
  const deviations = step.do === "repair" ? step.deviations : [];
  const found = `that of the ${where}: ${deviations.map(wordsOf).join("; ")}`;
  if (deviations.some(isLoss)) return failed(NAME, found, INSTALL);
  if (deviations.length > 0) return warning(NAME, found, INSTALL);
  if (surplus.length > 0)
    return warning(NAME, `the ${where} has ${count(surplus.length, "more hook")}: deliveries come twice`, INSTALL);
  return ok(NAME, `the ${where} has one that posts here`);
}

/** Whether something is not delivered because of it. */
function isLoss(deviation: Deviation): boolean {
  switch (deviation.differs) {
    case "url":
    case "branch-filter":
      return true;
    case "events":
      return deviation.lacks.length > 0;
    case "certificate":
    case "token":
      return false;
  }
}

function wordsOf(deviation: Deviation): string {
  switch (deviation.differs) {
    case "url":
      return `it posts to ${deviation.is}`;
    case "events":
      return deviation.lacks.length > 0
        ? `it does not tell of ${deviation.lacks.join(", ")}`
        : `it tells of more than is needed: ${deviation.surplus.join(", ")}`;
    case "certificate":
      return "GitLab does not check the certificate of this service";
    case "branch-filter":
      return `it tells only of pushes to ${deviation.is}`;
    case "token":
      return "nobody can see whether its token fits the present secret";
  }
}

/** What is known of the hooks of the bot's forks. */
export interface ForkHooks {
  readonly plans: readonly SitePlan[];
  /** How many forks there are; of many only some are looked at. */
  readonly forks: number;
}

/** One line about all forks, none where there are none. Where pipelines run there, their end is told from there. */
export function judgeForkHooks({ plans, forks }: ForkHooks): readonly Remark[] {
  if (plans.length === 0) return [];
  const name = "fork webhooks";
  const looked = plans.length < forks ? `${plans.length} of ${forks} forks were looked at` : count(forks, "fork");
  const bad = plans.map(judgeHook).filter(({ level }) => level === "failed").length;
  if (bad === 0) return [ok(name, `${looked}, each with its hook`)];
  const found = `${looked}, ${bad} without a good hook: what their pipelines say waits for the next sweep`;
  return [warning(name, found, "Run `tandem webhook install` with the bot's token.")];
}
