// The adapter of the port `Repository`: a bare repository on disk, git through simple-git (run-git.ts).
import { randomUUID } from "node:crypto";
import { isAbsolute } from "node:path";
import { TandemError, userError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";
import { givesTree } from "./apply-check.ts";
import { applyPatches } from "./apply-patches.ts";
import type { GitBounds } from "./bounds.ts";
import { type BytePath, pathFromText, pathToText } from "./byte-path.ts";
import { createRepository, isRepositoryThere } from "./create-repository.ts";
import { withFirstParent } from "./merge-mails.ts";
import { parseChecks } from "./object-batch.ts";
import { ObjectStore } from "./object-store.ts";
import { parseChanges } from "./parse-changes.ts";
import { patchArguments, pathspecs, withAttributes } from "./patch-command.ts";
import { type BranchUpdate, fetchRefs, listRefs, pushBranch, pushMissingTags } from "./remote-commands.ts";
import type {
  AppliedPatches,
  Commit,
  CommitChange,
  MergeMails,
  PatchFormat,
  PatchMail,
  PatchRange,
  PatchScope,
  PatchSeries,
  PatchText,
  PushResult,
  RangeCommit,
  Remote,
  RemoteRef,
  Repository,
  TreeFile,
} from "./repository.ts";
import { type GitCall, type GitSettings, runGit } from "./run-git.ts";
import { splitPatches } from "./split-patches.ts";
import { isRevision } from "./validate.ts";

/** How a bare repository is opened. */
export interface BareRepositoryOptions extends GitBounds, Pick<GitSettings, "onDamage" | "maxLockAgeMs"> {
  /** Absolute path. Created, with its parents, when it does not exist. */
  readonly directory: string;
  /**
   * The environment of git: `PATH`, and proxies or certificates that libcurl needs. Names that begin with `GIT_` are
   * refused. Default: a usual `PATH`.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether remotes may be file paths. Tests and local trials only. Default: false. */
  readonly allowFileRemotes?: boolean;
  /** Limit for a command that works on the disk only. Default: two minutes. */
  readonly localTimeoutMs?: number;
  /** Limit for a command that talks to a remote. Default: five minutes. */
  readonly networkTimeoutMs?: number;
  /** Ends the running git command; its reason is what the call then throws. */
  readonly signal?: AbortSignal;
  /** Told the name of each git command before it starts, e.g. `fetch`. */
  readonly onCommand?: (command: string) => void;
}

/** Longer answers about histories, in bytes, are not remembered. */
const MAX_KNOWN_HISTORY = 1024 * 1024;

/** Where git is searched for unless the caller says more. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Opens a bare repository, and creates it when there is none. Any number may be open on one directory, also in other
 * processes: objects are added only, and refs that two fetches write at once are tried again.
 * Throws kind `environment` when the directory or git cannot be used.
 */
export async function openBareRepository(options: BareRepositoryOptions): Promise<Repository> {
  const { directory } = options;
  if (!isAbsolute(directory)) {
    throw new TandemError("bug", `The path of a repository must be absolute: ${directory}`, { code: "path-relative" });
  }
  const settings: GitSettings = {
    directory,
    environment: { PATH: DEFAULT_PATH, ...options.environment },
    allowFileRemotes: options.allowFileRemotes ?? false,
    localTimeoutMs: options.localTimeoutMs ?? 120_000,
    networkTimeoutMs: options.networkTimeoutMs ?? 300_000,
    signal: options.signal,
    ...(options.onCommand ? { onCommand: options.onCommand } : {}),
    ...(options.onDamage ? { onDamage: options.onDamage } : {}),
    ...(options.maxLockAgeMs === undefined ? {} : { maxLockAgeMs: options.maxLockAgeMs }),
    ...(options.fetchBytes === undefined ? {} : { fetchBytes: options.fetchBytes }),
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
  };
  if (!isRepositoryThere(directory)) await createRepository(settings);
  return new BareRepository(settings);
}

/** The repository that the settings name; it exists. For `git/` only. */
export function repositoryAt(settings: GitSettings): Repository {
  return new BareRepository(settings);
}

class BareRepository implements Repository {
  readonly #settings: GitSettings;
  readonly #objects: ObjectStore;
  /** Answers about commits named by their ids: they never change. */
  readonly #histories = new Map<string, Promise<Buffer>>();

  constructor(settings: GitSettings) {
    this.#settings = settings;
    this.#objects = new ObjectStore(settings);
  }

  fetch(remote: Remote, refspecs: readonly string[]): Promise<void> {
    return fetchRefs(this.#settings, remote, refspecs);
  }

  listRemote(remote: Remote, patterns: readonly string[]): Promise<readonly RemoteRef[]> {
    return listRefs(this.#settings, remote, patterns);
  }

  push(remote: Remote, update: BranchUpdate): Promise<PushResult> {
    return pushBranch(this.#settings, remote, update);
  }

  pushTags(remote: Remote): Promise<number> {
    return pushMissingTags(this.#settings, remote);
  }

  async resolveCommit(revision: string): Promise<Sha | undefined> {
    return (await this.resolveCommits([revision]))[0];
  }

  async resolveCommits(revisions: readonly string[]): Promise<readonly (Sha | undefined)[]> {
    const valid = revisions.filter(isRevision);
    if (valid.length === 0) return revisions.map(() => undefined);
    const input = Buffer.from(valid.map((revision) => `${revision}^{commit}\n`).join(""));
    const answers = parseChecks(await this.#git(["cat-file", "--batch-check"], { input }));
    const found = new Map(valid.map((revision, index) => [revision, answers[index]]));
    return revisions.map((revision) => found.get(revision));
  }

  async isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean> {
    if (ancestor === descendant) return true;
    const output = await this.#history(["rev-list", "--count", "--max-count=1", ancestor, `^${descendant}`, "--"]);
    return output.toString("latin1").trim() === "0";
  }

  async describeTag(commit: Sha, pattern: string): Promise<string | undefined> {
    return await this.#describe("--tags", commit, pattern);
  }

  async describeRef(commit: Sha, pattern: string): Promise<string | undefined> {
    const name = await this.#describe("--all", commit, pattern);
    return name === undefined ? undefined : `refs/${name}`;
  }

  async #describe(which: "--tags" | "--all", commit: Sha, pattern: string): Promise<string | undefined> {
    try {
      const output = await this.#git(["describe", "--abbrev=0", which, `--match=${pattern}`, commit]);
      return output.toString("utf8").trim();
    } catch (error) {
      if (error instanceof TandemError && error.code === "no-tag-matches") return undefined;
      throw error;
    }
  }

  async listRange(from: Sha | undefined, to: Sha): Promise<readonly RangeCommit[]> {
    if (from === to) return [];
    const output = await this.#history([
      "rev-list",
      "--topo-order",
      "--reverse",
      "--parents",
      to,
      ...(from ? [`^${from}`] : []),
      "--",
    ]);
    return output
      .toString("latin1")
      .split("\n")
      .flatMap((line) => {
        const [sha, ...parents] = line.split(" ").flatMap((id) => parseSha(id) ?? []);
        return sha ? [{ sha, parents }] : [];
      });
  }

  async listAncestryPath(from: Sha, to: Sha): Promise<readonly Sha[]> {
    return idsOf(await this.#git(["rev-list", "--ancestry-path", to, `^${from}`, "--"]));
  }

  async findCommits(head: Sha, { line, max }: { line: string; max: number }): Promise<readonly Sha[]> {
    return idsOf(await this.#git(["rev-list", "-E", `--grep=^${line}`, `--max-count=${max}`, head, "--"]));
  }

  async formatPatches(range: PatchRange): Promise<readonly PatchMail[]> {
    return await this.#formatMails([`${range.from}..${range.to}`], range);
  }

  async formatMerges({ merges, ...how }: MergeMails): Promise<readonly PatchMail[]> {
    const contents = await this.readBlobs(merges.map(({ sha }) => sha));
    // What is broken in an old commit is as broken in its copy.
    const copies = await this.#objects.store(contents.map(withFirstParent), { strict: false });
    const merged = new Map(copies.map((copy, index) => [copy, merges[index]?.sha ?? copy]));
    const revisions = [...merged.keys(), ...merges.flatMap(({ parents: [first] }) => (first ? [`^${first}`] : []))];
    const mails = await this.#formatMails(revisions, how);
    return mails.map(({ commit: copy, content }) => {
      const commit = merged.get(copy) ?? copy;
      return { commit, content: Buffer.concat([Buffer.from(`From ${commit}`), content.subarray(45)]) };
    });
  }

  async givesTree(series: PatchSeries): Promise<boolean> {
    return await givesTree(this.#settings, series);
  }

  async listChanges(
    commits: readonly RangeCommit[],
    scope: PatchScope,
  ): Promise<ReadonlyMap<Sha, readonly CommitChange[]>> {
    const args = [
      "diff-tree",
      "--stdin",
      "-r",
      "-z",
      "--root",
      "--no-renames",
      "--no-abbrev",
      "--",
      ...pathspecs(scope),
    ];
    const lines = commits.map(({ sha, parents: [first] }) => (first ? `${sha} ${first}\n` : `${sha}\n`));
    return parseChanges(await this.#git(args, { input: Buffer.from(lines.join("")) }));
  }

  async #formatMails(revisions: readonly string[], how: PatchFormat): Promise<readonly PatchMail[]> {
    const signature = `tandem-${randomUUID()}`;
    const args = patchArguments(revisions, how, signature);
    return await withAttributes(this.#settings, how.attributes, async (config) =>
      splitPatches(await this.#git(args, { maxBytes: how.maxBytes, config }), signature),
    ).catch((error: unknown) => {
      if (!(error instanceof TandemError) || error.code !== "output-too-large") throw error;
      throw userError(error.code, `The downstream commits give more than ${how.maxBytes} bytes of patches.`, {
        fix: "Take large files out of these commits, or ask the operator to raise limits.patchBytes.",
      });
    });
  }

  async applyPatches(tree: Sha, patches: readonly PatchText[]): Promise<AppliedPatches> {
    return await applyPatches(this.#settings, tree, patches);
  }

  async blameFirstLine(commit: Sha, path: BytePath): Promise<Sha | undefined> {
    // The path is one argument of a command line in UTF-8: other bytes cannot be named there.
    const name = pathToText(path);
    if (pathFromText(name) !== path) return undefined;
    try {
      const output = await this.#git(["blame", "--porcelain", "-L1,1", commit, "--", name]);
      return parseSha(output.toString("latin1", 0, 40));
    } catch (error) {
      if (error instanceof TandemError && error.code === "git-failed") return undefined;
      throw error;
    }
  }

  readCommits(shas: readonly Sha[]): Promise<readonly Commit[]> {
    return this.#objects.readCommits(shas);
  }

  readTree(treeish: Sha, options?: { readonly maxFiles?: number }): Promise<readonly TreeFile[]> {
    return this.#objects.readTree(treeish, options);
  }

  readBlobs(ids: readonly Sha[], options?: { readonly maxBytes?: number }): Promise<readonly Buffer[]> {
    return this.#objects.readBlobs(ids, options);
  }

  async readSizes(ids: readonly Sha[]): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    const input = Buffer.from(ids.map((id) => `${id}\n`).join(""), "latin1");
    const output = await this.#git(["cat-file", "--batch-check"], { input });
    const lines = output.toString("latin1").split("\n");
    return ids.map((_, index) => Number(/ (\d+)$/.exec(lines[index] ?? "")?.[1] ?? -1));
  }

  writeBlobs(contents: readonly Buffer[]): Promise<readonly Sha[]> {
    return this.#objects.writeBlobs(contents);
  }

  writeTree(files: readonly TreeFile[]): Promise<Sha> {
    return this.#objects.writeTree(files);
  }

  writeCommit(commit: Omit<Commit, "sha">): Promise<Sha> {
    return this.#objects.writeCommit(commit);
  }

  /** Asks once for what depends on commits alone. */
  async #history(args: readonly string[]): Promise<Buffer> {
    const key = args.join(" ");
    const known = this.#histories.get(key);
    if (known !== undefined) return await known;
    const asked = this.#git(args);
    this.#histories.set(key, asked);
    try {
      const output = await asked;
      if (output.length > MAX_KNOWN_HISTORY) this.#histories.delete(key);
      return output;
    } catch (error) {
      this.#histories.delete(key);
      throw error;
    }
  }

  async #git(args: readonly string[], call: GitCall = {}): Promise<Buffer> {
    return await runGit(this.#settings, args, call);
  }
}

function idsOf(output: Buffer): Sha[] {
  return output
    .toString("latin1")
    .split("\n")
    .flatMap((line) => parseSha(line) ?? []);
}
