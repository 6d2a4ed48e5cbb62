// The adapter of the port `Repository`: a bare repository on disk, git through simple-git (run-git.ts).
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";
import { givesTree } from "./apply-check.ts";
import { applyPatches } from "./apply-patches.ts";
import { type BytePath, pathFromText, pathToText } from "./byte-path.ts";
import { commitContent, parseCommit } from "./commit-object.ts";
import { credentialEnvironment } from "./credentials.ts";
import { withFirstParent } from "./merge-mails.ts";
import { parseBatch, parseCheck } from "./object-batch.ts";
import { ObjectMemo } from "./object-memo.ts";
import { buildPack, type NewObject, objectId } from "./object-pack.ts";
import { parseChanges } from "./parse-changes.ts";
import { patchArguments, pathspecs, withAttributes } from "./patch-command.ts";
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
import { parseTree, treeObjects } from "./tree-objects.ts";
import { checkBranch, checkRefPattern, checkRefspec, checkUrl, isRevision } from "./validate.ts";

/** How a bare repository is opened. */
export interface BareRepositoryOptions {
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
}

/** Where git is searched for unless the caller says more. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Another job may fetch the same refs at the same time; then the second try finds them up to date. */
const FETCH_TRIES = 3;
/** More new objects than this are stored as one pack. */
const MAX_LOOSE = 50;

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
  };
  if (!existsSync(join(directory, "HEAD"))) await createRepository(settings);
  return new BareRepository(settings);
}

/** The repository that the settings name; it exists. For `git/` only. */
export function repositoryAt(settings: GitSettings): Repository {
  return new BareRepository(settings);
}

