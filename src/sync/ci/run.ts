// One pipeline's commit, from its state to the status on the source commit: observe → plan → apply. The report is the
// mirror job's: it alone writes the comment, so that two jobs never edit it at once.
import type { Forge, StatusResult, User } from "../../forge/forge.ts";
import type { CiJob, MirrorJob } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Route } from "../../model/routes.ts";
import { type CiWorld, observe } from "./observe.ts";
import { type CiPlan, makePlan } from "./plan.ts";

/** What a ci job needs from its surroundings. */
export interface CiDeps {
  readonly forge: Forge;
  readonly bot: () => Promise<User>;
  readonly routes: readonly Route[];
  readonly logger: Logger;
}

/** Works on one ci job. */
export async function runCi(deps: CiDeps, job: CiJob): Promise<Outcome> {
  const world = await observe({ ...deps, bot: await deps.bot() }, job);
  if ("outOfScope" in world) return { state: "noop", summary: world.outOfScope };
  const plan = makePlan(world);
  deps.logger.debug({ plan }, "planned");
  const result = await apply(deps.forge, plan);
  return {
    state: result === "unchanged" ? "noop" : "done",
    summary: `pipeline ${world.pipeline.id} is ${world.pipeline.stateName}; status ${result} on ${plan.commit}`,
    follow: [mirrorOf(world, job)],
  };
}

async function apply(forge: Forge, plan: CiPlan): Promise<StatusResult> {
  for (const { projectId, status } of plan.places) {
    const result = await forge.setCommitStatus(projectId, plan.commit, status);
    if (result !== "denied") return result;
  }
  return "denied";
}

/** The comment on the source merge request shows the pipeline too. */
function mirrorOf({ source }: CiWorld, { origin }: CiJob): MirrorJob {
  return { v: 1, queue: "mirror", forge: "gitlab", projectId: source.projectId, iid: source.iid, origin };
}
