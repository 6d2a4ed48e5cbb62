// The object stores on the worker's disk: one bare repository per package holds the histories of source-git and dist-git
// together, in separate ref namespaces. `refs/tags` holds the tags of the target source-git project and nothing else.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { MergeRequestRef } from "../model/ids.ts";
import { type BareRepositoryOptions, openBareRepository } from "./bare-repository.ts";
import type { Repository } from "./repository.ts";

/** What a cache belongs to: the target source-git project, by its id, so that renames do not matter. */
export interface CacheKey {
  readonly forge: string;
  /** Host of the forge, e.g. `gitlab.com`. */
  readonly host: string;
  readonly projectId: number;
}

/** Refspec of the tags of the target source-git project; the only one that may write below `refs/tags`. */
export const SOURCE_TAGS = "+refs/tags/*:refs/tags/*";

/** The ref in the cache that holds the head of a source-git merge request. */
export function sourceRequestRef({ projectId, iid }: Pick<MergeRequestRef, "projectId" | "iid">): string {
  return `refs/source/requests/${projectId}/${iid}`;
}

/** The ref in the cache that holds a branch of the target source-git project. */
export function sourceBranchRef(branch: string): string {
  return `refs/source/branches/${oneComponent(branch)}`;
}

/** The ref in the cache that holds a branch of a dist-git project (the parent or the bot's fork). */
export function distBranchRef(projectId: number, branch: string): string {
  return `refs/dist/${projectId}/${oneComponent(branch)}`;
}

/**
 * Opens the cache of a package below `cacheDir` (absolute); creates it when there is none. Deleting the directory is
 * always safe: everything is fetched again. Throws as `openBareRepository`.
 */
export async function openCache(
  cacheDir: string,
  key: CacheKey,
  options: Omit<BareRepositoryOptions, "directory"> = {},
): Promise<Repository> {
  return await openBareRepository({ ...options, directory: cachePath(cacheDir, key) });
}

/** Where the cache of a package is. */
export function cachePath(cacheDir: string, key: CacheKey): string {
  return join(cacheDir, cacheName(key));
}

/** The name of a cache's directory: readable, and different for different keys whatever characters they hold. */
export function cacheName({ forge, host, projectId }: CacheKey): string {
  const text = `${forge}-${host}-${projectId}`;
  const hash = createHash("sha256")
    .update(JSON.stringify([forge, host, projectId]))
    .digest("hex")
    .slice(0, 12);
  return `${text.replace(/[^A-Za-z0-9-]+/g, "_").slice(0, 80)}-${hash}.git`;
}

// A branch `a` and a branch `a/b` cannot both be refs, but may both have been seen; slashes are therefore escaped.
function oneComponent(branch: string): string {
  const name = encodeURIComponent(branch).replaceAll(".", "%2E").replaceAll("*", "%2A").replaceAll("~", "%7E");
  // Ref names end at 255 bytes in a file system; longer ones are told apart by their hash.
  return name.length <= 150 ? name : `${name.slice(0, 100)}-${createHash("sha256").update(branch).digest("hex")}`;
}
