// Reads what a package comes from and what of it is there already. Changes nothing on the forge.

import type { EngineLimits } from "../../engine/limits.ts";
import type { Forge, Project } from "../../forge/forge.ts";
import type { ProjectAdmin } from "../../forge/project-admin.ts";
import { distBranchRef, SOURCE_TAGS, sourceBranchRef } from "../../git/cache.ts";
import type { Remote, RemoteRef, Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { Route } from "../../model/routes.ts";
import { chooseBranches } from "./choose-branches.ts";
import { belowCiCommit, readCi } from "./ci-commits.ts";
import { compareHeads } from "./compare.ts";
import { placesOf } from "./places.ts";
import type { AddWorld, BothSides, BranchWorld, Side } from "./world.ts";

/** What looking needs. */
export interface ObserveDeps {
  readonly forge: Pick<Forge, "readProject">;
  readonly admin: ProjectAdmin;
  /** A store for this package alone: tags of source-git lie in `refs/tags`. */
  readonly repository: Repository;
  readonly remoteOf: (project: Project) => Remote;
  readonly routes: readonly Route[];
  readonly limits: EngineLimits;
  /** Told what is being done. */
  readonly progress: (text: string) => void;
}

/** What is to be added. */
export interface AddRequest {
  readonly package: string;
  readonly route: Route;
  /** The repositories that it comes from. */
  readonly from: BothSides<Remote>;
}

const SIDES = ["source", "dist"] as const;

/** Looks. Throws kind `user` for what the request names wrongly, and what the forge and git throw. */
export async function observe(deps: ObserveDeps, request: AddRequest): Promise<AddWorld> {
  const { admin, forge, repository, remoteOf, routes, progress } = deps;
  const { route, from } = request;
  const places = placesOf(routes, route, request.package);
  progress("reading the branches of both repositories");
  const refs = await both((side) => repository.listRemote(from[side], ["HEAD", "refs/heads/*"]));
  const names = chooseBranches(
    route,
    { source: branchNames(refs.source), dist: branchNames(refs.dist) },
    branchOfHead(refs.source),
  );
  const projects = await both((side) => forge.readProject(places[side].path));
  const groups = await both((side) => admin.findGroup(places[side].group));
  const defaults = await both(async (side) => {
    const project = projects[side];
    return project && (await admin.readDefaultBranch(project.id));
  });
  const there = await both(async (side) => {
    const project = projects[side];
    return project ? await repository.listRemote(remoteOf(project), ["refs/heads/*"]) : [];
  });
  progress("fetching both histories");
  await repository.fetch(from.source, [...names.map(({ source }) => refspec("source", source)), SOURCE_TAGS]);
  await repository.fetch(
    from.dist,
    names.map(({ dist }) => refspec("dist", dist)),
  );
  await fetchThere(deps, projects, there, names);
  const branches: BranchWorld[] = [];
  for (const name of names) {
    progress(`comparing ${name.source} with ${name.dist}`);
    branches.push(await readBranch(deps, { request, distProject: places.dist.path, name, refs, there }));
  }
  return { route, package: request.package, places, groups, projects, defaults, branches };
}

/** What is there may hold commits that the repositories lack. */
async function fetchThere(
  { repository, remoteOf }: ObserveDeps,
  projects: BothSides<Project | undefined>,
  there: BothSides<readonly RemoteRef[]>,
  names: readonly BothSides<string>[],
): Promise<void> {
  for (const side of SIDES) {
    const project = projects[side];
    const known = names.filter((name) => headOf(there[side], name[side]));
    if (project && known.length > 0)
      await repository.fetch(
        remoteOf(project),
        known.map((name) => `+refs/heads/${name[side]}:${refOf(side, name[side])}-there`),
      );
  }
}

interface BranchToRead {
  readonly request: AddRequest;
  readonly distProject: string;
  readonly name: BothSides<string>;
  readonly refs: BothSides<readonly RemoteRef[]>;
  readonly there: BothSides<readonly RemoteRef[]>;
}

async function readBranch(
  { repository, limits }: ObserveDeps,
  { request, distProject, name, refs, there }: BranchToRead,
): Promise<BranchWorld> {
  const from = { source: fetched(refs.source, name.source), dist: fetched(refs.dist, name.dist) };
  const now = { source: headOf(there.source, name.source), dist: headOf(there.dist, name.dist) };
  const base = { source: now.source ?? from.source, dist: now.dist ?? from.dist };
  const ci = await both((side) => readCi(repository, side, base[side]));
  // A run that ended half-way has added the file to dist-git and not yet to source-git.
  const dist = ci.source ? base.dist : await belowCiCommit(repository, base.dist);
  const compared = await compareHeads(
    repository,
    { source: base.source, dist },
    { route: request.route, distProject, limits },
  );
  return {
    names: name,
    from,
    there: now,
    ...compared,
    hasCi: { source: ci.source !== undefined, dist: ci.dist !== undefined },
  };
}

async function both<T>(read: (side: Side) => Promise<T>): Promise<BothSides<T>> {
  const [source, dist] = await Promise.all([read("source"), read("dist")]);
  return { source, dist };
}

/** The ref in the store; the id in dist-git's is that of no project. */
function refOf(side: Side, branch: string): string {
  return side === "source" ? sourceBranchRef(branch) : distBranchRef(0, branch);
}

function refspec(side: Side, branch: string): string {
  return `+refs/heads/${branch}:${refOf(side, branch)}`;
}

const HEADS = "refs/heads/";

function branchNames(refs: readonly RemoteRef[]): readonly string[] {
  return refs.flatMap(({ name }) => (name.startsWith(HEADS) ? [name.slice(HEADS.length)] : []));
}

/** `ls-remote` tells HEAD's commit and not its name: the branch that stands there, if only one does. */
function branchOfHead(refs: readonly RemoteRef[]): string | undefined {
  const head = refs.find(({ name }) => name === "HEAD")?.sha;
  const [first, second] = branchNames(refs.filter(({ sha }) => sha === head));
  return second === undefined ? first : undefined;
}

function headOf(refs: readonly RemoteRef[], branch: string): Sha | undefined {
  return refs.find(({ name }) => name === `${HEADS}${branch}`)?.sha;
}

function fetched(refs: readonly RemoteRef[], branch: string): Sha {
  const sha = headOf(refs, branch);
  if (!sha) throw new TandemError("bug", `the branch ${branch} was chosen and is not there`, { code: "branch-lost" });
  return sha;
}
