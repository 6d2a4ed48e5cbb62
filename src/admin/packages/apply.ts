// Performs the steps of adding a package, one after the other. Each may be done again after a failure.
import type { Project } from "../../forge/forge.ts";
import type { Group } from "../../forge/project-admin.ts";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { readCi, writeCiCommit } from "./ci-commits.ts";
import { missingCiFiles } from "./ci-files.ts";
import type { ObserveDeps } from "./observe.ts";
import type { AddStep } from "./plan.ts";
import { stepText } from "./step-text.ts";
import type { AddWorld, BothSides, BranchWorld, Side } from "./world.ts";

/** What acting needs beside looking. */
export interface ApplyDeps extends ObserveDeps {
  /** Who commits CI files. */
  readonly identity: { readonly name: string; readonly email: string };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What adding has led to. */
export interface Added {
  readonly projects: BothSides<Project>;
  /** Heads of both sides of each branch. */
  readonly heads: ReadonlyMap<BranchWorld, BothSides<Sha>>;
}

/** Performs the steps and returns how the projects are then. Throws what the forge and git throw. */
export async function apply(deps: ApplyDeps, world: AddWorld, steps: readonly AddStep[]): Promise<Added> {
  const state: State = {
    projects: { ...world.projects },
    heads: new Map(
      world.branches.map((branch) => [
        branch,
        { source: branch.there.source ?? branch.from.source, dist: branch.there.dist ?? branch.from.dist },
      ]),
    ),
  };
  for (const step of steps) {
    deps.progress(stepText(step, world));
    await perform(deps, world, state, step);
  }
  return { projects: { source: need(state, "source"), dist: need(state, "dist") }, heads: state.heads };
}

interface State {
  readonly projects: { -readonly [side in Side]: Project | undefined };
  readonly heads: Map<BranchWorld, BothSides<Sha>>;
}

async function perform(deps: ApplyDeps, world: AddWorld, state: State, step: AddStep): Promise<void> {
  const { admin, repository, remoteOf } = deps;
  switch (step.do) {
    case "create-project":
      state.projects[step.side] = await admin.createProject(groupOf(world, step.side), world.places[step.side].name);
      return;
    case "push-tags":
      await repository.pushTags(remoteOf(need(state, "source")));
      return;
    case "push-branch": {
      const { side, branch } = step;
      const heads = state.heads.get(branch) ?? branch.from;
      const commit = step.addCi ? await addCi(deps, side, heads) : heads[side];
      const remote = remoteOf(need(state, side));
      await repository.push(remote, { commit, branch: branch.names[side], expected: branch.there[side] });
      state.heads.set(branch, { ...heads, [side]: commit });
      return;
    }
    case "set-default-branch":
      await admin.setDefaultBranch(need(state, step.side).id, step.branch);
      return;
  }
}

/** A commit on top of a side's head with the CI file that the other side has, else the fake. */
async function addCi({ repository, identity, now }: ApplyDeps, side: Side, heads: BothSides<Sha>): Promise<Sha> {
  const files = {
    source: await readCi(repository, "source", heads.source),
    dist: await readCi(repository, "dist", heads.dist),
  };
  const content = missingCiFiles(files)[side];
  if (!content) return heads[side];
  const origin = side === "source" ? { distHead: heads.dist } : {};
  return await writeCiCommit(repository, { side, parent: heads[side], content, identity, at: now(), ...origin });
}

function need({ projects }: State, side: Side): Project {
  const project = projects[side];
  if (!project) throw new TandemError("bug", `the ${side} project was not made`, { code: "step-order" });
  return project;
}

function groupOf({ groups }: AddWorld, side: Side): Group {
  const group = groups[side];
  if (!group) throw new TandemError("bug", `the group of ${side} was not found`, { code: "step-order" });
  return group;
}
