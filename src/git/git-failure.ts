// The one table that turns a failed git command into an error kind. Nobody else reads git's messages.
// The locale is pinned, so the messages are git's English ones. Lines that the remote wrote (`remote: …`) count only
// where a rule says so: a server must not be able to choose the kind.
import { type ErrorKind, TandemError } from "../model/errors.ts";
import { createRedactor } from "../model/redact-values.ts";

/** What is known of a git process that failed. */
export interface GitFailure {
  /** The sub-command, e.g. `fetch`. */
  readonly command: string;
  readonly exitCode: number;
  readonly stderr: string;
  readonly stdout: string;
  /** What must not appear in a message. */
  readonly secret: string | undefined;
}

interface Rule {
  readonly pattern: RegExp;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix: string;
}

const RULES: readonly Rule[] = [
  {
    pattern: /spawn \S+ (?:ENOENT|EACCES)/,
    kind: "environment",
    code: "git-missing",
    fix: "Install git 2.34 or newer.",
  },
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    kind: "environment",
    code: "disk-full",
    fix: "Make room on the disk that holds the git cache.",
  },
  {
    pattern:
      /Read-only file system|insufficient permission for adding an object|unable to create temporary file|Cannot allocate memory|out of memory/i,
    kind: "environment",
    code: "git-cache-unusable",
    fix: "Check the directory of the git cache and the machine's memory.",
  },
  {
    pattern: /fsck error in|error in object|object fails fsck|Error on reachable objects/i,
    kind: "user",
    code: "path-refused",
    fix: "Rename or remove the file or repair the object that the message names.",
  },
  {
    // Nothing of this comes from a remote's content: it was checked when it was fetched.
    pattern:
      /^fatal: not a git repository|^(?:fatal|error): bad config line|reference broken|does not point to a valid object|unexpected line in .*packed-refs|^fatal: bad (?:object|shallow line|revision '[0-9a-f]{40})|^error: (?:object file|packfile|index file|inflate:|garbage at end of loose|unable to unpack|wrong index|non-monotonic|refs\/\S+ does not)|loose object [^\n]* is corrupt|^(?:fatal|error): (?:packed object|unable to read (?:tree|sha1|object)|unable to read [0-9a-f]{40}|could not read [0-9a-f]{40}|could not parse (?:object|commit)|failed to (?:read object|traverse parents)|revision walk setup failed|missing (?:blob|tree|commit))|^fatal: [^\n]*(?:missing necessary objects|unresolved deltas|did not send all necessary objects|not a tree object)/im,
    kind: "environment",
    code: "cache-damaged",
    fix: "The package's directory in the git cache is thrown away and fetched again. If it stays, check the disk.",
  },
  {
    pattern: /!\t[^\n]*\[rejected\] \((?:stale info|fetch first|non-fast-forward)\)/,
    kind: "stale",
    code: "lease-lost",
    fix: "The branch is read again and the work repeated.",
  },
  {
    pattern:
      /!\t[^\n]*\[remote rejected\] \((?:failed to update ref|cannot lock ref|failed to lock|reference already exists)[^\n]*\)/,
    kind: "stale",
    code: "lease-lost",
    fix: "The branch is read again and the work repeated.",
  },
  {
    pattern: /!\t[^\n]*\[remote rejected\]/,
    kind: "user",
    code: "push-rejected",
    fix: "Look at the rules of the target repository: protected branches, push rules, size limits.",
  },
  {
    pattern: /^fatal: (?:couldn't find remote ref|Couldn't find remote ref|couldn.t find remote ref)/m,
    kind: "user",
    code: "ref-missing",
    fix: "Check that the branch exists.",
  },
  {
    pattern:
      /^fatal: (?:Authentication failed|could not read (?:Username|Password))|requested URL returned error: 40[13]/m,
    kind: "auth",
    code: "remote-auth",
    fix: "Check that the bot's token is valid and may use this repository.",
  },
  {
    pattern:
      /^fatal: (?:repository '[^\n]*' not found|'[^\n]*' does not appear to be a git repository)|requested URL returned error: 404/m,
    kind: "user",
    code: "remote-missing",
    fix: "Check that the repository exists and that the bot may see it.",
  },
  {
    pattern:
      /requested URL returned error: (?:429|5\d\d)|unable to access '|Could not resolve host|Connection (?:refused|reset|timed out)|Operation timed out|early EOF|RPC failed|remote end hung up|unexpected disconnect|expected flush|invalid index-pack output|bad pack header|curl \d+/i,
    kind: "upstream",
    code: "remote-failed",
    fix: "It is tried again.",
  },
  {
    pattern: /cannot lock ref|Unable to create '[^\n]*\.lock'|unable to update local ref|failed to update ref/i,
    kind: "stale",
    code: "ref-locked",
    fix: "It is tried again. If it stays, remove the lock file that the message names.",
  },
  {
    pattern: /is outside repository|outside of? (?:the )?repository/,
    kind: "user",
    code: "path-outside",
    fix: "Name paths relative to the root of the repository.",
  },
  {
    pattern:
      /^fatal: (?:empty string is not a valid pathspec|Invalid pathspec magic|Unimplemented pathspec magic|[^\n]*pathspec)/m,
    kind: "user",
    code: "pathspec-invalid",
    fix: "Correct the paths in the configuration.",
  },
  {
    pattern: /^fatal: No (?:names found|tags can describe|annotated tags can describe)/m,
    kind: "user",
    code: "no-tag-matches",
    fix: "Check the pattern and that the tags are in the source-git project.",
  },
];

