// Adds a package to a route: observe → plan → apply, and a look at what came of it.
import type { Project } from "../../forge/forge.ts";
import { type ApplyDeps, apply } from "./apply.ts";
import { compareHeads } from "./compare.ts";
import type { ComparedBranch } from "./compare-branches.ts";
import type { HookStanding } from "./hook-standing.ts";
import { type AddRequest, observe } from "./observe.ts";
import { ensurePackageHooks, type PackageHookDeps } from "./package-hooks.ts";
import { type AddPlan, makePlan } from "./plan.ts";
import type { AddWorld, BothSides } from "./world.ts";

/** What a look at a package to be added leads to, before anything is done. */
export interface AddLook {
  readonly world: AddWorld;
  readonly plan: AddPlan;
}

/** A package that was added, or was there. */
export interface AddedPackage {
  readonly projects: BothSides<Project>;
  readonly branches: readonly ComparedBranch[];
  readonly hooks: HookStanding;
}

/** What adding needs. */
export interface AddDeps extends ApplyDeps {
  /** Without it no webhooks are looked at. */
  readonly hooks: PackageHookDeps | undefined;
}

/** Looks and decides; changes nothing. Throws as `observe`. */
export async function lookAtPackage(deps: ApplyDeps, request: AddRequest): Promise<AddLook> {
  const world = await observe(deps, request);
  return { world, plan: makePlan(world) };
}

/**
 * Does what the plan says, and compares the branches as they are then. Throws the error of a plan that refuses, and what the
 * forge and git throw; run again it goes on where it ended.
 */
export async function addPackage(deps: AddDeps, { world, plan }: AddLook): Promise<AddedPackage> {
  if (plan.kind === "refuse") throw plan.error;
  const { projects, heads } = await apply(deps, world, plan.steps);
  const branches: ComparedBranch[] = [];
  for (const [{ names }, head] of heads) {
    const options = { route: world.route, distProject: projects.dist.path, limits: deps.limits };
    const { standing, error } = await compareHeads(deps.repository, head, options);
    branches.push({ names, standing, problem: error?.message });
  }
  if (!deps.hooks) return { projects, branches, hooks: "unknown" };
  deps.progress("seeing to the webhooks");
  return { projects, branches, hooks: await ensurePackageHooks(deps.hooks, world.route, projects) };
}
