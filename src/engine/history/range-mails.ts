// The mails of a range: one `git format-patch` for its commits, another one for merges that are one patch.
import type { PatchFormat, PatchMail, RangeCommit, Repository } from "../../git/repository.ts";
import type { Sha } from "../../model/ids.ts";
import type { SeriesEntry } from "./lay-out.ts";

/** Mails, made when they are first asked for. */
export class RangeMails {
  readonly #repository: Repository;
  readonly #range: { readonly from: Sha; readonly to: Sha };
  readonly #format: PatchFormat;
  readonly #merges = new Map<Sha, PatchMail | undefined>();
  #commits: ReadonlyMap<Sha, PatchMail> | undefined;

  constructor(repository: Repository, range: { readonly from: Sha; readonly to: Sha }, format: PatchFormat) {
    this.#repository = repository;
    this.#range = range;
    this.#format = format;
  }

  /** The mails of a series in its order. What changes nothing has none. Throws kind `user`, code `output-too-large`. */
  async of(series: readonly SeriesEntry[]): Promise<readonly PatchMail[]> {
    this.#commits ??= byCommit(await this.#repository.formatPatches({ ...this.#range, ...this.#format }));
    await this.#readMerges(series.filter(({ whole }) => whole).map(({ commit }) => commit));
    return series.flatMap(({ commit: { sha }, whole }) => {
      return (whole ? this.#merges.get(sha) : this.#commits?.get(sha)) ?? [];
    });
  }

  async #readMerges(asked: readonly RangeCommit[]): Promise<void> {
    const merges = asked.filter(({ sha }) => !this.#merges.has(sha));
    if (merges.length === 0) return;
    const found = byCommit(await this.#repository.formatMerges({ merges, ...this.#format }));
    for (const { sha } of merges) this.#merges.set(sha, found.get(sha));
  }
}

function byCommit(mails: readonly PatchMail[]): ReadonlyMap<Sha, PatchMail> {
  return new Map(mails.map((mail) => [mail.commit, mail]));
}