const NETWORK = new Set(["fetch", "push", "ls-remote"]);

/** Makes the error of a failed git command. What no rule knows is a bug. */
export function gitError(failure: GitFailure): TandemError {
  const stderr = failure.stderr.replace(/^remote: [^\n]*\n?/gm, "");
  const text = `${stderr}\n${failure.stdout.slice(0, 10_000)}`;
  const rule = RULES.find(({ pattern }) => pattern.test(text));
  const said = excerpt(failure);
  return new TandemError(rule?.kind ?? "bug", `git ${failure.command} failed: ${said}`, {
    code: rule?.code ?? "git-failed",
    ...(rule ? { fix: rule.fix } : {}),
    context: { command: failure.command, exitCode: failure.exitCode },
  });
}

/** The error where the directory of a repository is not there any more. */
export function repositoryGone(directory: string): TandemError {
  return new TandemError("environment", `The repository ${directory} is gone.`, {
    code: "cache-damaged",
    fix: "It is made again. If it stays, see who removes it.",
  });
}

/** The error of a git command that took too long: a remote that hangs, or a machine that is too slow. */
export function gitTimeout(command: string, timeoutMs: number): TandemError {
  return new TandemError(
    NETWORK.has(command) ? "upstream" : "environment",
    `git ${command} was ended after ${Math.round(timeoutMs / 1000)} s.`,
    { code: "git-timeout", fix: "It is tried again. If it stays, raise the limit.", context: { command } },
  );
}

/** The error of a git command whose result is larger than allowed. */
export function gitOutputTooLarge(command: string, maxBytes: number): TandemError {
  return new TandemError("user", `git ${command} gave more than ${maxBytes} bytes.`, {
    code: "output-too-large",
    fix: "The content is larger than this service handles. Make it smaller, or ask the operator to raise the limit.",
    context: { command },
  });
}

function excerpt({ stderr, stdout, secret, exitCode }: GitFailure): string {
  const all = stderr.trim() || stdout.trim() || `exit code ${exitCode}`;
  const hidden = secret ? createRedactor([secret])(all) : all;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  const line = hidden.replace(/\s*\n\s*/g, "; ").replace(/[\u0000-\u001f\u007f]/g, " ");
  return line.length > 600 ? `${line.slice(0, 600)}…` : line;
}
