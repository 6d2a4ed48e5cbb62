// The adapter of the port `WorkTree`.
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { TandemError, userError } from "../model/errors.ts";
import { parseSha } from "../model/ids.ts";
import { DEFAULT_PATH, repositoryAt } from "./bare-repository.ts";
import { changeWorkTree } from "./change-work-tree.ts";
import { filtersOff } from "./filters-off.ts";
import type { ObjectSource } from "./joined-store.ts";
import { readLocalChanges } from "./local-changes.ts";
import type { Repository } from "./repository.ts";
import { type GitSettings, runGit } from "./run-git.ts";
import { type Identity, readIdentity } from "./user-identity.ts";
import type { Head, Leave, LocalChange, Move, WorkTree } from "./work-tree.ts";

/** How a work tree is opened. */
export interface OpenWorkTree {
  /** Absolute path of its root: the directory that holds `.git`. */
  readonly path: string;
  /** The path as the user knows it, for messages. */
  readonly shown: string;
  readonly settings: Omit<GitSettings, "directory">;
}

/** Settings for git commands in repositories of the user: no network, no limit that a large repository could reach. */
export function localSettings(path: string | undefined, signal?: AbortSignal): Omit<GitSettings, "directory"> {
  return {
    environment: { PATH: path || DEFAULT_PATH },
    allowFileRemotes: false,
    localTimeoutMs: 3_600_000,
    networkTimeoutMs: 1000,
    signal,
  };
}

/** Whether a directory is the root of a work tree or a bare repository: a cheap look, nothing is opened. */
export function isRepository(path: string): boolean {
  return existsSync(join(path, ".git")) || isBare(path);
}

/**
 * Opens the work tree whose root is this directory; also a linked one. Throws kind `user`: `directory-missing`,
 * `not-a-repository`, `bare-repository`, `object-format`.
 */
export async function openWorkTree({ path, shown, settings }: OpenWorkTree): Promise<WorkTree> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw userError("directory-missing", `'${shown}' is not a directory.`, {
      fix: "Name the root of a git work tree.",
    });
  }
  if (!existsSync(join(path, ".git"))) {
    if (isBare(path)) {
      throw userError("bare-repository", `'${shown}' is a bare git repository; a work tree is needed.`, {
        fix: "Clone it, and name the clone.",
      });
    }
    throw notARepository(shown);
  }
  const directory = await findGitDirectory(path, shown);
  const own: GitSettings = { ...settings, directory };
  const [[objects = "", shallow = "", index = "", format], withoutFilters] = await Promise.all([
    ask(own, shown),
    filtersOff(own),
  ]);
  if (format !== "sha1") {
    throw userError("object-format", `'${shown}' uses the object format ${format}; only sha1 is supported.`, {
      fix: "Use a repository with sha1 object ids.",
    });
  }
  return new GitWorkTree({ path, shown, index, withoutFilters, objects: { objects, shallow }, settings: own });
}

function isBare(path: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => existsSync(join(path, name)));
}

function notARepository(shown: string, cause?: unknown): TandemError {
  return userError("not-a-repository", `'${shown}' is not a git repository.`, {
    fix: "Name the root of a git work tree, the directory that holds .git.",
    cause,
  });
}

/** `.git` is the directory, or a file that names it (linked work trees, submodules). */
async function findGitDirectory(path: string, shown: string): Promise<string> {
  const dotGit = join(path, ".git");
  if (statSync(dotGit, { throwIfNoEntry: false })?.isDirectory()) return dotGit;
  const text = await readFile(dotGit, "utf8").catch(() => "");
  const named = /^gitdir: (.+?)\n*$/s.exec(text)?.[1];
  const directory = named === undefined ? undefined : isAbsolute(named) ? named : resolve(path, named);
  if (directory === undefined || !existsSync(join(directory, "HEAD"))) throw notARepository(shown);
  return directory;
}

async function ask(settings: GitSettings, shown: string): Promise<string[]> {
  const paths = ["objects", "shallow", "index"].flatMap((name) => ["--git-path", name]);
  try {
    const output = await runGit(settings, ["rev-parse", "--path-format=absolute", ...paths, "--show-object-format"]);
    return output.toString("utf8").split("\n");
  } catch (error) {
    if (error instanceof TandemError && (error.kind === "bug" || error.code === "cache-damaged"))
      throw notARepository(shown, error);
    throw error;
  }
}

interface Parts {
  readonly path: string;
  readonly shown: string;
  /** Absolute path of the index file. */
  readonly index: string;
  /** Settings without which git could run a program of the repository on a file's content. */
  readonly withoutFilters: readonly string[];
  readonly objects: ObjectSource;
  readonly settings: GitSettings;
}

class GitWorkTree implements WorkTree {
  readonly path: string;
  readonly index: string;
  readonly repository: Repository;
  readonly objects: ObjectSource;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.path = parts.path;
    this.index = parts.index;
    this.objects = parts.objects;
    this.repository = repositoryAt(parts.settings);
    this.#parts = parts;
  }

  async head(): Promise<Head> {
    const [id = "", branch = ""] = (await this.#readHead()).split("\n");
    const commit = parseSha(id);
    if (!commit) {
      throw userError("no-commit", `'${this.#parts.shown}' has no commit yet.`, { fix: "Commit something first." });
    }
    return { commit, branch: branch.startsWith("refs/") ? branch : undefined };
  }

  /** Commit and name of the branch, a line each; empty when there is no commit. */
  async #readHead(): Promise<string> {
    try {
      const args = ["rev-parse", "HEAD^{commit}", "--symbolic-full-name", "HEAD"];
      return (await runGit(this.#parts.settings, args)).toString("utf8");
    } catch (error) {
      if (error instanceof TandemError && error.kind === "bug") return "";
      throw error;
    }
  }

  changes(): Promise<readonly LocalChange[]> {
    return readLocalChanges(this.#parts);
  }

  async remoteUrl(remote: string): Promise<string | undefined> {
    // Not `git remote get-url`, which applies the `insteadOf` of the configuration.
    const output = await runGit(this.#parts.settings, ["config", "--default", "", "--get", `remote.${remote}.url`]);
    return output.toString("utf8").trim() || undefined;
  }

  identity(environment: Readonly<Record<string, string | undefined>>): Promise<Identity> {
    return readIdentity(this.#parts.settings, environment);
  }

  async move(move: Move): Promise<void> {
    const [commit] = await move.store.repository.readCommits([move.commit]);
    if (!commit) throw new TandemError("bug", `No commit ${move.commit}`, { code: "commit-missing" });
    await changeWorkTree({ ...this.#parts, tree: this }, { ...move, tree: commit.tree, move });
  }

  async leave(leave: Leave): Promise<void> {
    await changeWorkTree({ ...this.#parts, tree: this }, { ...leave, move: undefined });
  }
}
