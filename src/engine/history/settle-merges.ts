// Which merges of a range are one patch and which are flat (engine.md D9, D26): such that the patches, applied in order on
// upstream_ref, give the source tree. As few checks as possible: one where nothing is odd.
import { type TandemError, userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { allSteps, type SeriesEntry, type Step, seriesOf } from "./lay-out.ts";

/** What the decision needs to know. */
export interface SettleContext {
  readonly upstream: Sha;
  readonly head: Sha;
  /** Whether these mails, applied on the tree of the one commit, give the tree of the other. */
  readonly gives: (from: Sha, series: readonly SeriesEntry[], to: Sha) => Promise<boolean>;
  /** A commit as errors name it. */
  readonly describe: (commit: Sha) => Promise<string>;
}

/** More work than this, and the history counts as not reproducible: checks, and patches applied in all of them. */
const MAX_CHECKS = 400;
const MAX_APPLIED = 200_000;

/**
 * Marks the merges of the chain that are one patch. Throws kind `user`, code `history-not-reproducible`, and names the
 * merge, when no way gives the source tree.
 */
export async function settleMerges(chain: readonly Step[], context: SettleContext): Promise<void> {
  await new Settling(chain, context).run();
}

class Settling {
  readonly #chain: readonly Step[];
  readonly #context: SettleContext;
  readonly #range: ReadonlySet<Sha>;
  #checks = 0;
  #applied = 0;

  constructor(chain: readonly Step[], context: SettleContext) {
    this.#chain = chain;
    this.#context = context;
    this.#range = new Set(allSteps(chain).map(({ commit }) => commit.sha));
  }

  async run(): Promise<void> {
    this.#markEarlyBranches();
    const { upstream, head, gives } = this.#context;
    if (await gives(upstream, seriesOf(this.#chain), head)) return;
    if (this.#chain.length === 0) throw await this.#failure([]);
    // From the commit on that holds upstream_ref, the tree before and behind each commit is known.
    const base = this.#chain.findIndex((step) => this.#holdsUpstream(step)) + 1 || this.#chain.length;
    await this.#settleBase(this.#chain.slice(0, base));
    await this.#settleRange(this.#chain.slice(base));
  }

  /**
   * A merge of a branch that began before the history which source-git stands on is one patch, as packit makes it
   * (engine.md 2.3, 2.4): the branch was never part of this history.
   */
  #markEarlyBranches(): void {
    const grounds = new Set([this.#context.upstream, ...this.#chain.flatMap((step) => this.#outside(step))]);
    for (const step of allSteps(this.#chain)) {
      const starts = step.branches.flatMap(([first]) => (first ? this.#outside(first) : []));
      step.whole = this.#canBeWhole(step) && starts.some((parent) => !grounds.has(parent));
    }
  }

  /** Parents outside of the range: upstream_ref and its ancestors, nothing else. */
  #outside({ commit }: Step): readonly Sha[] {
    return commit.parents.filter((parent) => !this.#range.has(parent));
  }

  /** A merge of upstream never becomes a patch. */
  #canBeWhole(step: Step): boolean {
    return step.commit.parents.length > 1 && this.#outside(step).length === 0;
  }

  #holdsUpstream(step: Step): boolean {
    return allSteps([step]).some(({ commit }) => commit.parents.includes(this.#context.upstream));
  }

  /** Up to the commit that holds upstream_ref, only the whole can be checked. */
  async #settleBase(steps: readonly Step[]): Promise<void> {
    const { upstream } = this.#context;
    if (await this.#gives(upstream, steps)) return;
    const merges = steps.filter((step) => this.#canBeWhole(step));
    for (const step of merges) if (!(await this.#isFlat(step))) await this.#settleMerge(step);
    if (merges.length > 0 && (await this.#gives(upstream, steps))) return;
    throw await this.#failure(steps);
  }

  /** Steps whose trees are known: halved until the merges are found that are not flat. */
  async #settleRange(steps: readonly Step[]): Promise<void> {
    const [first] = steps;
    const before = first?.commit.parents[0];
    if (!first || !before || (await this.#gives(before, steps))) return;
    if (steps.length === 1) return await this.#settleMerge(first);
    const half = Math.ceil(steps.length / 2);
    await this.#settleRange(steps.slice(0, half));
    await this.#settleRange(steps.slice(half));
  }

  /** A merge that is not flat as it stands: perhaps it is with whole merges inside of it, else it is whole itself. */
  async #settleMerge(step: Step): Promise<void> {
    if (!this.#canBeWhole(step)) throw await this.#failure([step]);
    const inner = step.branches.flat().filter((one) => one.branches.length > 0 && this.#canBeWhole(one));
    const before = inner.map(({ whole }) => whole);
    for (const one of inner) if (!(await this.#isFlat(one))) await this.#settleMerge(one);
    if (inner.some(({ whole }, index) => whole !== before[index]) && (await this.#isFlat(step))) return;
    step.whole = true;
  }

  /** Whether the branches of a merge, applied on its first parent, give its tree. */
  async #isFlat(step: Step): Promise<boolean> {
    const before = step.commit.parents[0];
    step.whole = false;
    return before !== undefined && (await this.#gives(before, [step]));
  }

  /** Whether the steps, applied on a commit, give the tree of the last of them. */
  async #gives(from: Sha, steps: readonly Step[]): Promise<boolean> {
    const last = steps.at(-1);
    if (!last) return true;
    const series = seriesOf(steps);
    this.#checks++;
    this.#applied += series.length;
    if (this.#checks > MAX_CHECKS || this.#applied > MAX_APPLIED) throw await this.#failure(steps);
    return await this.#context.gives(from, series, last.commit.sha);
  }

  async #failure(steps: readonly Step[]): Promise<TandemError> {
    const merges = allSteps(steps).filter(({ commit }) => commit.parents.length > 1);
    const merge = merges.findLast((step) => this.#outside(step).length > 0) ?? merges.at(-1);
    const found = merge ?? steps[0];
    const where = found && (await this.#context.describe(found.commit.sha));
    const what = merge
      ? `the merge ${where} cannot be taken apart into patches`
      : where
        ? `the commits from ${where} on do not apply`
        : "source-git ends before upstream_ref";
    return userError("history-not-reproducible", `No patches on upstream_ref give the source tree: ${what}.`, {
      fix: "Rebase the downstream commits onto upstream_ref (git rebase --onto), or correct upstream_ref in .distro/source-git.yaml.",
    });
  }
}
