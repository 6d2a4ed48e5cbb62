// Brings what a source-git merge request is made of into the package's object store.
import type { Project } from "../../forge/forge.ts";
import { distBranchRef, SOURCE_TAGS, sourceBranchRef, sourceRequestRef } from "../../git/cache.ts";
import type { Remote, Repository } from "../../git/repository.ts";
import { TandemError, userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { World } from "./world.ts";

type RemoteOf = (project: Project) => Remote;

/** Whose histories are fetched. */
export type HistoryOwner = Pick<World, "source" | "sourceProject" | "distProject" | "distBranch">;

/** The commits that the transformation starts from. */
export interface Heads {
  readonly source: Sha;
  readonly sourceTarget: Sha;
  readonly dist: Sha;
}

/**
 * Brings both histories into the object store. The head comes from the target project, where forges keep a ref for
 * each merge request: contributors' forks may be private, and lack the tags of upstream.
 * @throws TandemError kind `user` when a target branch is missing; kind `stale` when the head moved or is not there yet
 */
export async function fetchHistories(repository: Repository, remoteOf: RemoteOf, world: HistoryOwner): Promise<Heads> {
  const { source, distProject, distBranch } = world;
  const refs = {
    source: sourceRequestRef(source),
    sourceTarget: sourceBranchRef(source.targetBranch),
    dist: distBranchRef(distProject.id, distBranch),
  };
  const fetches = await Promise.allSettled([
    fetchSource(repository, remoteOf, world, refs),
    fetchDist(repository, remoteOf, world, refs.dist),
  ]);
  for (const fetch of fetches) if (fetch.status === "rejected") throw fetch.reason;
  const [request, target, dist] = await repository.resolveCommits([refs.source, refs.sourceTarget, refs.dist]);
  const heads = {
    source: fetched(request, refs.source),
    sourceTarget: fetched(target, refs.sourceTarget),
    dist: fetched(dist, refs.dist),
  };
  if (heads.source !== source.head)
    throw new TandemError("stale", `The head of ${source.webUrl} moved while it was fetched`, { code: "head-moved" });
  return heads;
}

async function fetchSource(
  repository: Repository,
  remoteOf: RemoteOf,
  { source, sourceProject }: HistoryOwner,
  refs: { readonly source: string; readonly sourceTarget: string },
): Promise<void> {
  const remote = remoteOf(sourceProject);
  const head = source.headRef;
  const target = `refs/heads/${source.targetBranch}`;
  try {
    await repository.fetch(remote, [`+${head}:${refs.source}`, `+${target}:${refs.sourceTarget}`, SOURCE_TAGS]);
  } catch (thrown) {
    if (!(thrown instanceof TandemError && thrown.code === "ref-missing")) throw thrown;
    if ((await repository.listRemote(remote, [target])).length === 0)
      throw userError("source-branch-missing", `${sourceProject.path} has no branch ${source.targetBranch}`, {
        fix: "Target a branch that exists with this merge request.",
        cause: thrown,
      });
    throw new TandemError("stale", `${sourceProject.path} does not have ${head} yet`, {
      code: "head-missing",
      cause: thrown,
    });
  }
}

async function fetchDist(repository: Repository, remoteOf: RemoteOf, world: HistoryOwner, ref: string): Promise<void> {
  const { distProject, distBranch } = world;
  try {
    await repository.fetch(remoteOf(distProject), [`+refs/heads/${distBranch}:${ref}`]);
  } catch (thrown) {
    if (!(thrown instanceof TandemError && thrown.code === "ref-missing")) throw thrown;
    throw userError("dist-branch-missing", `The dist-git project ${distProject.path} has no branch ${distBranch}`, {
      fix: "Create the branch in dist-git, or target another branch with this merge request.",
      cause: thrown,
    });
  }
}

function fetched(sha: Sha | undefined, ref: string): Sha {
  if (!sha) throw new TandemError("bug", `${ref} is not there after it was fetched`, { code: "ref-not-fetched" });
  return sha;
}
