// Performs a plan's steps in order. Each step is conditional on what was observed and can be done again.
import type { Forge, Project } from "../../forge/forge.ts";
import type { Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import { ensureComment } from "../ensure-comment.ts";
import { ensureFork, type ForkWait } from "../ensure-fork.ts";
import type { CompareDeps } from "./compare.ts";
import type { Step } from "./plan.ts";
import { renderComment, TITLE } from "./text.ts";
import type { Comparison, Telling, World } from "./world.ts";

/** What applying needs. */
export interface ApplyDeps extends ForkWait, Pick<CompareDeps, "remoteOf"> {
  /** Where source-git is. */
  readonly forge: Forge;
  readonly repository: Repository;
}

/** Does the steps. Returns whether anything was changed that others see. */
export async function apply(
  deps: ApplyDeps,
  world: World,
  { comparison, steps }: { readonly comparison: Comparison; readonly steps: readonly Step[] },
): Promise<boolean> {
  let changed = false;
  let fork: Project | undefined;
  for (const step of steps) {
    if (step.do === "push") {
      const pushed = await push(deps, world, comparison);
      fork = pushed.fork;
      changed ||= pushed.result === "pushed";
    } else if (step.do === "tell") {
      changed = (await tell(deps.forge, world, step.telling)) || changed;
    } else {
      await (step.do === "open" ? open(deps, world, step, fork) : change(deps, world, step));
      changed = true;
    }
  }
  return changed;
}

async function push(deps: ApplyDeps, world: World, comparison: Comparison) {
  if (comparison.found !== "behind") throw outOfOrder("push");
  const { brought, branch } = comparison;
  const isReady = branch.fork?.state === "ready";
  const fork = await ensureFork(deps, world.sourceProject, world.bot, branch);
  // A fork that was not ready before may have the branch.
  const expected = isReady ? branch.head : await deps.forge.readBranch(fork.id, world.branch);
  const result = await deps.repository.push(deps.remoteOf(fork), {
    commit: brought.head,
    branch: world.branch,
    expected: expected?.sha,
  });
  return { result, fork };
}

async function open(
  { forge }: ApplyDeps,
  { sourceProject, sourceBranch, branch }: World,
  { description }: Extract<Step, { do: "open" }>,
  fork: Project | undefined,
): Promise<void> {
  if (!fork) throw outOfOrder("open");
  await forge.createMergeRequest({
    sourceProject: fork,
    sourceBranch: branch,
    targetProjectId: sourceProject.id,
    targetBranch: sourceBranch,
    title: TITLE,
    description,
  });
}

async function change(
  { forge }: ApplyDeps,
  { request }: World,
  { change: wanted }: Extract<Step, { do: "change" }>,
): Promise<void> {
  if (!request) throw outOfOrder("change");
  const { projectId, iid } = request.mergeRequest;
  await forge.updateMergeRequest(projectId, iid, wanted);
}

/** Makes the comment on the merge request say so. Returns whether it was written. */
export async function tell(forge: Forge, world: World, telling: Telling): Promise<boolean> {
  const { request } = world;
  if (!request) throw outOfOrder("tell");
  const body = renderComment(telling, world);
  return (await ensureComment(forge, request.mergeRequest, request.comment, body)) !== undefined;
}

function outOfOrder(step: Step["do"]): TandemError {
  return new TandemError("bug", `The step ${step} came before what it needs`, { code: "plan-out-of-order" });
}
