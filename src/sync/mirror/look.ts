// A look at one source-git merge request: observe → plan. Changes nothing.
import type { TandemError } from "../../model/errors.ts";
import type { BacksyncJob, MirrorJob } from "../../model/jobs.ts";
import { type TimeStep, untimed } from "../../model/step.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { makePlan, type Plan } from "./plan.ts";
import type { Subject, World } from "./world.ts";

/** What a look at the world leads to, before anything is done. */
export type Look =
  /** There is nothing to do; `world` is there when the merge request was Tandem's business at all. */
  | {
      readonly state: "noop";
      readonly summary: string;
      readonly world?: World;
      readonly follow?: readonly BacksyncJob[];
    }
  | { readonly state: "blocked"; readonly subject: Subject; readonly error: TandemError }
  | { readonly state: "planned"; readonly world: World; readonly plan: Exclude<Plan, { kind: "nothing" }> };

/** Looks and decides. Throws as `observe`. */
export async function lookAt(deps: ObserveDeps, job: MirrorJob, time: TimeStep = untimed): Promise<Look> {
  const observation = await time("observe", () => observe(deps, job));
  switch (observation.found) {
    case "out-of-scope": {
      const { reason, follow } = observation;
      return { state: "noop", summary: reason, ...(follow ? { follow } : {}) };
    }
    case "blocked":
      return { state: "blocked", subject: observation.subject, error: observation.error };
    case "world": {
      const { world } = observation;
      const plan = await time("plan", async () => makePlan(world));
      return plan.kind === "nothing"
        ? { state: "noop", summary: plan.reason, world }
        : { state: "planned", world, plan };
    }
  }
}
