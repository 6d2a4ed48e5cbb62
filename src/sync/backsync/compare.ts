// Fetches both branches and makes the source-git commits for what source-git lacks. Nothing is checked out or pushed.
import { DEFAULT_LIMITS, type EngineLimits } from "../../engine/limits.ts";
import type { Project, User } from "../../forge/forge.ts";
import { distBranchRef, SOURCE_TAGS, sourceBranchRef } from "../../git/cache.ts";
import type { Remote, Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import type { ForgeName, Sha } from "../../model/ids.ts";
import { projectName } from "../../model/project-path.ts";
import { findMissing, reproduce } from "../dist-ahead.ts";
import type { Brought, World } from "./world.ts";

/** What comparing needs. */
export interface CompareDeps {
  /** The object store in which the histories of a source-git project's package meet. */
  readonly openRepository: (sourceProject: Project) => Promise<Repository>;
  /** The address of a project and the credential for it. */
  readonly remoteOf: (project: Project) => Remote;
  readonly identityOf: (bot: User, forge: ForgeName) => { readonly name: string; readonly email: string };
  /** How large contents may be. Default: the engine's. */
  readonly limits?: EngineLimits;
}

/**
 * Compares. The new commits are a function of both heads: author, dates and message are those of the dist-git commits.
 * @throws TandemError kind `user` when they cannot be made; `stale` when a branch is gone meanwhile
 */
export async function compare(
  deps: CompareDeps,
  repository: Repository,
  world: World,
): Promise<"in-step" | "unknown" | Brought> {
  const { route, bot, sourceProject, distProject } = world;
  const heads = await fetchBranches(deps, repository, world);
  const by = {
    copyCiFile: route.copyCiFile,
    patchComments: route.patchComments,
    distGitName: projectName(distProject.path),
    limits: deps.limits ?? DEFAULT_LIMITS,
  };
  const missing = await findMissing(repository, by, heads);
  if (missing.state !== "missing") return missing.state === "none" ? "in-step" : "unknown";
  const identity = deps.identityOf(bot, sourceProject.forge);
  const made = await reproduce(repository, by, {
    commits: missing.commits,
    sourceHead: heads.sourceHead,
    committer: ({ committer }) => ({ ...identity, date: committer.date }),
  });
  if (made.commits.length === 0) return "in-step";
  const commits = made.commits.map(({ dist }) => dist);
  return { head: made.head, distHead: heads.distHead, commits, notes: made.notes };
}

async function fetchBranches(
  { remoteOf }: CompareDeps,
  repository: Repository,
  { sourceProject, sourceBranch, distProject, distBranch }: World,
): Promise<{ readonly sourceHead: Sha; readonly distHead: Sha }> {
  const refs = { source: sourceBranchRef(sourceBranch), dist: distBranchRef(distProject.id, distBranch) };
  const fetches = await Promise.allSettled([
    repository.fetch(remoteOf(sourceProject), [`+refs/heads/${sourceBranch}:${refs.source}`, SOURCE_TAGS]),
    repository.fetch(remoteOf(distProject), [`+refs/heads/${distBranch}:${refs.dist}`]),
  ]);
  for (const fetch of fetches) if (fetch.status === "rejected") throw goneMeanwhile(fetch.reason);
  const [sourceHead, distHead] = await repository.resolveCommits([refs.source, refs.dist]);
  if (!sourceHead || !distHead)
    throw new TandemError("bug", `The branch ${sourceBranch} was fetched but does not exist`, { code: "ref-lost" });
  return { sourceHead, distHead };
}

/** The branches were there when the job began. */
function goneMeanwhile(reason: unknown): unknown {
  if (!(reason instanceof TandemError && reason.code === "ref-missing")) return reason;
  return new TandemError("stale", reason.message, { code: "branch-gone", cause: reason });
}
