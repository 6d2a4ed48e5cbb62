// Adds a package to a route: observe → plan → apply, and a look at what came of it.
import type { Project } from "../../forge/forge.ts";
import { type ApplyDeps, apply } from "./apply.ts";
import { compareHeads } from "./compare.ts";
import { type AddRequest, observe } from "./observe.ts";
import { type AddPlan, makePlan } from "./plan.ts";
import type { AddWorld, BothSides, Standing } from "./world.ts";

/** What a look at a package to be added leads to, before anything is done. */
export interface AddLook {
  readonly world: AddWorld;
  readonly plan: AddPlan;
}

/** How a branch stands when the package was added. */
export interface AddedBranch {
  readonly names: BothSides<string>;
  readonly standing: Standing;
  /** Why it cannot be told. */
  readonly problem: string | undefined;
}

/** A package that was added, or was there. */
export interface AddedPackage {
  readonly projects: BothSides<Project>;
  readonly branches: readonly AddedBranch[];
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
export async function addPackage(deps: ApplyDeps, { world, plan }: AddLook): Promise<AddedPackage> {
  if (plan.kind === "refuse") throw plan.error;
  const { projects, heads } = await apply(deps, world, plan.steps);
  const branches: AddedBranch[] = [];
  for (const [{ names }, head] of heads) {
    const options = { route: world.route, distProject: projects.dist.path, limits: deps.limits };
    const { standing, error } = await compareHeads(deps.repository, head, options);
    branches.push({ names, standing, problem: error?.message });
  }
  return { projects, branches };
}
