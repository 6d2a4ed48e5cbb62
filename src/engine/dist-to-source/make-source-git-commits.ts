// From dist-git to source-git: each dist-git commit's change once more, as a commit below `.distro` (engine.md 6).
// Reads and writes objects only; no ref is touched.

import { type BytePath, pathFromText, pathToText } from "../../git/byte-path.ts";
import type { Commit, Repository, Signature } from "../../git/repository.ts";
import { TandemError, userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { distroDirectory } from "../config/package-paths.ts";
import { checkedPath } from "../files/checked-path.ts";
import { compareFiles, type FileEntry, type FileMap, toTreeFiles } from "../files/file-map.ts";
import { DEFAULT_LIMITS, type EngineLimits } from "../limits.ts";
import { describeCommit } from "../patches/make-patches.ts";
import { readFiles, readSourceConfig } from "../read-source.ts";
import { addTrailer } from "../trailer-block.ts";
import type { SpecRules } from "./merge-spec.ts";
import { checkEdits, type DistCommit, editsBetween, readDistCommits } from "./read-edits.ts";
import { type ReplayTarget, replayChange } from "./replay-change.ts";

/** What source-git commits are made from. All commits have to be in the repository. */
export interface SourceGitInput {
  readonly sourceHead: Sha;
  /** The dist-git commits to reproduce, parents before children. */
  readonly distCommits: readonly Sha[];
  /** The state of dist-git on which they stand. Default: the first parent of the first one. */
  readonly base?: Sha | undefined;
  /** Those among them that source-git has: they only make up what merges are compared with. Default: none. */
  readonly brought?: ReadonlySet<Sha>;
  /** Committer of the new commit for a dist-git commit; author and author date are that commit's. */
  readonly committer: (commit: Commit) => Signature;
  /** Name of the dist-git repository; chooses the package where source-git holds several. */
  readonly distGitName?: string;
  readonly limits?: EngineLimits;
}

/** A new source-git commit. */
export interface NewSourceCommit {
  readonly sha: Sha;
  /** The dist-git commit that it reproduces. */
  readonly dist: Commit;
  /** What it changes, sorted by path. */
  readonly files: readonly { readonly path: string; readonly change: "added" | "modified" | "deleted" }[];
}

/** New source-git commits, one on top of the other. */
export interface SourceGitCommits {
  /** The last new commit, or the old head when there is none. */
  readonly head: Sha;
  readonly packageName: string;
  readonly commits: readonly NewSourceCommit[];
  /** Dist-git commits without effect on source-git. */
  readonly skipped: readonly Commit[];
  /** What the reader should know, one sentence each. */
  readonly notes: readonly string[];
}

interface Context {
  readonly repository: Repository;
  readonly input: SourceGitInput;
  readonly source: FileMap;
  /** The directory that stands for dist-git's root. */
  readonly directory: BytePath;
  readonly packageName: string;
  readonly specPath: BytePath;
  readonly specRules: SpecRules;
  readonly limits: EngineLimits;
  /** Dist-git's files below the commits. */
  readonly base: FileMap;
  readonly brought: ReadonlySet<Sha>;
}

/**
 * Makes the source-git commits. Commits of merged branches are reproduced one by one; where that is impossible, the merge
 * is reproduced as one commit.
 * Throws kind `user`: `sources-changed`, `patch-changed`, `replay-conflict`, `spec-missing`, `range-too-large`, and as
 * the configuration's reader; then nothing but unreachable objects was stored.
 */
export async function makeSourceGitCommits(repository: Repository, input: SourceGitInput): Promise<SourceGitCommits> {
  const limits = input.limits ?? DEFAULT_LIMITS;
  checkCount(input.distCommits, limits);
  const source = await readFiles(repository, input.sourceHead, limits);
  const config = await readSourceConfig(repository, source, input);
  const brought = input.brought ?? new Set();
  const dist = await readDistCommits(repository, input.distCommits, brought);
  const base = input.base && (await readFiles(repository, input.base, limits));
  const specPath = pathFromText(`${config.packageName}.spec`);
  checkSpecs({ source, dist: dist.at(-1)?.files, sourceSpec: config.specPath, specPath });
  const directory = distroDirectory(config);
  const { packageName } = config;
  const specRules = { ownChangelogs: !config.syncChangelog };
  const known = { brought, base: base ?? dist[0]?.parents[0] ?? new Map() };
  const context = { repository, input, source, directory, packageName, specPath, specRules, limits, ...known };
  try {
    return await replay(context, dist, "each commit");
  } catch (error) {
    // A merge that also holds what came from source-git is no change of dist-git's own.
    const canJoin = hasMerges(dist) && brought.size === 0;
    if (!canJoin || !(error instanceof TandemError) || error.code !== "replay-conflict") throw error;
    return await replay(context, firstParents(dist), "merges as one");
  }
}

function checkCount(commits: readonly Sha[], { maxCommits }: EngineLimits): void {
  if (commits.length <= maxCommits) return;
  throw userError("range-too-large", `The range holds ${commits.length} commits; ${maxCommits} are allowed.`, {
    fix: "Name a shorter range of dist-git commits.",
  });
}

interface Specs {
  readonly source: FileMap;
  readonly dist: FileMap | undefined;
  readonly sourceSpec: string;
  readonly specPath: BytePath;
}

function checkSpecs({ source, dist, sourceSpec, specPath }: Specs): void {
  if (!source.has(checkedPath(sourceSpec, "specfile_path").path)) {
    throw userError("spec-missing", `source-git has no spec file '${sourceSpec}'.`, {
      fix: "Correct specfile_path in .distro/source-git.yaml, or commit the spec file.",
    });
  }
  if (dist && !dist.has(specPath)) {
    throw userError("spec-missing", `dist-git has no spec file '${pathToText(specPath)}'.`, {
      fix: "Correct downstream_package_name in .distro/source-git.yaml, or commit the spec file.",
    });
  }
}

/** The commits of the newest one's own line, without the branches that were merged. */
function firstParents(dist: readonly DistCommit[]): readonly DistCommit[] {
  const line: DistCommit[] = [];
  let next = dist.at(-1)?.commit.sha;
  for (const entry of dist.toReversed()) {
    if (entry.commit.sha !== next) continue;
    line.push(entry);
    next = entry.commit.parents[0];
  }
  return line.reverse();
}

type Mode = "each commit" | "merges as one";

interface State {
  head: Sha;
  files: Map<BytePath, FileEntry>;
  /** Dist-git's files as they are when all commits so far stand on one line. */
  shadow: Map<BytePath, FileEntry>;
  readonly mode: Mode | "no merges";
}

function hasMerges(dist: readonly DistCommit[]): boolean {
  return dist.some(({ parents }) => parents.length > 1);
}

async function replay(context: Context, dist: readonly DistCommit[], mode: Mode): Promise<SourceGitCommits> {
  const { input, packageName } = context;
  const state: State = {
    head: input.sourceHead,
    files: new Map(context.source),
    shadow: new Map(context.base),
    mode: hasMerges(dist) ? mode : "no merges",
  };
  const commits: NewSourceCommit[] = [];
  const skipped: Commit[] = [];
  const notes: string[] = [];
  for (const entry of dist) {
    if (context.brought.has(entry.commit.sha)) {
      await moveShadow(context, state, entry);
      continue;
    }
    const made = await replayCommit(context, state, entry, notes);
    if (made) commits.push(made);
    else skipped.push(entry.commit);
  }
  return { head: state.head, packageName, commits, skipped, notes };
}

async function replayCommit(
  context: Context,
  state: State,
  entry: DistCommit,
  notes: string[],
): Promise<NewSourceCommit | undefined> {
  const { commit, files, parents } = entry;
  const isFlatMerge = state.mode === "each commit" && parents.length > 1;
  const edits = editsBetween(isFlatMerge ? state.shadow : (parents[0] ?? new Map()), files);
  checkEdits(commit, edits);
  const next = new Map(state.files);
  const target = replayTarget(context, next);
  const { conflicts, left } = await replayChange(target, edits);
  if (conflicts.length > 0) throw conflictError(commit, conflicts);
  await moveShadow(context, state, entry);
  notes.push(...left.map((path) => `${describeCommit(commit)} changes '${path}', which source-git does not have.`));
  const changes = compareFiles(state.files, next);
  if (changes.length === 0) return undefined;
  state.head = await writeCommit(context, state.head, next, commit);
  state.files = next;
  return {
    sha: state.head,
    dist: commit,
    files: changes.map(({ path, change }) => ({ path: pathToText(path), change })),
  };
}

function replayTarget(
  { repository, directory, specPath, specRules, limits }: Context,
  files: Map<BytePath, FileEntry>,
) {
  return {
    repository,
    files,
    directory,
    specPath,
    specRules,
    maxReadBytes: limits.maxReadBytes,
  } satisfies ReplayTarget;
}

async function moveShadow(context: Context, state: State, { commit, files, parents }: DistCommit): Promise<void> {
  if (state.mode !== "each commit") return;
  const [parent] = parents;
  if (parents.length > 1 || !parent || compareFiles(parent, state.shadow).length === 0) {
    state.shadow = new Map(files);
    return;
  }
  const target = { ...replayTarget(context, state.shadow), directory: "", specPath: undefined };
  const { conflicts } = await replayChange(target, editsBetween(parent, files));
  if (conflicts.length > 0) throw conflictError(commit, conflicts);
}

async function writeCommit({ repository, input }: Context, parent: Sha, files: FileMap, dist: Commit): Promise<Sha> {
  return await repository.writeCommit({
    tree: await repository.writeTree(toTreeFiles(files)),
    parents: [parent],
    author: dist.author,
    committer: input.committer(dist),
    message: addTrailer(dist.message, DIST_TRAILER, dist.sha),
  });
}

function conflictError(commit: Commit, conflicts: readonly string[]) {
  const shown = conflicts.slice(0, 5).join("; ");
  const more = conflicts.length > 5 ? ` (and ${conflicts.length - 5} more)` : "";
  return userError(
    "replay-conflict",
    `Commit ${describeCommit(commit)} could not be applied to source-git: ${shown}${more}.`,
    {
      fix: `Make its change in source-git by hand, in a commit that ends with '${DIST_TRAILER}: ${commit.sha}'.`,
    },
  );
}
