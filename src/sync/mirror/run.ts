// One source-git merge request, from what is to what should be: observe → plan → apply → report.
import type { Forge, User } from "../../forge/forge.ts";
import { type TandemError, toTandemError } from "../../model/errors.ts";
import type { MirrorJob } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Route } from "../../model/routes.ts";
import { apply } from "./apply.ts";
import type { Telling } from "./comment.ts";
import { observe } from "./observe.ts";
import { makePlan } from "./plan.ts";
import { type Findings, report } from "./report.ts";
import type { BranchDeps } from "./update-branch.ts";
import type { World } from "./world.ts";

/** What a mirror job needs from its surroundings. */
export interface MirrorDeps extends BranchDeps {
  readonly forge: Forge;
  readonly bot: () => Promise<User>;
  readonly routes: readonly Route[];
  readonly logger: Logger;
  /** Whether the queue will not try again after this attempt. */
  readonly lastAttempt: boolean;
}

/** Works on one mirror job. */
export async function runMirror(deps: MirrorDeps, job: MirrorJob): Promise<Outcome> {
  const observation = await observe({ ...deps, bot: await deps.bot() }, job);
  switch (observation.found) {
    case "out-of-scope":
      return { state: "noop", summary: observation.reason };
    case "blocked":
      return refuse(deps, observation, observation.error);
    case "world":
      return mirror(deps, observation.world);
  }
}

async function mirror(deps: MirrorDeps, world: World): Promise<Outcome> {
  const plan = makePlan(world);
  deps.logger.debug({ plan }, "planned");
  if (plan.kind === "nothing") return { state: "noop", summary: plan.reason };
  try {
    const applied = await apply(deps, world, plan.steps);
    const telling: Telling = applied.branch?.result === "no-effect" ? { tells: "no-effect" } : plan.story;
    const told = await report(deps.forge, { ...world, telling, applied });
    return applied.changed || told
      ? {
          state: "done",
          summary: `told: ${telling.tells}; steps: ${plan.steps.map((step) => step.do).join(", ") || "none"}`,
        }
      : { state: "noop", summary: "everything is in step" };
  } catch (thrown) {
    return onError(deps, world, toTandemError(thrown));
  }
}

/** Decides who hears of an error: a person who can mend it, at once; otherwise the author when nobody tries again. */
async function onError(deps: MirrorDeps, findings: Findings, error: TandemError): Promise<Outcome> {
  // The package was never prepared for source-git: not an error of anybody.
  if (error.code === "config-missing" && !findings.pair) return { state: "noop", summary: error.message };
  if (error.kind === "user") return refuse(deps, findings, error);
  const hopeless = error.kind === "bug" || error.kind === "auth" || (deps.lastAttempt && error.kind !== "rate-limit");
  if (hopeless) {
    try {
      await report(deps.forge, { ...findings, telling: { tells: "failure", error } });
    } catch (second) {
      deps.logger.warn({ error: toTandemError(second) }, "the author could not be told of the failure");
    }
  }
  throw error;
}

async function refuse(deps: MirrorDeps, findings: Findings, error: TandemError): Promise<Outcome> {
  await report(deps.forge, { ...findings, telling: { tells: "problem", error } });
  return { state: "refused", summary: `${error.code}: ${error.message}` };
}
