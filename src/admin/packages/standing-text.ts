// How packages and branches stand, in words. Pure.
import { cut, plainLine } from "../../model/plain-line.ts";
import type { ComparedBranch } from "./compare-branches.ts";

/** Longer errors repeat what somebody wrote. */
const MAX_PROBLEM = 200;

/** E.g. `c9s in step`, or `c9s → rhel-9 unknown (there is no .distro/source-git.yaml)`. */
export function branchText({ names, standing, problem }: ComparedBranch): string {
  const branch = names.source === names.dist ? names.source : `${names.source} → ${names.dist}`;
  return `${branch} ${standing.replace("-", " ")}${problem === undefined ? "" : ` (${problemText(problem)})`}`;
}

/** An error for a terminal: it may quote what strangers wrote into a repository. */
export function problemText(problem: string): string {
  return cut(plainLine(problem), MAX_PROBLEM);
}
