// What the commands ask for, all together, and what the comment says of the last one. Pure.
import type { MergeRequest } from "../../forge/forge.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { type Command, isKnown } from "./command.ts";
import type { Subject } from "./world.ts";

/** What was asked for and may be done. */
export interface Wishes {
  /** Make the dist-git commit anew. */
  readonly sync: boolean;
  /** Start a new pipeline, unless one was started since: milliseconds since the epoch. */
  readonly retestSince: number | undefined;
  /** Replace the dist-git merge request by a new one. */
  readonly recreate: boolean;
  /** The head that a member lets pass. */
  readonly approved: Sha | undefined;
}

/** Collects the wishes of the allowed commands. */
export function collectWishes(subject: Pick<Subject, "commands" | "comment" | "mark" | "source">): Wishes {
  const allowed = subject.commands.filter((command) => command.allowed && isKnown(command));
  const asks = (name: string) => allowed.filter((command) => command.name === name);
  return {
    sync: asks("sync").length > 0,
    retestSince: asks("retest").at(-1)?.at,
    recreate: asks("recreate").length > 0,
    approved: asks("ok")
      .flatMap((command) => approvedBy(command, subject) ?? [])
      .at(-1),
  };
}

/**
 * The head that an `ok` lets pass: the one that the comment asked about when the `ok` was written, never one that was pushed
 * behind the member's back. A comment that was edited after the `ok`, or in the same instant, does not count (GitHub's clock
 * shows seconds). A full id in the command counts whatever the comment says; a short one does not, as who pushes can
 * make two commits whose ids begin alike.
 */
function approvedBy(
  { args: [named], at }: Command,
  { comment, mark, source }: Pick<Subject, "comment" | "mark" | "source">,
): Sha | undefined {
  if (!isSameTarget({ mark, source })) return undefined;
  if (named !== undefined && named === source.head) return source.head;
  const asked = comment && at > comment.updatedAt ? mark.awaits : undefined;
  const isMeant = named === undefined || (/^[0-9a-f]{7,}$/.test(named) && asked?.startsWith(named));
  return isMeant ? asked : undefined;
}

/** The head that a member let pass, if it still is the head and goes where it went then. */
export function approvedHead({ mark, source }: Pick<Subject, "mark" | "source">): Sha | undefined {
  return mark.approved !== undefined && mark.approved === source.head && isSameTarget({ mark, source })
    ? mark.approved
    : undefined;
}

/** What may pass into one branch need not be fit for another. */
function isSameTarget({ mark, source }: Pick<Subject, "mark" | "source">): boolean {
  return mark.target === undefined
    ? mark.awaits === undefined && mark.approved === undefined
    : mark.target === source.targetBranch;
}

/** What became of the wishes, as far as the comment says it. */
export interface WishResults {
  /** `prevented`: something else went wrong, which the comment tells. */
  readonly retest?: "started" | "refused" | "prevented";
  readonly ok?: "passed" | "unclear";
  readonly recreate?: "replaced" | "prevented";
}

/** One line about the last command, as plain text; undefined when there was none. */
export function sayOfLast(
  { commands, source, prefix }: Pick<Subject, "commands" | "source" | "prefix">,
  results: WishResults,
): string | undefined {
  const last = commands.at(-1);
  if (!last) return undefined;
  return `"${prefix} ${last.name}" by ${last.by.username}: ${answer(last, source, results)}`;
}

function answer(command: Command, source: MergeRequest, results: WishResults): string {
  if (!isKnown(command)) return `not a command here; the list of commands shows what there is.`;
  if (!command.allowed)
    return command.name === "ok"
      ? "only members of this project with at least the role Developer can do this."
      : "only the author and members of this project with at least the role Developer can do this.";
  switch (command.name) {
    case "sync":
      return "done; what you see here is the result.";
    case "retest":
      return RETEST[results.retest ?? "nothing-to-test"];
    case "recreate":
      return RECREATE[results.recreate ?? "nothing-to-replace"];
    case "ok":
      if (results.ok === "passed") return `${source.head ? shortSha(source.head) : "this head"} may pass.`;
      return results.ok === "unclear" ? UNCLEAR : "nothing waits for it.";
    default:
      return "this comment is the answer.";
  }
}

const UNCLEAR =
  "it was not clear which commit is meant (was another one pushed since?): look again, or name the full id of the commit behind the command.";

const PREVENTED = "it could not be done, for the reason that is told above; ask again when that is mended.";

const RETEST = {
  started: "a new pipeline was started.",
  refused: "no new pipeline could be started: the project lets the bot start none, or none would run.",
  prevented: PREVENTED,
  "nothing-to-test": "there is no open dist-git merge request to test.",
} as const;

const RECREATE = {
  replaced: "the dist-git merge request was replaced.",
  prevented: PREVENTED,
  "nothing-to-replace": "there was nothing to replace.",
} as const;
