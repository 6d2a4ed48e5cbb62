// What adding a package comes to. Pure.
import { type TandemError, userError } from "../../model/errors.ts";
import type { AddWorld, BranchWorld, Side } from "./world.ts";

/** One thing to do. Each may be done again. */
export type AddStep =
  | { readonly do: "create-project"; readonly side: Side }
  /** Upstream's tags, which `upstream_ref` names. */
  | { readonly do: "push-tags" }
  /** `addCi`: with a commit on top that adds a CI file. */
  | { readonly do: "push-branch"; readonly side: Side; readonly branch: BranchWorld; readonly addCi: boolean }
  | { readonly do: "set-default-branch"; readonly side: Side; readonly branch: string };

/** The steps, or why there are none. */
export type AddPlan =
  | { readonly kind: "steps"; readonly steps: readonly AddStep[] }
  | { readonly kind: "refuse"; readonly error: TandemError };

// Dist-git first: a commit that adds the CI file to source-git names the one that did it in dist-git.
const SIDES = ["dist", "source"] as const;

/** Decides. Nothing is made for a package whose sides are not in step: somebody has to mend them where they come from. */
export function makePlan(world: AddWorld): AddPlan {
  for (const side of SIDES) {
    if (!world.groups[side] && !world.projects[side]) return { kind: "refuse", error: noGroup(world, side) };
  }
  const pushes = SIDES.flatMap((side) => world.branches.flatMap((branch) => pushesOf(world, side, branch)));
  const unfit = world.branches.find(
    (branch) => branch.standing !== "in-step" && pushes.some((push) => push.branch === branch),
  );
  if (unfit) return { kind: "refuse", error: notInStep(world, unfit) };
  const creations = SIDES.filter((side) => !world.projects[side]);
  return {
    kind: "steps",
    steps: [
      ...creations.map((side) => ({ do: "create-project", side }) as const),
      ...(pushes.some(isNewSource) ? [{ do: "push-tags" } as const] : []),
      ...pushes,
      ...SIDES.flatMap((side) => defaultOf(world, side)),
    ],
  };
}

function pushesOf({ route }: AddWorld, side: Side, branch: BranchWorld) {
  const addCi = route.copyCiFile && !branch.hasCi[side];
  if (branch.there[side] !== undefined && !addCi) return [];
  return [{ do: "push-branch", side, branch, addCi } as const];
}

/** The tags come with the first branch: later ones are the maintainers' own. */
function isNewSource({ side, branch }: { readonly side: Side; readonly branch: BranchWorld }): boolean {
  return side === "source" && branch.there.source === undefined;
}

/** The first branch of a new project; one that shows a branch already keeps it. */
function defaultOf({ branches, defaults }: AddWorld, side: Side): readonly AddStep[] {
  const [first] = branches;
  const wanted = first?.names[side];
  if (wanted === undefined || branches.some(({ names }) => names[side] === defaults[side])) return [];
  return [{ do: "set-default-branch", side, branch: wanted }];
}

function noGroup({ places }: AddWorld, side: Side): TandemError {
  return userError("group-missing", `There is no group ${places[side].group}, or the account may not see it`, {
    fix: "Make the group first, or give the account the role Maintainer in it.",
  });
}

const STANDINGS: Readonly<Record<BranchWorld["standing"], string>> = {
  "in-step": "are in step",
  ahead: "are not in step: source-git has changes that dist-git lacks",
  behind: "are not in step: dist-git has commits that source-git lacks",
  diverged: "have diverged",
  unknown: "cannot be compared",
};

function notInStep({ package: name }: AddWorld, { names, standing, error }: BranchWorld): TandemError {
  const why = error ? `: ${error.message}` : "";
  return userError("not-in-step", `The branches ${names.source} of ${name} ${STANDINGS[standing]}${why}`, {
    fix: "Bring them in step where they come from, with `tandem source-git update-dist-git` or `update-source-git`, and run this again.",
  });
}
