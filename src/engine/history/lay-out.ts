// The commits of a range as the chain of first parents, with the branches that were merged at the place of their merge
// (engine.md D9): the order in which patches are applied. A branch that is merged later comes behind all that was there.
import type { RangeCommit } from "../../git/repository.ts";
import type { Sha } from "../../model/ids.ts";

/** A commit in its place. */
export interface Step {
  readonly commit: RangeCommit;
  /** For a merge: the commits that each further parent brought in and that do not stand elsewhere, oldest first. */
  readonly branches: readonly (readonly Step[])[];
  /** A merge: it is one patch against its first parent, and its branches give none. */
  whole: boolean;
}

/** A mail of the series: of a commit, or of a merge as a whole. */
export interface SeriesEntry {
  readonly commit: RangeCommit;
  readonly whole: boolean;
}

type Growing = Step & { readonly branches: Step[][] };

/** Lays out a range. Its commits may come in any order; each of them gets one place, behind its parents. */
export function layOut(range: readonly RangeCommit[], head: Sha): readonly Step[] {
  const waiting = new Map(range.map((commit) => [commit.sha, commit]));
  const chain = takeChain(waiting, head);
  // Not by recursion: a hostile history may be nested as deep as it is long.
  const open = branchesOf(chain);
  for (let next = open.pop(); next; next = open.pop()) {
    const branch = takeChain(waiting, next.parent);
    if (branch.length > 0) next.step.branches.push(branch);
    open.push(...branchesOf(branch));
  }
  return chain;
}

/** The first parents from a commit down to what has its place already, oldest first. */
function takeChain(waiting: Map<Sha, RangeCommit>, from: Sha): Growing[] {
  const chain: Growing[] = [];
  for (let commit = waiting.get(from); commit; commit = waiting.get(commit.parents[0] ?? commit.sha)) {
    waiting.delete(commit.sha);
    chain.push({ commit, branches: [], whole: false });
  }
  return chain.reverse();
}

/** What is to be laid out next; the last one first. */
function branchesOf(chain: readonly Growing[]): { readonly step: Growing; readonly parent: Sha }[] {
  return chain.flatMap((step) => step.commit.parents.slice(1).map((parent) => ({ step, parent }))).reverse();
}

/** The steps in order as mails: branches before their merge, which has none of its own unless it is whole. */
export function seriesOf(steps: readonly Step[]): readonly SeriesEntry[] {
  const series: SeriesEntry[] = [];
  const open = [...steps].reverse();
  for (let step = open.pop(); step; step = open.pop()) {
    const { commit, branches, whole } = step;
    if (whole || commit.parents.length < 2) series.push({ commit, whole });
    else open.push(...branches.flat().reverse());
  }
  return series;
}

/** All steps, with those of branches. */
export function allSteps(steps: readonly Step[]): readonly Step[] {
  const found: Step[] = [];
  const open = [...steps].reverse();
  for (let step = open.pop(); step; step = open.pop()) {
    found.push(step);
    open.push(...step.branches.flat().reverse());
  }
  return found;
}
