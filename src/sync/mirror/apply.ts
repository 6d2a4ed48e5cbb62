// Performs a plan's steps in order. Each step is conditional on what was observed and can be done again.
import type { Forge, MergeRequest } from "../../forge/forge.ts";
import { TandemError } from "../../model/errors.ts";
import { mergeRequestDescription, mergeRequestTitle } from "./dist-git-text.ts";
import { refOf, type Step } from "./plan.ts";
import { type BranchDeps, type BranchResult, updateBranch } from "./update-branch.ts";
import type { World } from "./world.ts";

/** What was done. */
export interface Applied {
  /** The pair's dist-git merge request as it is now. */
  readonly mergeRequest: MergeRequest | undefined;
  readonly branch: BranchResult | undefined;
  readonly changed: boolean;
}

/** Does the steps. A branch update without effect on dist-git ends them, and closes an open dist-git merge request. */
export async function apply(deps: BranchDeps, world: World, steps: readonly Step[]): Promise<Applied> {
  let applied: Applied = { mergeRequest: world.pair?.mergeRequest, branch: undefined, changed: false };
  for (const step of steps) {
    applied = await perform(deps, world, step, applied);
    if (applied.branch?.result === "no-effect") return withdraw(deps.forge, world, applied);
  }
  return applied;
}

/** The mark says why it was closed, so that it is not opened again for the same head. */
async function withdraw(forge: Forge, world: World, applied: Applied): Promise<Applied> {
  const { source, distProject } = world;
  if (applied.mergeRequest?.state !== "opened" || !source.head) return applied;
  const mark = { source: refOf(world), closedWithSource: true, withoutEffect: source.head } as const;
  const mergeRequest = await forge.updateMergeRequest(distProject.id, applied.mergeRequest.iid, {
    state: "closed",
    description: mergeRequestDescription(source, mark),
  });
  return { ...applied, mergeRequest, changed: true };
}

async function perform(deps: BranchDeps, world: World, step: Step, before: Applied): Promise<Applied> {
  const { forge } = deps;
  switch (step.do) {
    case "update-branch": {
      const branch = await updateBranch(deps, world);
      return { ...before, branch, changed: before.changed || branch.result === "pushed" };
    }
    case "open-merge-request": {
      if (!before.branch || before.branch.result === "no-effect") throw outOfOrder(step);
      const mergeRequest = await forge.createMergeRequest({
        sourceProjectId: before.branch.fork.id,
        sourceBranch: world.pairBranch,
        targetProjectId: world.distProject.id,
        targetBranch: world.distBranch,
        title: mergeRequestTitle(world.source),
        description: mergeRequestDescription(world.source, { source: refOf(world) }),
      });
      return { ...before, mergeRequest, changed: true };
    }
    case "change-merge-request": {
      if (!before.mergeRequest) throw outOfOrder(step);
      const { iid } = before.mergeRequest;
      const mergeRequest = await forge.updateMergeRequest(world.distProject.id, iid, step.change);
      return { ...before, mergeRequest, changed: true };
    }
  }
}

function outOfOrder(step: Step): TandemError {
  return new TandemError("bug", `The step ${step.do} came before what it needs`, { code: "plan-out-of-order" });
}