async function createRepository(settings: GitSettings): Promise<void> {
  try {
    await mkdir(settings.directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TandemError("environment", `The directory ${settings.directory} cannot be created.`, {
      code: "git-cache-unusable",
      fix: "Check the path of the git cache and its permissions.",
      cause,
    });
  }
  // HEAD names a branch that never exists: no command can fall back to it.
  await runGit(settings, ["init", "--bare", "--object-format=sha1", "--initial-branch=none"]);
}

/** Bytes that `cat-file --batch` prints around an object. */
const MAX_HEADER = 80;

class BareRepository implements Repository {
  readonly #settings: GitSettings;
  readonly #memo = new ObjectMemo();

  constructor(settings: GitSettings) {
    this.#settings = settings;
  }

  async fetch(remote: Remote, refspecs: readonly string[]): Promise<void> {
    const args = ["fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-show-forced-updates"];
    const targets = refspecs.map(checkRefspec);
    for (let tries = 1; ; tries++) {
      try {
        await this.#talk(remote, (url) => [...args, "--", url, ...targets]);
        return;
      } catch (error) {
        const locked = error instanceof TandemError && error.code === "ref-locked";
        if (!locked || tries === FETCH_TRIES) throw error;
      }
    }
  }

  async listRemote(remote: Remote, patterns: readonly string[]): Promise<readonly RemoteRef[]> {
    const wanted = patterns.map(checkRefPattern);
    const output = await this.#talk(remote, (url) => ["ls-remote", "--", url, ...wanted]);
    return output
      .toString("utf8")
      .split("\n")
      .flatMap((line) => {
        const [id = "", name = ""] = line.split("\t");
        const sha = parseSha(id);
        return sha && name ? [{ name, sha }] : [];
      });
  }

  async push(
    remote: Remote,
    { commit, branch, expected }: { commit: Sha; branch: string; expected: Sha | undefined },
  ): Promise<PushResult> {
    const ref = `refs/heads/${checkBranch(branch)}`;
    const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
    const update = `${commit}:${ref}`;
    const output = await this.#talk(remote, (url) => ["push", "--porcelain", "--no-verify", lease, "--", url, update]);
    return /^=\t/m.test(output.toString("utf8")) ? "up-to-date" : "pushed";
  }

  async resolveCommit(revision: string): Promise<Sha | undefined> {
    if (!isRevision(revision)) return undefined;
    return parseCheck(await this.#git(["cat-file", "--batch-check"], { input: Buffer.from(`${revision}^{commit}\n`) }));
  }

  async isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean> {
    if (ancestor === descendant) return true;
    const output = await this.#git(["rev-list", "--count", "--max-count=1", ancestor, `^${descendant}`, "--"]);
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
    const output = await this.#git([
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
    const copies = await this.#store(contents.map(withFirstParent), { strict: false });
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
    return await withAttributes(this.#settings.directory, how.attributes, async (config) =>
      splitPatches(await this.#git(args, { maxBytes: how.maxBytes, config }), signature),
    );
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

  async readCommits(shas: readonly Sha[]): Promise<readonly Commit[]> {
    const contents = await this.readBlobs(shas);
    return shas.map((sha, index) => parseCommit(sha, contents[index] ?? Buffer.alloc(0)));
  }

  async readTree(treeish: Sha) {
    const known = this.#memo.tree(treeish);
    if (known) return known;
    const files = parseTree(await this.#git(["ls-tree", "-r", "-z", "--full-tree", treeish]));
    this.#memo.addTree(treeish, files);
    return files;
  }

  async readBlobs(ids: readonly Sha[], { maxBytes }: { readonly maxBytes?: number } = {}): Promise<readonly Buffer[]> {
    const missing = [...new Set(ids.filter((id) => !this.#memo.content(id)))];
    const read = new Map<Sha, Buffer>();
    for (const [index, content] of (await this.#readObjects(missing, maxBytes)).entries()) {
      const id = missing[index];
      if (!id) continue;
      read.set(id, content);
      this.#memo.addContent(id, content);
    }
    const contents = ids.map((id) => read.get(id) ?? this.#memo.content(id) ?? Buffer.alloc(0));
    const size = contents.reduce((sum, content) => sum + content.length, 0);
    if (maxBytes !== undefined && size > maxBytes) throw tooLarge(maxBytes);
    return contents;
  }

  async #readObjects(ids: readonly Sha[], maxBytes: number | undefined): Promise<readonly Buffer[]> {
    if (ids.length === 0) return [];
    const input = Buffer.from(ids.map((id) => `${id}\n`).join(""), "latin1");
    const limit = maxBytes === undefined ? {} : { maxBytes: maxBytes + ids.length * MAX_HEADER };
    try {
      return parseBatch(await this.#git(["cat-file", "--batch"], { input, ...limit }), ids);
    } catch (error) {
      if (maxBytes === undefined || !(error instanceof TandemError) || error.code !== "output-too-large") throw error;
      throw tooLarge(maxBytes);
    }
  }

  async writeBlobs(contents: readonly Buffer[]): Promise<readonly Sha[]> {
    return await this.#store(contents.map((content) => ({ type: "blob", content })));
  }

  async writeTree(files: Parameters<Repository["writeTree"]>[0]): Promise<Sha> {
    const id = last(await this.#store(treeObjects(files)));
    this.#memo.addTree(id, [...files].sort(byPath));
    return id;
  }

  async writeCommit(commit: Omit<Commit, "sha">): Promise<Sha> {
    return last(await this.#store([{ type: "commit", content: commitContent(commit) }]));
  }

  /**
   * Stores objects in one process. `--strict` refuses broken ones and links to what is not there. Many of them stay
   * together as a pack: a file for each would have to be flushed to the disk one by one.
   */
  async #store(
    objects: readonly NewObject[],
    { strict }: { readonly strict: boolean } = { strict: true },
  ): Promise<readonly Sha[]> {
    const ids = objects.map(objectId);
    const different = new Map(objects.map((object, index) => [ids[index], object]));
    if (different.size > 0) {
      const store = different.size > MAX_LOOSE ? ["index-pack", "--stdin"] : ["unpack-objects"];
      await this.#git(strict ? [...store, "--strict"] : store, { input: buildPack([...different.values()]) });
    }
    for (const [index, { content }] of objects.entries()) {
      const id = ids[index];
      if (id) this.#memo.addContent(id, content);
    }
    return ids;
  }

  async #talk(remote: Remote, args: (url: string) => readonly string[]): Promise<Buffer> {
    const url = checkUrl(remote.url, this.#settings);
    return await this.#git(args(url), {
      network: true,
      environment: credentialEnvironment({ ...remote, url }),
      secret: remote.token,
    });
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

/** The order of `ls-tree -r`: byte by byte. */
function byPath(a: TreeFile, b: TreeFile): number {
  return a.path < b.path ? -1 : 1;
}

function last(ids: readonly Sha[]): Sha {
  const id = ids.at(-1);
  if (!id) throw new TandemError("bug", "Nothing was stored.", { code: "nothing-stored" });
  return id;
}

function tooLarge(maxBytes: number): TandemError {
  return new TandemError("user", `The files are too large together: more than ${maxBytes} bytes.`, {
    code: "output-too-large",
    fix: "Make the files smaller, or ask the operator to raise the limit.",
  });
}
