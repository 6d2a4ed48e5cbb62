// The patch files of dist-git with their contents (engine.md 2.5, 2.12): one `git format-patch` for the range, further
// ones where merges are patches or a patch wants no prefixes.

import { type BytePath, pathFromText, pathToText } from "../git/byte-path.ts";
import type { Commit, PatchFormat, PatchMail, Repository } from "../git/repository.ts";
import { TandemError, userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import type { SourceGitConfig } from "./config/read-config.ts";
import { checkedPath } from "./files/checked-path.ts";
import type { FileEntry, FileMap } from "./files/file-map.ts";
import { RangeMails } from "./history/range-mails.ts";
import { readSeries } from "./history/read-series.ts";
import { keepOldFiles } from "./keep-old-files.ts";
import { type EngineLimits, MAX_ATTRIBUTES_BYTES } from "./limits.ts";
import { mergeAttributes } from "./merge-attributes.ts";
import { checkPatchName } from "./patches/check-patch-name.ts";
import { describeCommit, makePatches, type Patch, type PatchFile } from "./patches/make-patches.ts";
import type { PatchComments } from "./patches/patch-comment.ts";

/** What the patches are made from. */
export interface PatchContext {
  readonly repository: Repository;
  readonly input: { readonly sourceHead: Sha; readonly patchComments: PatchComments };
  readonly limits: EngineLimits;
  readonly config: SourceGitConfig;
  readonly source: FileMap;
  readonly dist: FileMap;
}

/**
 * The patch files of the range `upstream`..head in the order in which they apply. `written` are the paths that
 * `files_to_sync` copied. A file of dist-git that makes the same changes keeps its content.
 * Throws kind `user` as `readSeries`, `makePatches` and `checkPatchName`, and `output-too-large`.
 */
export async function makePatchFiles(
  context: PatchContext,
  { upstream, written }: { readonly upstream: Sha; readonly written: ReadonlySet<BytePath> },
): Promise<readonly PatchFile[]> {
  const { repository, input, config, limits } = context;
  const format = await readFormat(context);
  const range = { from: upstream, to: input.sourceHead };
  const mails = new RangeMails(repository, range, { ...format, prefixes: true });
  const series = await readSeries({ repository, upstream, head: input.sourceHead, limits, mails, scope: format });
  const contents = byCommit(await mails.of(series));
  const commits = await repository.readCommits(series.map(({ commit }) => commit.sha));
  const patches = makePatches(
    commits.map((commit) => ({ commit, isEmpty: !contents.has(commit.sha) })),
    input.patchComments,
  );
  checkNames(patches, config, written);
  const plain = patches.some(({ noPrefix }) => noPrefix)
    ? byCommit(await new RangeMails(repository, range, { ...format, prefixes: false }).of(series))
    : contents;
  const old = await readOldFiles(context, patches);
  const fresh = patches.map((patch) => {
    const from = patch.noPrefix ? plain : contents;
    return { ...patch, content: Buffer.concat(patch.commits.map(({ sha }) => from.get(sha) ?? Buffer.alloc(0))) };
  });
  for (const { commits: made, content } of fresh) refuseSubmodule(made[0], content);
  return await keepOldFiles(fresh, old, { repository, limits, scope: format });
}

/** The header of a submodule's diff: no tool that builds packages can apply it. */
const SUBMODULE = /^diff --git [^\n]*\n(?:new file mode|deleted file mode|index [0-9a-f.]+) 160000$/m;

function refuseSubmodule(commit: Commit | undefined, content: Buffer): void {
  if (!commit || !content.includes(" 160000\n") || !SUBMODULE.test(content.toString("latin1"))) return;
  throw userError("submodule-refused", `${describeCommit(commit)} changes a submodule; a patch cannot do that.`, {
    fix: "Take the change of the submodule out of the commit, or name its path in patch_generation_ignore_paths.",
  });
}

function byCommit(mails: readonly PatchMail[]): ReadonlyMap<Sha, Buffer> {
  return new Map(mails.map(({ commit, content }) => [commit, content]));
}

function checkNames(patches: readonly Patch[], config: SourceGitConfig, written: ReadonlySet<BytePath>): void {
  const names = {
    specName: `${config.packageName}.spec`,
    isSynced: (name: string) => written.has(pathFromText(name)),
  };
  // A generated name needs no check: a patch of that name in source-git is the former one, and gives way.
  for (const { name, explicitName, commits } of patches) {
    const [commit] = commits;
    if (commit && explicitName) checkPatchName(name, describeCommit(commit), names);
  }
}

/** Characters of all excluded paths; they have to fit into one command line. */
const MAX_EXCLUDE = 200_000;

/** How all mails of the range are made, prefixes aside. */
async function readFormat(context: PatchContext): Promise<Omit<PatchFormat, "prefixes">> {
  const { config, limits } = context;
  // Whatever files_to_sync copies is no part of patches, even a file of the source itself.
  const copied = config.filesToSync.flatMap(({ src }) => src.map((path) => checkedPath(path, "src").path));
  const exclude = [...config.ignorePaths, ...copied.map((path) => pathToText(path) || ".")];
  if (exclude.join("").length > MAX_EXCLUDE) {
    throw userError("config-invalid", "source-git.yaml names too many paths to ignore and to copy.", {
      fix: "Name directories instead of single files in .distro/source-git.yaml.",
    });
  }
  return {
    include: config.paths.map((path) => pathToText(path) || "."),
    exclude,
    maxBytes: limits.maxPatchBytes,
    attributes: await readAttributes(context),
  };
}

async function readAttributes({ repository, source }: PatchContext): Promise<Buffer> {
  const found = [...source].filter(([path, entry]) => /(?:^|\/)\.gitattributes$/.test(path) && isRegular(entry));
  const ids = found.map(([, { id }]) => id);
  const contents = await repository.readBlobs(ids, { maxBytes: MAX_ATTRIBUTES_BYTES }).catch((error: unknown) => {
    throw error instanceof TandemError && error.code === "output-too-large" ? attributesTooLarge() : error;
  });
  return mergeAttributes(found.map(([path], index) => ({ path, content: contents[index] ?? Buffer.alloc(0) })));
}

function attributesTooLarge() {
  return userError(
    "attributes-too-large",
    `The .gitattributes files hold more than ${MAX_ATTRIBUTES_BYTES} bytes together.`,
    { fix: "Join their patterns." },
  );
}

async function readOldFiles(
  { repository, dist, limits }: PatchContext,
  patches: readonly Patch[],
): Promise<ReadonlyMap<string, Buffer>> {
  const old = patches.flatMap(({ name }) => {
    const entry = dist.get(pathFromText(name));
    return entry && isRegular(entry) ? [{ name, id: entry.id }] : [];
  });
  const ids = old.map(({ id }) => id);
  const contents = await repository.readBlobs(ids, { maxBytes: limits.maxReadBytes });
  return new Map(old.map(({ name }, index) => [name, contents[index] ?? Buffer.alloc(0)]));
}

function isRegular({ mode }: FileEntry): boolean {
  return mode === "100644" || mode === "100755";
}
