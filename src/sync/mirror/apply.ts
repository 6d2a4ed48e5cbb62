// Performs a plan's steps in order. Each step is conditional on what was observed and can be done again.
import type { DistForge, MergeRequest, Note, User } from "../../forge/forge.ts";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { ensureComment } from "../ensure-comment.ts";
import { isDistMark } from "../marks/marker.ts";
import { renderDistComment } from "./dist-comment.ts";
import { mergeRequestDescription, mergeRequestTitle, textDigest } from "./dist-git-text.ts";
import { pairMarkOf } from "./pair-text.ts";
import type { Step } from "./steps.ts";
import type { DistTelling } from "./telling.ts";
import { type BranchDeps, type BranchResult, compareDist, type DistMoved, updateBranch } from "./update-branch.ts";
import type { Pair, World } from "./world.ts";

/** What was done. */
export interface Applied {
  /** The world, with the pair on its new branch when it was replaced. */
  readonly world: World;
  /** The pair's dist-git merge request as it is now. */
  readonly mergeRequest: MergeRequest | undefined;
  readonly branch: BranchResult | undefined;
  /** Set when the dist-git branch was compared: its head when it holds nothing new, else that it does. */
  readonly compared: DistMoved | { readonly seen: Sha } | undefined;
  readonly merge: "accepted" | "refused" | undefined;
  readonly retest: "started" | "refused" | undefined;
  /** The pair that was replaced just now, as it was observed. */
  readonly retired: Pair | undefined;
  readonly changed: boolean;
}

/** What applying needs. */
export interface ApplyDeps extends BranchDeps {
  readonly dist: DistForge;
}

/** What a world is before anything is done. */
export function notApplied(world: World): Applied {
  return {
    world,
    mergeRequest: world.pair?.mergeRequest,
    branch: undefined,
    compared: undefined,
    merge: undefined,
    retest: undefined,
    retired: undefined,
    changed: false,
  };
}

/** Does the steps. A branch update that makes no commit ends them; what is there can still be tested again. */
export async function apply(deps: ApplyDeps, world: World, steps: readonly Step[]): Promise<Applied> {
  let applied = notApplied(world);
  for (const step of steps) {
    if (applied.branch?.result === "dist-moved" && step.do !== "start-pipeline") continue;
    applied = await perform(deps, step, applied);
    if (applied.branch?.result === "no-effect") return withdraw(deps.dist, applied);
  }
  return applied;
}

/** The mark says why it was closed, so that it is not opened again for the same head. */
async function withdraw(dist: DistForge, applied: Applied): Promise<Applied> {
  const { source } = applied.world;
  if (applied.mergeRequest?.state !== "opened" || !source.head) return applied;
  const mark = pairMarkOf(source, { closedWithSource: true, withoutEffect: source.head });
  return change(dist, applied, { state: "closed", description: mergeRequestDescription(source, mark) });
}

async function perform(deps: ApplyDeps, step: Step, before: Applied): Promise<Applied> {
  const { dist } = deps;
  switch (step.do) {
    case "retire-pair":
      return retire(dist, before, step.successor);
    case "update-branch": {
      const branch = await updateBranch(deps, dist, before.world);
      return { ...before, branch, changed: before.changed || branch.result === "pushed" };
    }
    case "compare-dist":
      return { ...before, compared: await compareDist(deps, before.world) };
    case "open-merge-request":
      return open(dist, before);
    case "change-merge-request":
      return change(dist, before, step.change);
    case "tell-dist":
      return tell(dist, before, step.telling);
    case "tell-replaced":
      return tellReplaced(dist, before);
    case "start-pipeline":
      return startPipeline(dist, before);
    case "merge-when-checks-pass":
      return merge(dist, before);
  }
}

