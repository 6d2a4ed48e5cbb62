// The names and marks that tie a pair together. Pure.
import type { MergeRequest } from "../../forge/forge.ts";
import { pairBranchName } from "../../model/pair.ts";
import type { PairMark } from "../marks/marker.ts";

/** The mark in the description of the dist-git merge request. */
export function pairMarkOf({ forge, projectId, iid }: MergeRequest, more: Omit<PairMark, "source">): PairMark {
  return { source: { forge, projectId, iid }, ...more };
}

/**
 * The branch of the dist-git merge request that replaces the one from this branch: `src-5-c9s`, `src-5-c9s-r2`, … One of the
 * predecessor's is replaced by one of the present form: of its own names nothing but a number may stand at the end.
 */
export function successorBranch(
  branch: string,
  { source, distBranch }: { readonly source: Pick<MergeRequest, "iid">; readonly distBranch: string },
): string {
  if (!branch.startsWith("src-")) return pairBranchName({ iid: source.iid, branch: distBranch });
  const [, stem = branch, count = "1"] = /^(.+)-r([1-9]\d{0,5})$/.exec(branch) ?? [];
  return `${stem}-r${Number(count) + 1}`;
}
