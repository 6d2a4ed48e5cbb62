// Whether two routes lead from different source-git projects to one branch of one dist-git project: their pairs would
// share branches, and a push to dist-git would have two answers.
import { sourceProjectOf } from "./route-patterns.ts";
import type { Route } from "./routes.ts";

/** What decides where a route leads. */
export type RouteEnds = Pick<Route, "forge" | "source" | "branches" | "dist" | "distBranch">;

/** Two routes that clash, by their places in the list. */
export interface RouteClash {
  readonly first: number;
  readonly second: number;
  /** Their dist-git patterns are the same: any project of one clashes. Otherwise some project may, if it exists. */
  readonly isCertain: boolean;
}

/**
 * All clashes. Sees wildcards and placeholders, and takes a branch pattern for more than it is where `distBranch` names
 * the branch twice. Does not see that a project of which it speaks does not exist, or that an earlier route, or a branch
 * pattern of its own, keeps merge requests from ever taking the later one.
 */
export function findClashes(routes: readonly RouteEnds[]): readonly RouteClash[] {
  return routes.flatMap((one, first) =>
    routes.slice(first + 1).flatMap((other, index) => {
      if (!shareBranch(one, other) || !shareProject(one, other)) return [];
      return [{ first, second: first + 1 + index, isCertain: one.dist === other.dist }];
    }),
  );
}

function shareProject(one: RouteEnds, other: RouteEnds): boolean {
  if (one.forge === other.forge && one.source === other.source) return false;
  if (!meet(pathTokens(one.dist), pathTokens(other.dist))) return false;
  return !isExceptionOf(one, other) && !isExceptionOf(other, one);
}

/** Whether a route for one project comes from where the other route would have taken it from, too. */
function isExceptionOf(one: RouteEnds, other: RouteEnds): boolean {
  if (one.dist.includes("{")) return false;
  const source = sourceProjectOf(other, one.dist);
  return source?.forge === one.forge && source.path === one.source;
}

function shareBranch(one: RouteEnds, other: RouteEnds): boolean {
  const [ones, others] = [distBranches(one), distBranches(other)];
  return ones.some((pattern) => others.some((another) => meet(pattern, another)));
}

function distBranches({ branches, distBranch }: RouteEnds): readonly (readonly Token[])[] {
  return branches.map((pattern) =>
    [...distBranch.split("{branch}").join(pattern)].map((letter) => (letter === "*" ? RUN : letter)),
  );
}

function pathTokens(pattern: string): readonly Token[] {
  return pattern.split("/").flatMap((part): readonly Token[] => {
    if (part === "{package}") return [ONE];
    return part === "{path}" ? [ONE, RUN] : [part];
  });
}

const ONE = Symbol("any one");
const RUN = Symbol("any number of any");
type Token = string | typeof ONE | typeof RUN;

/** Whether some text fits both patterns. Takes as many steps as the product of their lengths. */
function meet(one: readonly Token[], other: readonly Token[]): boolean {
  // Row by row from the end: whether what is left of `one` and what is left of `other` meet.
  let below: readonly boolean[] = [];
  for (let i = one.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = other.length; j >= 0; j--) {
      const [a, b] = [one[i], other[j]];
      // A run ends here, or takes one more of the other side.
      if (a === RUN || b === RUN) row[j] = below[j] === true || row[j + 1] === true;
      else if (a === undefined || b === undefined) row[j] = a === b;
      else row[j] = (a === ONE || b === ONE || a === b) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}
