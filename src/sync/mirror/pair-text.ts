// The names and marks that tie a pair together. Pure.
import type { MergeRequest } from "../../forge/forge.ts";
import type { PairMark } from "../marks/marker.ts";

/** The mark in the description of the dist-git merge request. */
export function pairMarkOf({ forge, projectId, iid }: MergeRequest, more: Omit<PairMark, "source">): PairMark {
  return { source: { forge, projectId, iid }, ...more };
}

/** The branch of the dist-git merge request that replaces the one from this branch: `src-5-c9s`, `src-5-c9s-r2`, … */
export function successorBranch(branch: string): string {
  const [, stem = branch, count = "1"] = /^(.+)-r([1-9]\d{0,5})$/.exec(branch) ?? [];
  return `${stem}-r${Number(count) + 1}`;
}
