// How the token reaches a remote: git asks a credential helper when the remote wants a password, and the helper reads it
// from a named pipe that this process holds open. So the token is in no argument, URL, environment, file or configuration,
// and what a killed process leaves is an empty pipe. The helper is bound to the remote's origin, and redirects are not
// followed (pinned-config.ts): no other host can be given the token.
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Remote } from "./repository.ts";

/** What a git command that talks to a remote is given. */
export interface Credentials {
  readonly environment: Readonly<Record<string, string>>;
  /** Added to the pinned configuration, `key=value`. */
  readonly config: readonly string[];
}

const NONE: Credentials = { environment: {}, config: [] };
const PIPE = "TANDEM_CREDENTIAL_PIPE";

// git-credential's protocol: `get` is answered, `store` and `erase` are not our business. GitLab and GitHub take the token
// as the password of any user name. The snippet is run by git's own shell, so nothing has to be executable.
const HELPER = `!f() { test "$1" = get || exit 0; IFS= read -r token < "$${PIPE}" || exit 1; printf 'username=oauth2\\npassword=%s\\n' "$token"; }; f`;

/** A command authenticates once; a few answers more are ready, so that a helper that asks again does not wait for ever. */
const ANSWERS = 8;

/**
 * Runs a command with what it needs to authenticate; nothing of it is left afterwards. Without a token, or for a path on
 * the disk, the command gets nothing.
 * @param environment PATH, for `mkfifo`
 */
export async function withCredentials<T>(
  { url, token }: Remote,
  environment: Readonly<Record<string, string>>,
  command: (credentials: Credentials) => Promise<T>,
): Promise<T> {
  if (!token || !URL.canParse(url)) return command(NONE);
  const { origin, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return command(NONE);
  // The directory is for this user alone.
  const directory = await mkdtemp(join(tmpdir(), "tandem-pipe-"));
  try {
    const path = join(directory, "pipe");
    await promisify(execFile)("mkfifo", ["-m", "600", path], { env: { ...environment } });
    // Open for reading, too: then it is there for the helper without waiting for it, and what is in it goes with us.
    const pipe = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      await pipe.write(`${token.reveal()}\n`.repeat(ANSWERS));
      return await command({ environment: { [PIPE]: path }, config: [`credential.${origin}.helper=${HELPER}`] });
    } finally {
      await pipe.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
