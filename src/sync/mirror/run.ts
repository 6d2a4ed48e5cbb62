// One source-git merge request, from what is to what should be: observe → plan → apply → report.
import type { MergeRequest } from "../../forge/forge.ts";
import { type TandemError, toTandemError } from "../../model/errors.ts";
import type { BacksyncJob, MirrorJob } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import { type TimeStep, untimed } from "../../model/step.ts";
import type { StatusMemory } from "../checks/set-status.ts";
import type { Home, Homes } from "../homes.ts";
import { isBacksyncRequest } from "../marks/backsync-mark.ts";
import { acknowledge } from "./acknowledge.ts";
import { type Applied, apply, notApplied } from "./apply.ts";
import type { Findings } from "./next-mark.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { makePlan, type Plan } from "./plan.ts";
import { report } from "./report.ts";
import type { Telling } from "./telling.ts";
import type { BranchDeps } from "./update-branch.ts";
import type { Subject, World } from "./world.ts";

/** What a mirror job needs from its surroundings. */
export interface MirrorDeps extends Omit<BranchDeps, "forge">, ObserveDeps {
  readonly homes: Homes;
  readonly identityOf: BranchDeps["identityOf"];
  readonly logger: Logger;
  readonly statusMemory: StatusMemory;
  readonly time?: TimeStep;
  /** Whether the queue will not try again after this attempt. */
  readonly lastAttempt: boolean;
  /** Whether an earlier attempt of the same job may have ended half-way. */
  readonly again?: boolean;
}

/** What a look at the world leads to, before anything is done. */
export type Look =
  | { readonly state: "noop"; readonly summary: string; readonly follow?: readonly BacksyncJob[] }
  | { readonly state: "blocked"; readonly subject: Subject; readonly error: TandemError }
  | { readonly state: "planned"; readonly world: World; readonly plan: Exclude<Plan, { kind: "nothing" }> };

/** Looks and decides; changes nothing. Throws as `observe`. */
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
      return plan.kind === "nothing" ? { state: "noop", summary: plan.reason } : { state: "planned", world, plan };
    }
  }
}

/** Works on one mirror job. */
export async function runMirror(deps: MirrorDeps, job: MirrorJob): Promise<Outcome> {
  const { time = untimed } = deps;
  const look = await lookAt(deps, job, time);
  if (look.state === "noop") return look;
  const home = await deps.homes.source(job.forge);
  if (look.state === "blocked") return refuse(deps, home, { subject: look.subject, applied: undefined }, look.error);
  const { world, plan } = look;
  deps.logger.debug({ plan }, "planned");
  const { forge: dist } = await deps.homes.dist();
  try {
    await acknowledge({ source: home.forge, dist }, world);
    if (plan.kind === "refuse") throw plan.error;
    const applied = await time("apply", () => apply({ ...deps, dist }, world, plan.steps));
    return await time("report", () => tell(deps, home, { plan, applied, job }));
  } catch (thrown) {
    return onError(deps, home, world, toTandemError(thrown));
  }
}

interface Done {
  readonly plan: Extract<Plan, { kind: "act" }>;
  readonly applied: Applied;
  readonly job: MirrorJob;
}

async function tell(deps: MirrorDeps, home: Home, { plan, applied, job }: Done): Promise<Outcome> {
  const { world } = applied;
  const telling = await tellingOf(home, plan, applied);
  const told = await reportTo(deps, home, { subject: world, telling, applied });
  const steps = plan.steps.map((step) => step.do).join(", ") || "none";
  // An attempt that died may have told, and not come to ask for the job that follows.
  const isNews = told || deps.again === true;
  const follow = isNews && telling.tells === "dist-moved" && world.route.backsync ? [backsyncOf(world, job)] : [];
  return applied.changed || told
    ? { state: "done", summary: `told: ${telling.tells}; steps: ${steps}`, follow }
    : { state: "noop", summary: `nothing to do: ${telling.tells}`, follow };
}

/** Where the bot may not comment (a locked discussion, say) there is nobody to tell; the work itself is done. */
async function reportTo({ statusMemory, logger }: MirrorDeps, { forge }: Home, findings: Findings): Promise<boolean> {
  try {
    return await report({ forge, memory: statusMemory, logger }, findings);
  } catch (thrown) {
    const error = toTandemError(thrown);
    if (error.kind !== "user") throw error;
    logger.warn({ error }, "the author could not be told");
    return false;
  }
}

/** What the steps found out comes before what was planned. */
async function tellingOf(home: Home, { story }: Done["plan"], applied: Applied): Promise<Telling> {
  const { world, branch, compared, merge } = applied;
  if (branch?.result === "no-effect") return { tells: "no-effect" };
  const moved = branch?.result === "dist-moved" ? branch : compared && "refusal" in compared ? compared : undefined;
  if (moved) {
    const backsync = await findBacksync(home, world);
    return { tells: "dist-moved", branch: world.distBranch, backsync, refusal: moved.refusal };
  }
  if (story.tells === "source-merged" && merge === "refused") return { ...story, does: "merge-refused" };
  return story;
}

/** The open merge request that brings dist-git's commits to the source branch. */
async function findBacksync({ forge, bot }: Home, { source, distBranch }: World): Promise<MergeRequest | undefined> {
  const open = await forge.findOpenMergeRequests(source.projectId, source.targetBranch);
  return open.find(
    (candidate) => isBacksyncRequest(candidate, bot) && candidate.sourceBranch.endsWith(`/${distBranch}`),
  );
}

function backsyncOf({ distProject, distBranch }: World, { origin }: MirrorJob): BacksyncJob {
  return { v: 1, queue: "backsync", forge: "gitlab", projectId: distProject.id, branch: distBranch, origin };
}

/** Decides who hears of an error: a person who can mend it, at once; otherwise the author when nobody tries again. */
async function onError(deps: MirrorDeps, home: Home, world: World, error: TandemError): Promise<Outcome> {
  const findings = { subject: world, applied: notApplied(world) };
  // The package was never prepared for source-git: not an error of anybody.
  if (error.code === "config-missing" && !world.pair) return { state: "noop", summary: error.message };
  if (error.kind === "user") return refuse(deps, home, findings, error);
  const hopeless = error.kind === "bug" || error.kind === "auth" || (deps.lastAttempt && error.kind !== "rate-limit");
  if (hopeless) {
    try {
      await reportTo(deps, home, { ...findings, telling: { tells: "failure", error } });
    } catch (second) {
      deps.logger.warn({ error: toTandemError(second) }, "the author could not be told of the failure");
    }
  }
  throw error;
}

async function refuse(
  deps: MirrorDeps,
  home: Home,
  findings: Omit<Findings, "telling">,
  error: TandemError,
): Promise<Outcome> {
  await reportTo(deps, home, { ...findings, telling: { tells: "problem", error } });
  return { state: "refused", summary: `${error.code}: ${error.message}` };
}
