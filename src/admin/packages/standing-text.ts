// How a branch stands, in words. Pure.
import type { ComparedBranch } from "./compare-branches.ts";

/** E.g. `c9s in step`, or `c9s → rhel-9 unknown (there is no .distro/source-git.yaml)`. */
export function branchText({ names, standing, problem }: ComparedBranch): string {
  const branch = names.source === names.dist ? names.source : `${names.source} → ${names.dist}`;
  return `${branch} ${standing.replace("-", " ")}${problem === undefined ? "" : ` (${problem})`}`;
}
