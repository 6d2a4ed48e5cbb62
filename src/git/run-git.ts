// Starts git, in one way: through simple-git, with a pinned environment and configuration, bytes in and bytes out,
// a time limit, an abort signal and a size limit. The only file that knows simple-git.
import { existsSync } from "node:fs";
import { simpleGit } from "simple-git";
import type { TandemError } from "../model/errors.ts";
import type { Secret } from "../model/secret.ts";
import { boundCommand, boundError, type GitBounds } from "./bounds.ts";
import { gitError, gitOutputTooLarge, gitTimeout, repositoryGone } from "./git-failure.ts";
import { pinnedConfig } from "./pinned-config.ts";

/** Where and how git runs. */
export interface GitSettings extends GitBounds {
  /** The bare repository. */
  readonly directory: string;
  /** `PATH`, and what libcurl needs from outside (proxies, certificates). No `GIT_*` names. */
  readonly environment: Readonly<Record<string, string>>;
  readonly allowFileRemotes: boolean;
  /** For a command that works on the disk only. */
  readonly localTimeoutMs: number;
  /** For a command that talks to a remote. */
  readonly networkTimeoutMs: number;
  /** Ends the running command, and refuses new ones. */
  readonly signal: AbortSignal | undefined;
  /** Told the name of each command before it starts, e.g. `fetch`. */
  readonly onCommand?: (command: string) => void;
  /** Lock files of this age have no owner any more: a git was killed. Default: locks are never removed. */
  readonly maxLockAgeMs?: number;
  /** Asked when the repository itself turns out to be damaged, code `cache-damaged`; what it returns is thrown. */
  readonly onDamage?: (error: TandemError) => Promise<TandemError>;
}

/** What differs between commands. */
export interface GitCall {
  readonly input?: Buffer;
  /** Added to the environment; only names of `ALLOWED`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Added to the pinned configuration, `key=value`. */
  readonly config?: readonly string[];
  readonly network?: boolean;
  /**
   * The user's own environment: `HOME`, `TZ` and git's configuration files are then the user's, not isolated. Only to
   * learn who the user is.
   */
  readonly user?: Readonly<Record<string, string>>;
  /** Removed from error texts. */
  readonly secret?: Secret | undefined;
  readonly maxBytes?: number;
}

/** Upper bound for the output of commands that name no other: what a worker may hold in memory. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** What decides who the user is, beside `HOME`, `XDG_CONFIG_HOME`, `EMAIL` and `TZ`. */
export const USER_VARIABLES = [
  "GIT_AUTHOR_NAME",
  "GIT_AUTHOR_EMAIL",
  "GIT_AUTHOR_DATE",
  "GIT_COMMITTER_NAME",
  "GIT_COMMITTER_EMAIL",
  "GIT_COMMITTER_DATE",
  "GIT_CONFIG_SYSTEM",
];

// Every GIT_* name that we set has to be listed (simple-git drops or refuses all others).
const ALLOWED = [
  "GIT_DIR",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_KEY_0",
  "GIT_CONFIG_VALUE_0",
  "GIT_TERMINAL_PROMPT",
  "GIT_ATTR_NOSYSTEM",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OPTIONAL_LOCKS",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ALLOW_PROTOCOL",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  ...USER_VARIABLES,
];

/** Runs one git command and returns its standard output. Throws the TandemError of `git-failure.ts`. */
export async function runGit(settings: GitSettings, args: readonly string[], call: GitCall = {}): Promise<Buffer> {
  settings.signal?.throwIfAborted();
  const command = args[0] ?? "";
  if (!existsSync(settings.directory)) throw await damaged(settings, repositoryGone(settings.directory));
  settings.onCommand?.(command);
  const timeoutMs = call.network ? settings.networkTimeoutMs : settings.localTimeoutMs;
  const bounded = boundCommand(args, settings);
  const maxBytes = call.maxBytes ?? MAX_OUTPUT_BYTES;
  const timeout = AbortSignal.timeout(timeoutMs);
  const tooLarge = new AbortController();
  const abort = AbortSignal.any([timeout, tooLarge.signal, ...(settings.signal ? [settings.signal] : [])]);
  const chunks: Buffer[] = [];
  let size = 0;
  let exitCode = 0;
  let stderr = "";
  const git = simpleGit({
    baseDir: settings.directory,
    config: [...pinnedConfig(settings), ...(call.config ?? []), ...bounded.config],
    abort,
    // The end of the output decides. (simple-git's timer after the exit would keep this process alive.)
    completion: { onClose: true, onExit: false },
    // Always given: a command that reads standard input must not wait for ours.
    input: () => call.input ?? Buffer.alloc(0),
    allowEnvironment: ALLOWED,
    unsafe: {
      allowUnsafeAlias: true,
      allowUnsafeAskPass: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeFilter: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
    },
    // Without this, simple-git takes a failing git that prints nothing for success.
    errors(error, result) {
      exitCode = result.exitCode;
      stderr = Buffer.concat(result.stdErr).toString("utf8");
      return error ?? (exitCode === 0 ? undefined : new Error("git failed"));
    },
  })
    .env({ ...environment(settings, call), ...call.environment })
    .outputHandler((_command, stdout) => {
      // simple-git waits another 50 ms for a command that printed nothing; an empty chunk counts as output.
      setImmediate(() => stdout.emit("data", Buffer.alloc(0)));
      stdout.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) tooLarge.abort();
        else chunks.push(chunk);
      });
    });
  try {
    await Promise.race([git.raw([...bounded.args]), givenUp(abort)]);
  } catch (cause) {
    settings.signal?.throwIfAborted();
    if (tooLarge.signal.aborted) throw gitOutputTooLarge(command, maxBytes);
    if (timeout.aborted) throw gitTimeout(command, timeoutMs);
    // Refusals of simple-git itself come without a process: their text is all there is.
    const said = stderr === "" && exitCode === 0 && cause instanceof Error ? cause.message : stderr;
    const stdout = Buffer.concat(chunks).toString("utf8");
    const failure = { command, exitCode, stderr: said, stdout, secret: call.secret?.reveal() };
    throw boundError(failure, settings) ?? (await damaged(settings, gitError(failure)));
  }
  return Buffer.concat(chunks);
}

/** What is thrown for an error: where the repository is damaged, whoever opened it decides. */
export async function damaged(settings: GitSettings, error: TandemError): Promise<TandemError> {
  return error.code === "cache-damaged" && settings.onDamage ? await settings.onDamage(error) : error;
}

/** Rejects when an aborted git still holds its output open after two seconds: a child of it may have survived. */
function givenUp(abort: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => setTimeout(reject, 2000, new Error("git did not end")).unref();
    abort.addEventListener("abort", giveUp, { once: true });
  });
}

function environment(settings: GitSettings, { user, network }: GitCall): Record<string, string> {
  const isolated = {
    HOME: settings.directory,
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  return {
    ...settings.environment,
    ...(user ?? isolated),
    LC_ALL: "C.UTF-8",
    LANGUAGE: "",
    // Named, not searched for: no other repository can be meant, and its owner does not matter.
    GIT_DIR: settings.directory,
    // A partial clone would fetch what it lacks, with the programs of its configuration.
    ...(network ? {} : { GIT_ALLOW_PROTOCOL: "none" }),
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}