async function retire(dist: DistForge, before: Applied, successor: string): Promise<Applied> {
  const { world } = before;
  const old = before.mergeRequest;
  if (!old) throw outOfOrder("retire-pair");
  const description = mergeRequestDescription(
    world.source,
    pairMarkOf(world.source, { closedWithSource: true, successor }),
  );
  const retired = await dist.updateMergeRequest(old.projectId, old.iid, {
    description,
    ...(old.state === "opened" ? { state: "closed" } : {}),
  });
  const next = { ...world, pairBranch: successor, pair: undefined, predecessor: retired };
  return { ...before, world: next, mergeRequest: undefined, retired: world.pair, changed: true };
}

async function open(dist: DistForge, before: Applied): Promise<Applied> {
  const { world, branch } = before;
  if (branch?.result !== "pushed" && branch?.result !== "up-to-date") throw outOfOrder("open-merge-request");
  const { source, distProject, distBranch, pairBranch } = world;
  const mergeRequest = await dist.createMergeRequest({
    sourceProject: branch.fork,
    sourceBranch: pairBranch,
    targetProjectId: distProject.id,
    targetBranch: distBranch,
    title: mergeRequestTitle(source),
    description: mergeRequestDescription(source, pairMarkOf(source, { text: textDigest(source) })),
  });
  return { ...before, mergeRequest, changed: true };
}

async function change(
  dist: DistForge,
  before: Applied,
  wanted: Parameters<DistForge["updateMergeRequest"]>[2],
): Promise<Applied> {
  const { mergeRequest } = before;
  if (!mergeRequest) throw outOfOrder("change-merge-request");
  const changed = await dist.updateMergeRequest(mergeRequest.projectId, mergeRequest.iid, wanted);
  return { ...before, mergeRequest: changed, changed: true };
}

async function tell(dist: DistForge, before: Applied, telling: DistTelling): Promise<Applied> {
  const { mergeRequest, world, merge } = before;
  if (!mergeRequest) throw outOfOrder("tell-dist");
  const isRefused = telling.tells === "source-merged" && merge === "refused";
  const body = renderDistComment(isRefused ? { ...telling, does: "merge-refused" } : telling, world.source);
  const written = await ensureComment(dist, mergeRequest, world.pair?.comment, body);
  return { ...before, changed: before.changed || written !== undefined };
}

/** The comment is the last thing that a replacement does before the source side remembers the new branch. */
async function tellReplaced(dist: DistForge, before: Applied): Promise<Applied> {
  const { mergeRequest, world, retired } = before;
  const { predecessor } = world;
  if (!mergeRequest || !predecessor) return before;
  // An earlier attempt may have replaced it: then nobody has read its comments in this one.
  const present = retired ? retired.comment : await findComment(dist, world.bot, predecessor);
  const body = renderDistComment({ tells: "replaced", by: mergeRequest }, world.source);
  const written = await ensureComment(dist, predecessor, present, body);
  return { ...before, changed: before.changed || written !== undefined };
}

async function findComment(dist: DistForge, bot: User, { projectId, iid }: MergeRequest): Promise<Note | undefined> {
  const notes = await dist.findNotes(projectId, iid);
  return notes.find(({ author, body }) => author.id === bot.id && isDistMark(body));
}

/** A push to an open merge request starts a pipeline by itself. */
async function startPipeline(dist: DistForge, before: Applied): Promise<Applied> {
  const { mergeRequest, branch } = before;
  if (!mergeRequest) throw outOfOrder("start-pipeline");
  const retest = branch?.result === "pushed" ? "started" : await dist.startPipeline(mergeRequest);
  return { ...before, retest, changed: true };
}

async function merge(dist: DistForge, before: Applied): Promise<Applied> {
  const { mergeRequest, branch, world } = before;
  const head = branch && "commit" in branch ? branch.commit : world.pair?.head?.sha;
  if (!mergeRequest || !head) throw outOfOrder("merge-when-checks-pass");
  const result = await dist.mergeWhenChecksPass(mergeRequest.projectId, mergeRequest.iid, head);
  return { ...before, merge: result, changed: before.changed || result === "accepted" };
}

function outOfOrder(step: Step["do"]): TandemError {
  return new TandemError("bug", `The step ${step} came before what it needs`, { code: "plan-out-of-order" });
}
