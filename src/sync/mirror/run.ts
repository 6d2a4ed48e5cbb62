// One source-git merge request, from what is to what should be: observe → plan → apply → report.
import type { MergeRequest } from "../../forge/forge.ts";
import { type TandemError, toTandemError } from "../../model/errors.ts";
import type { BacksyncJob, MirrorJob } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import { createStopwatch, type Stopwatch, type TimeStep, untimed } from "../../model/step.ts";
import type { StatusMemory } from "../checks/set-status.ts";
import type { Home, Homes } from "../homes.ts";
import { isBacksyncRequest } from "../marks/backsync-mark.ts";
import { acknowledge } from "./acknowledge.ts";
import { type Applied, apply, notApplied } from "./apply.ts";
import { type Look, lookAt } from "./look.ts";
import type { Findings } from "./next-mark.ts";
import type { ObserveDeps } from "./observe.ts";
import type { Plan } from "./plan.ts";
import { type Course, pairRecord } from "./record.ts";
import { report } from "./report.ts";
import type { Telling } from "./telling.ts";
import type { BranchDeps } from "./update-branch.ts";
import type { World } from "./world.ts";

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

/** Works on one mirror job. */
export async function runMirror(deps: MirrorDeps, job: MirrorJob): Promise<Outcome> {
  const { time, taken } = createStopwatch(deps.clock, deps.time ?? untimed);
  const look = await lookAt(deps, job, time);
  const { outcome, isUnprepared, ...course } = await carryOut({ ...deps, time }, look, job);
  const record = isUnprepared ? undefined : pairRecord({ ...course, look, steps: taken });
  return record ? { ...outcome, record } : outcome;
}

/** How the job ended, and what the record shows of it. */
type Ended = { readonly outcome: Outcome; readonly isUnprepared?: true } & Pick<Course, "applied" | "telling">;

async function carryOut(deps: MirrorDeps & Pick<Stopwatch, "time">, look: Look, job: MirrorJob): Promise<Ended> {
  if (look.state === "noop") {
    const { state, summary, follow } = look;
    return { outcome: { state, summary, ...(follow ? { follow } : {}) } };
  }
  const home = await deps.homes.source(job.forge);
  const { forge: dist } = await deps.homes.dist();
  if (look.state === "blocked") {
    await acknowledge({ source: home.forge, dist }, { ...look.subject, pair: undefined });
    return refuse(deps, home, { subject: look.subject, applied: undefined }, look.error);
  }
  const { world, plan } = look;
  deps.logger.debug({ plan }, "planned");
  try {
    await acknowledge({ source: home.forge, dist }, world);
    if (plan.kind === "refuse") throw plan.error;
    const applied = await deps.time("apply", () => apply({ ...deps, dist }, world, plan.steps));
    return await deps.time("report", () => tell(deps, home, { plan, applied, job }));
  } catch (thrown) {
    return onError(deps, home, world, toTandemError(thrown));
  }
}

interface Done {
  readonly plan: Extract<Plan, { kind: "act" }>;
  readonly applied: Applied;
  readonly job: MirrorJob;
}

async function tell(deps: MirrorDeps, home: Home, { plan, applied, job }: Done): Promise<Ended> {
  const { world } = applied;
  const telling = await tellingOf(home, plan, applied);
  const told = await reportTo(deps, home, { subject: world, telling, applied });
  const steps = plan.steps.map((step) => step.do).join(", ") || "none";
  // An attempt that died may have told, and not come to ask for the job that follows.
  const isNews = told || deps.again === true;
  const follow = isNews && telling.tells === "dist-moved" && world.route.backsync ? [backsyncOf(world, job)] : [];
  const outcome: Outcome =
    applied.changed || told
      ? { state: "done", summary: `told: ${telling.tells}; steps: ${steps}`, follow }
      : { state: "noop", summary: `nothing to do: ${telling.tells}`, follow };
  return { outcome, applied, telling };
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
async function onError(deps: MirrorDeps, home: Home, world: World, error: TandemError): Promise<Ended> {
  const findings = { subject: world, applied: notApplied(world) };
  // The package was never prepared for source-git: not an error of anybody.
  if (error.code === "config-missing" && !world.pair)
    return { outcome: { state: "noop", summary: error.message }, isUnprepared: true };
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
): Promise<Ended> {
  const telling: Telling = { tells: "problem", error };
  await reportTo(deps, home, { ...findings, telling });
  return { outcome: { state: "refused", summary: `${error.code}: ${error.message}` }, telling };
}
