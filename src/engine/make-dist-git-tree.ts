// From source-git to dist-git, as a function of trees to a tree: config → files → range → patches → spec → tree.
// Reads and writes objects only; no ref is touched and nothing is written before all checks have passed.

import { type BytePath, pathFromText, pathToText } from "../git/byte-path.ts";
import type { Commit, Repository } from "../git/repository.ts";
import { userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { checkCopied } from "./check-copied.ts";
import { applyCiRule, type CopyCiFile } from "./ci-file.ts";
import { distroDirectory } from "./config/package-paths.ts";
import type { SourceGitConfig } from "./config/read-config.ts";
import { checkedPath } from "./files/checked-path.ts";
import { compareFiles, type FileEntry, type FileMap, toTreeFiles } from "./files/file-map.ts";
import { type SyncOptions, syncFiles } from "./files/sync-files.ts";
import { DEFAULT_LIMITS, type EngineLimits } from "./limits.ts";
import { type DistSpec, makeSpec, type SpecContext } from "./make-spec.ts";
import { missingArchives, newSourceFiles } from "./missing-archives.ts";
import { makePatchFiles, type PatchContext } from "./patch-files.ts";
import type { PatchComments } from "./patches/patch-comment.ts";
import { findUpstream, type ResolveRef, resolveIn } from "./range.ts";
import { readFiles, readRegular, readSourceConfig } from "./read-source.ts";

/** What a dist-git tree is made from. All commits have to be in the repository. */
export interface DistGitInput {
  readonly sourceHead: Sha;
  readonly distHead: Sha;
  readonly copyCiFile: CopyCiFile;
  readonly patchComments: PatchComments;
  /** Overrides `upstream_ref` of the configuration. */
  readonly upstreamRef?: string;
  /** Finds the commit of `upstream_ref`. Default: git's rules in the repository, patterns by `git describe`. */
  readonly resolveUpstreamRef?: ResolveRef;
  /** Name of the dist-git repository; chooses the package where source-git holds several. */
  readonly distGitName?: string;
  /** Goes on although the configuration asks to run actions, without running them. */
  readonly ignoreActions?: boolean;
  /**
   * Makes all Patch lines anew instead of keeping those that dist-git has: for a source-git whose history was rewritten
   * since, so that dist-git's lines speak of commits that are gone. Default: false.
   */
  readonly renewPatchLines?: boolean;
  /**
   * Message of the dist-git commit: its title and `Resolves:` lines become the changelog entry where dist-git keeps its
   * own changelog. Default: the message of the source-git head.
   */
  readonly message?: string;
  readonly limits?: EngineLimits;
}

/** A patch of the result. */
export interface ResultPatch {
  /** File name in the dist-git root. */
  readonly name: string;
  /** The commits whose changes it holds, in order. */
  readonly commits: readonly Commit[];
}

/** A dist-git tree and what it says. */
export interface DistGitTree {
  readonly tree: Sha;
  /** False: it is the tree that dist-git has already. */
  readonly changed: boolean;
  readonly packageName: string;
  /** The directory of source-git that stands for dist-git's root. */
  readonly directory: BytePath;
  /** The commit of `upstream_ref`; undefined when the configuration names none. */
  readonly upstream: Sha | undefined;
  readonly patches: readonly ResultPatch[];
  /** Differences to the dist-git head, sorted by path. */
  readonly files: readonly { readonly path: string; readonly change: "added" | "modified" | "deleted" }[];
  /** Archives that the spec names, dist-git's present one does not, and nobody has uploaded: `sources` lacks them. */
  readonly missingArchives: readonly string[];
  /** What the reader should know, one sentence each. */
  readonly notes: readonly string[];
}

type Context = SpecContext & PatchContext & { readonly input: DistGitInput };

/**
 * Makes the dist-git tree of a source-git commit. Throws kind `user` with a stable code and a fix for everything that
 * people can mend, `config-missing` among them; then nothing but unreachable objects was stored.
 */
export async function makeDistGitTree(repository: Repository, input: DistGitInput): Promise<DistGitTree> {
  const limits = input.limits ?? DEFAULT_LIMITS;
  const source = await readFiles(repository, input.sourceHead, limits);
  const config = await readSourceConfig(repository, source, input);
  refuseActions(config, input);
  const dist = await readFiles(repository, input.distHead, limits);
  const specPath = pathFromText(`${config.packageName}.spec`);
  const context: Context = { repository, input, limits, config, source, dist, specPath };

  const synced = syncFiles(source, dist, config.filesToSync, skipped(config));
  await checkCopied(repository, { dist, files: synced.files }, limits);
  const upstream = await upstreamOf(context);
  const patches = upstream ? await makePatchFiles(context, { upstream, written: synced.written }) : [];
  const spec = await makeSpec(context, { synced, patches });

  const files = synced.files;
  await putContents(context, files, [...patches, { name: pathToText(specPath), content: spec.content }]);
  applyCiRule(files, { source, dist, copyCiFile: input.copyCiFile });
  // A changelog entry that would be the only change is none.
  if (spec.withEntry && compareFiles(dist, files).length > 0) {
    await putContents(context, files, [{ name: pathToText(specPath), content: await spec.withEntry() }]);
  }
  const changes = compareFiles(dist, files);
  return {
    tree: await repository.writeTree(toTreeFiles(files)),
    changed: changes.length > 0,
    packageName: config.packageName,
    directory: distroDirectory(config),
    upstream,
    patches: patches.map(({ name, commits }) => ({ name, commits })),
    files: changes.map(({ path, change }) => ({ path: pathToText(path), change })),
    missingArchives: await findMissingArchives(context, files, spec),
    notes: spec.notes,
  };
}

/** Where dist-git keeps its changelog, the spec is merged and not copied. */
function skipped({ syncChangelog, specPath }: SourceGitConfig): SyncOptions {
  if (syncChangelog) return {};
  const { path } = checkedPath(specPath, "specfile_path");
  return { skip: (sourcePath) => sourcePath === path };
}

function refuseActions({ actions }: SourceGitConfig, { ignoreActions }: DistGitInput): void {
  if (actions.length === 0 || ignoreActions) return;
  throw userError(
    "actions-refused",
    `source-git.yaml asks to run actions (${actions.join(", ").slice(0, 200)}); they are never run.`,
    {
      fix: "Remove 'actions' from .distro/source-git.yaml and commit what they would produce.",
    },
  );
}

async function upstreamOf({ repository, input, config }: Context): Promise<Sha | undefined> {
  const ref = input.upstreamRef ?? config.upstreamRef;
  if (ref === undefined) return undefined;
  return await findUpstream(ref, input.resolveUpstreamRef ?? resolveIn(repository, input.sourceHead));
}

/** `sources` is read only where the spec names something new. */
async function findMissingArchives(
  { repository, limits }: Context,
  files: FileMap,
  { content, before }: DistSpec,
): Promise<readonly string[]> {
  const names = new Set(newSourceFiles(content, before));
  if (names.size === 0) return [];
  const sources = await readRegular(repository, files, pathFromText("sources"), limits.maxReadBytes);
  const hasFile = (name: string) => files.has(pathFromText(name));
  return missingArchives({ spec: content, sources, hasFile }).filter((name) => names.has(name));
}

/** Puts contents at their paths; a file that is there already keeps its mode. */
async function putContents(
  { repository, dist }: Context,
  files: Map<BytePath, FileEntry>,
  contents: readonly { readonly name: string; readonly content: Buffer }[],
): Promise<void> {
  const ids = await repository.writeBlobs(contents.map(({ content }) => content));
  for (const [index, { name }] of contents.entries()) {
    const id = ids[index];
    if (!id) continue;
    const path = pathFromText(name);
    const old = dist.get(path);
    files.set(path, { mode: files.get(path)?.mode ?? (old?.id === id ? old.mode : "100644"), id });
  }
}
