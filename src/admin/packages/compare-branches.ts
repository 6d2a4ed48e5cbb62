// Compares all served branches of a package, as they are on the forge.
import type { Project } from "../../forge/forge.ts";
import { distBranchRef, SOURCE_TAGS, sourceBranchRef } from "../../git/cache.ts";
import type { Remote, Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import type { Route } from "../../model/routes.ts";
import { chooseBranches } from "./choose-branches.ts";
import { type CompareOptions, compareHeads } from "./compare.ts";
import type { BothSides, Side, Standing } from "./world.ts";

/** What comparing needs. */
export interface CompareDeps extends Pick<CompareOptions, "limits"> {
  /** The package's cache. */
  readonly openRepository: (source: Project) => Promise<Repository>;
  readonly remoteOf: (project: Project) => Remote;
}

/** How a branch stands. */
export interface ComparedBranch {
  /** Name on each side. */
  readonly names: BothSides<string>;
  readonly standing: Standing;
  /** Why it cannot be told. */
  readonly problem: string | undefined;
}

/** Fetches and compares. Throws as `chooseBranches`, and what git throws. */
export async function compareBranches(
  { openRepository, remoteOf, limits }: CompareDeps,
  { source, dist }: BothSides<Project>,
  route: Route,
): Promise<readonly ComparedBranch[]> {
  const repository = await openRepository(source);
  const remotes = { source: remoteOf(source), dist: remoteOf(dist) };
  const namesAt = async (side: Side) =>
    (await repository.listRemote(remotes[side], ["refs/heads/*"])).map(({ name }) => name.slice("refs/heads/".length));
  const pairs = chooseBranches(route, { source: await namesAt("source"), dist: await namesAt("dist") }, undefined);
  const refs = pairs.map((pair) => ({ source: sourceBranchRef(pair.source), dist: distBranchRef(dist.id, pair.dist) }));
  const refspecs = (side: Side) => pairs.map((pair, at) => `+refs/heads/${pair[side]}:${refs[at]?.[side]}`);
  await repository.fetch(remotes.source, [...refspecs("source"), SOURCE_TAGS]);
  await repository.fetch(remotes.dist, refspecs("dist"));
  const branches: ComparedBranch[] = [];
  for (const [at, names] of pairs.entries()) {
    const [sourceHead, distHead] = await repository.resolveCommits([refs[at]?.source ?? "", refs[at]?.dist ?? ""]);
    if (!sourceHead || !distHead)
      throw new TandemError("bug", `${names.source} is not there after it was fetched`, { code: "ref-not-fetched" });
    const heads = { source: sourceHead, dist: distHead };
    const { standing, error } = await compareHeads(repository, heads, { route, distProject: dist.path, limits });
    branches.push({ names, standing, problem: error?.message });
  }
  return branches;
}
