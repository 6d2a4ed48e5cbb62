// Which branches of a package are served: those that both repositories have. Pure.
import { userError } from "../../model/errors.ts";
import { distBranchOf, servesBranch } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { BothSides } from "./world.ts";

/**
 * The pairs of branches, the one that source-git's HEAD names first, then by name.
 * @param there names of the branches of both repositories
 * @param first the branch that source-git shows first, if it says so
 * @throws TandemError kind `user`, code `no-branches`
 */
export function chooseBranches(
  route: Route,
  there: BothSides<readonly string[]>,
  first: string | undefined,
): readonly BothSides<string>[] {
  const inDist = new Set(there.dist);
  const pairs = there.source
    .filter((branch) => servesBranch(route, branch) && inDist.has(distBranchOf(route, branch)))
    .toSorted((one, other) => Number(other === first) - Number(one === first) || (one < other ? -1 : 1))
    .map((source) => ({ source, dist: distBranchOf(route, source) }));
  if (pairs.length > 0) return pairs;
  throw userError("no-branches", `Route ${route.name} serves no branch that both repositories have`, {
    fix: `It serves ${route.branches.join(", ")} of source-git, which go to ${route.distBranch} of dist-git.`,
  });
}
