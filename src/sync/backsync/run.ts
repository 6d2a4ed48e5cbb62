// One dist-git branch: what it has and source-git lacks is brought to a merge request of source-git (D21, D22).
//
// Why this ends. Jobs follow each other along two arrows only:
//   backsync → mirror   for every open merge request of others into the branch, after each job that had a look;
//   mirror   → backsync only when the mirror job wrote its comment (or an earlier attempt of it may have, and jobs have few)
//                       and that tells of a dist-git that moved, or when the merge request is the bot's own one from here
//                       and no longer open, which no arrow leads to.
// So every turn of the circle has a comment written, whose text is a function of what the two jobs read: branches, merge
// requests and the comment itself. A backsync job changes of these only its own merge request and branch, to a function of
// the two branches; when those rest, the second one changes nothing. Then no comment differs and nothing follows.
// Events bring in nothing more: a push to the bot's fork is of no route, and its own merge request is not mirrored. The
// push event of the bot's merged dist-git merge request finds both in step, or others' commits, which are due.
import type { Forge } from "../../forge/forge.ts";
import type { Repository } from "../../git/repository.ts";
import { TandemError, toTandemError } from "../../model/errors.ts";
import { MAX_PAIRS, type PairsRecord } from "../../model/job-record.ts";
import type { BacksyncJob, Job } from "../../model/jobs.ts";
import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../../model/outcome.ts";
import { pairId } from "../../model/pair-view.ts";
import type { ForkWait } from "../ensure-fork.ts";
import { apply, tell } from "./apply.ts";
import { type CompareDeps, compare } from "./compare.ts";
import { findComment, type ObserveDeps, observe, observeBranch } from "./observe.ts";
import { makePlan } from "./plan.ts";
import type { Comparison, Request, World } from "./world.ts";

/** What a backsync job needs from its surroundings. */
export interface BacksyncDeps extends ForkWait, ObserveDeps, CompareDeps {
  readonly identityOf: CompareDeps["identityOf"];
  readonly logger: Logger;
  /** Whether the queue will not try again after this attempt. */
  readonly lastAttempt: boolean;
}

/** Works on one backsync job. */
export async function runBacksync(deps: BacksyncDeps, job: BacksyncJob): Promise<Outcome> {
  const observation = await observe(deps, job);
  if (observation.found === "out-of-scope") return { state: "noop", summary: observation.reason };
  const { world } = observation;
  const follow = world.others.map(
    ({ forge, projectId, iid }): Job => ({ v: 1, queue: "mirror", forge, projectId, iid, origin: job.origin }),
  );
  const record = recordOf(world);
  if (!world.route.backsync)
    return { state: "noop", summary: `route ${world.route.name} brings nothing back from dist-git`, follow, record };
  const { forge } = await deps.homes.source(world.route.forge);
  const bench: Bench = { deps, forge, repository: await deps.openRepository(world.sourceProject), world };
  try {
    return { ...(await bring(bench)), follow, record };
  } catch (thrown) {
    return { ...(await onError(bench, toTandemError(thrown))), follow, record };
  }
}

/** It concerns all who wait to be merged into the branch. */
function recordOf({ others, route }: World): PairsRecord {
  return { v: 1, route: route.name, pairs: others.slice(0, MAX_PAIRS).map(pairId) };
}

interface Bench {
  readonly deps: BacksyncDeps;
  readonly forge: Forge;
  readonly repository: Repository;
  readonly world: World;
}

type Result = Omit<Outcome, "follow" | "record">;

async function bring(bench: Bench): Promise<Result> {
  const { deps, forge, repository, world } = bench;
  const result = await compare(deps, repository, world).catch(toTandemError);
  if (result instanceof TandemError) return refuse(bench, result);
  if (result === "in-step") return conclude({ ...bench, world: await readStateAgain(bench) }, { found: result });
  if (typeof result === "string") return conclude(bench, { found: result });
  const branch = await observeBranch(deps, forge, world);
  return conclude(bench, { found: "behind", brought: result, branch });
}

/** It may have been merged since it was read, which is why the branches are in step: nobody closes it then. */
async function readStateAgain({ forge, world }: Bench): Promise<World> {
  const { request } = world;
  if (request?.mergeRequest.state !== "opened") return world;
  const { projectId, iid } = request.mergeRequest;
  const mergeRequest = await forge.readMergeRequest(projectId, iid);
  return mergeRequest ? { ...world, request: { ...request, mergeRequest } } : world;
}

async function refuse(bench: Bench, error: TandemError): Promise<Result> {
  if (error.kind !== "user") throw error;
  // Source-git was never prepared on this branch: not an error of anybody.
  if (error.code === "config-missing") return { state: "noop", summary: error.message };
  return conclude(bench, { found: "refused", error });
}

async function conclude({ deps, forge, repository, world }: Bench, comparison: Comparison): Promise<Result> {
  const plan = makePlan(world, comparison);
  deps.logger.debug({ plan }, "planned");
  const changed = await apply({ ...deps, forge, repository }, world, { comparison, steps: plan.steps });
  if (plan.error) return { state: "refused", summary: plan.reason };
  if (!changed) return { state: "noop", summary: plan.reason };
  return { state: "done", summary: `${plan.reason}; steps: ${plan.steps.map((step) => step.do).join(", ")}` };
}

/** Decides who hears of an error: whoever reads the open merge request, at once or when nobody tries again. */
async function onError(bench: Bench, error: TandemError): Promise<Result> {
  const { deps, forge } = bench;
  const isHopeless = error.kind === "bug" || error.kind === "auth" || (deps.lastAttempt && error.kind !== "rate-limit");
  if (error.kind !== "user" && !isHopeless) throw error;
  try {
    // What was told before the error must not be told beside it.
    const world = { ...bench.world, request: await readAgain(bench) };
    if (error.kind === "user") return await conclude({ ...bench, world }, { found: "refused", error });
    if (world.request?.mergeRequest.state === "opened") await tell(forge, world, { tells: "failure", error });
  } catch (second) {
    deps.logger.warn({ error: toTandemError(second) }, "nobody could be told of the failure");
  }
  throw error;
}

async function readAgain({ deps, world }: Bench): Promise<Request | undefined> {
  if (!world.request) return undefined;
  const home = await deps.homes.source(world.route.forge);
  return { ...world.request, comment: await findComment(home, world.request.mergeRequest) };
}
