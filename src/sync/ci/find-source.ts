// Finds the source merge request that a dist-git merge request of the bot was made for.
import type { MergeRequest } from "../../forge/forge.ts";
import { parsePairBranch } from "../../model/pair.ts";
import { type ProjectAddress, sourceProjectOf } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { Homes } from "../homes.ts";
import type { PairMark } from "../marks/marker.ts";
import type { DistRequest } from "./find-dist-request.ts";

/** What searching needs. */
export interface SourceSearch {
  readonly homes: Homes;
  readonly routes: readonly Route[];
}

/** The one that the mark names or, without a mark, the branch. Only where some route leads to this dist-git project. */
export async function findSource(
  { homes, routes }: SourceSearch,
  { dist, mergeRequest, mark }: DistRequest,
): Promise<MergeRequest | undefined> {
  const addresses = new Map(
    routes.flatMap((route) => {
      const address = sourceProjectOf(route, dist.path);
      return address ? [[`${address.forge}/${address.path}`, address] as const] : [];
    }),
  );
  const served = [...addresses.values()];
  return mark ? readNamed(homes, served, mark) : readByBranch(homes, served, mergeRequest);
}

async function readNamed(
  homes: Homes,
  served: readonly ProjectAddress[],
  { source: { forge: name, projectId, iid } }: PairMark,
): Promise<MergeRequest | undefined> {
  const paths = served.filter(({ forge }) => forge === name).map(({ path }) => path);
  if (paths.length === 0) return undefined;
  const { forge } = await homes.source(name);
  const [project, source] = await Promise.all([forge.readProject(projectId), forge.readMergeRequest(projectId, iid)]);
  return project && paths.includes(project.path) ? source : undefined;
}

/**
 * The predecessor's merge requests have no mark, and people may edit a description. The branch tells the number; among several
 * source projects the link in the description decides.
 */
async function readByBranch(
  homes: Homes,
  served: readonly ProjectAddress[],
  { sourceBranch, description }: MergeRequest,
): Promise<MergeRequest | undefined> {
  const iid = parsePairBranch(sourceBranch)?.iid;
  if (iid === undefined) return undefined;
  for (const { forge: name, path } of served) {
    const { forge } = await homes.source(name);
    const project = await forge.readProject(path);
    const source = project && (await forge.readMergeRequest(project.id, iid));
    if (source && (served.length === 1 || description.includes(source.webUrl))) return source;
  }
  return undefined;
}
