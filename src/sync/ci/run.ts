// One commit's checks, or one dist-git merge request, brought to the source side: observe → plan → apply. The report is the
// mirror job's: it alone writes the comment, so that two jobs never edit it at once.

import type { Pipeline } from "../../forge/forge.ts";
import type { PairsRecord } from "../../model/job-record.ts";
import type { CiJob, DistRequestJob, MirrorJob } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import { pairId } from "../../model/pair-view.ts";
import { type StatusMemory, setStatus } from "../checks/set-status.ts";
import type { SourceSearch } from "./find-source.ts";
import { type CiWorld, observe } from "./observe.ts";
import { makePlan } from "./plan.ts";

/** What a ci job needs from its surroundings. */
export interface CiDeps extends SourceSearch {
  /** Lives as long as the process. */
  readonly statusMemory: StatusMemory;
  readonly logger: Logger;
}

/** Works on one job of the queue `ci`. */
export async function runCi(deps: CiDeps, job: CiJob | DistRequestJob): Promise<Outcome> {
  const world = await observe(deps, job);
  if ("outOfScope" in world) return { state: "noop", summary: world.outOfScope };
  const { source, mergeRequest, tested } = world;
  const follow = [mirrorOf(world, job)];
  const record: PairsRecord = { v: 1, pairs: [pairId(source)] };
  if ("untested" in tested) return { state: "noop", summary: tested.untested, follow, record };
  const plan = makePlan(source, mergeRequest, tested);
  deps.logger.debug({ plan }, "planned");
  const { forge } = await deps.homes.source(source.forge);
  const result = await setStatus({ forge, memory: deps.statusMemory }, plan.commit, plan.places, plan.status);
  return {
    state: result === "set" ? "done" : "noop",
    summary: `${describe(tested.pipelines)}; status ${plan.status.state} ${result} on ${plan.commit}`,
    follow,
    record,
  };
}

function describe(pipelines: readonly Pipeline[]): string {
  return pipelines.map(({ id, stateName }) => `pipeline ${id} is ${stateName}`).join(", ");
}

/** The comment on the source merge request shows the checks too, and follows what people do to the dist-git side. */
function mirrorOf({ source }: CiWorld, { origin }: CiJob | DistRequestJob): MirrorJob {
  const { forge, projectId, iid } = source;
  return { v: 1, queue: "mirror", forge, projectId, iid, origin };
}
