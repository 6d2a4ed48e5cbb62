// Who made the dist-git commit, and when: a function of the source commits, so that the same input gives the same sha.
import type { User } from "../../forge/forge.ts";
import type { Commit, Signature } from "../../git/repository.ts";

/** Author, committer and the co-authors' trailers of a dist-git commit. */
export interface CommitIdentity {
  readonly author: Signature;
  readonly committer: Signature;
  /** Values of `Co-authored-by` trailers. */
  readonly coAuthors: readonly string[];
}

/** Of one merge request's commits; more, or longer ones, are noise, or an attack. */
const MAX_CO_AUTHORS = 100;
const MAX_CO_AUTHOR = 300;

/** The bot's name and address in commits. The address is the private one that GitLab itself would use. */
export function botIdentity(bot: User, gitlabUrl: string): { readonly name: string; readonly email: string } {
  const { hostname } = new URL(gitlabUrl);
  return { name: bot.name || bot.username, email: `${bot.id}-${bot.username}@users.noreply.${hostname}` };
}

/**
 * The contributor is the author, dated like the newest source commit; the bot commits, dated like the source head.
 * @param head the source head
 * @param commits the commits of the merge request, oldest first; may be empty
 */
export function commitIdentity(
  head: Commit,
  commits: readonly Commit[],
  bot: { readonly name: string; readonly email: string },
): CommitIdentity {
  const newest = commits.at(-1) ?? head;
  const others = new Map(
    commits
      .filter(({ author }) => author.email !== newest.author.email)
      .map(({ author }) => [author.email, `${author.name} <${author.email}>`]),
  );
  return {
    author: newest.author,
    committer: { ...bot, date: head.committer.date },
    coAuthors: [...others.values()].filter(({ length }) => length <= MAX_CO_AUTHOR).slice(0, MAX_CO_AUTHORS),
  };
}
