// The downstream commits of source-git in the order in which their patches are applied (engine.md 2.1, 2.3, D9, D26).
import type { Repository } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { EngineLimits } from "../limits.ts";
import { describeCommit } from "../patches/make-patches.ts";
import { layOut, type SeriesEntry, seriesOf } from "./lay-out.ts";
import type { RangeMails } from "./range-mails.ts";
import { settleMerges } from "./settle-merges.ts";

/** What the series is read from. */
export interface SeriesContext {
  readonly repository: Repository;
  readonly upstream: Sha;
  readonly head: Sha;
  readonly limits: EngineLimits;
  /** The mails of the range, with prefixes. */
  readonly mails: RangeMails;
  /** The part of the tree that patches are about. */
  readonly scope: { readonly include?: readonly string[]; readonly exclude: readonly string[] };
}

/**
 * The series from `upstream` to `head`. It is checked by applying it where that can fail: with merges, or where `upstream`
 * is no ancestor. Throws kind `user`: `range-too-large`, `history-not-reproducible`.
 */
export async function readSeries(context: SeriesContext): Promise<readonly SeriesEntry[]> {
  const { repository, upstream, head, limits, mails, scope } = context;
  const range = await repository.listRange(upstream, head);
  if (range.length > limits.maxCommits) throw tooLarge(range.length, limits);
  const chain = layOut(range, head);
  const [first] = range;
  const isAncestor = first ? range.some(({ parents }) => parents.includes(upstream)) : upstream === head;
  if (!isAncestor || range.some(({ parents }) => parents.length > 1)) {
    await settleMerges(chain, {
      upstream,
      head,
      gives: async (from, series, to) => {
        const patches = (await mails.of(series)).map(({ content }) => content);
        return await repository.givesTree({ ...scope, from, patches, to });
      },
      describe: async (sha) => {
        const [commit] = await repository.readCommits([sha]);
        return commit ? describeCommit(commit) : sha;
      },
    });
  }
  return seriesOf(chain);
}

function tooLarge(count: number, { maxCommits }: EngineLimits) {
  return userError("range-too-large", `There are ${count} commits since upstream_ref; ${maxCommits} are allowed.`, {
    fix: "Check that upstream_ref in .distro/source-git.yaml names the upstream release that source-git stands on.",
  });
}
