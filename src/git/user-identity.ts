// Who the user is, as git itself finds it: the one place where the user's configuration and environment count.
import { TandemError, userError } from "../model/errors.ts";
import { parseSignature } from "./commit-object.ts";
import type { Signature } from "./repository.ts";
import { type GitSettings, runGit, USER_VARIABLES } from "./run-git.ts";

/** Author and committer of a commit that the user makes now. */
export interface Identity {
  readonly author: Signature;
  readonly committer: Signature;
}

const PLAIN_VARIABLES = ["HOME", "XDG_CONFIG_HOME", "EMAIL", "TZ", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"];

/**
 * The user's identity with the time, from `GIT_AUTHOR_*`, `GIT_COMMITTER_*` and the configuration of repository, user
 * and system. Throws kind `user`, code `identity-unknown`.
 */
export async function readIdentity(
  settings: GitSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Identity> {
  const user = Object.fromEntries(
    [...PLAIN_VARIABLES, ...USER_VARIABLES].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const [author, committer] = await Promise.all([
    readOne(settings, "GIT_AUTHOR_IDENT", user),
    readOne(settings, "GIT_COMMITTER_IDENT", user),
  ]);
  return { author, committer };
}

async function readOne(
  settings: GitSettings,
  variable: string,
  user: Readonly<Record<string, string>>,
): Promise<Signature> {
  try {
    const output = await runGit(settings, ["var", variable], { user });
    return parseSignature(output.toString("utf8").trimEnd());
  } catch (cause) {
    if (!(cause instanceof TandemError) || cause.kind !== "bug") throw cause;
    const what = variable === "GIT_AUTHOR_IDENT" ? "author" : "committer";
    throw userError(
      "identity-unknown",
      `git does not know the ${what} of the new commit: ${reasonOf(cause.message)}.`,
      {
        fix: "Set it with: git config --global user.name NAME; git config --global user.email EMAIL",
        cause,
      },
    );
  }
}

/** Git explains at length; its last line is the reason. */
function reasonOf(message: string): string {
  return message.split("fatal: ").at(-1)?.trim() ?? message;
}
