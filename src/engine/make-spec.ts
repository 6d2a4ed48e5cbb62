// The spec file of dist-git: copied from source-git, or merged where dist-git keeps its changelog; then the Patch lines.

import { type BytePath, pathToText } from "../git/byte-path.ts";
import type { Repository } from "../git/repository.ts";
import { userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { splitMessage } from "./commit-text.ts";
import type { SourceGitConfig } from "./config/read-config.ts";
import { checkedPath } from "./files/checked-path.ts";
import type { FileMap } from "./files/file-map.ts";
import type { SyncedFiles } from "./files/sync-files.ts";
import type { EngineLimits } from "./limits.ts";
import { describeCommit, type PatchFile } from "./patches/make-patches.ts";
import { commentLines } from "./patches/patch-comment.ts";
import { readRegular } from "./read-source.ts";
import { addChangelogEntry } from "./spec/changelog-entry.ts";
import { editSpec } from "./spec/edit-spec.ts";
import { hasAutoChangelog, keepChangelog } from "./spec/keep-changelog.ts";
import { fromLines, toLines } from "./spec/spec-lines.ts";

/** What the spec is made from. */
export interface SpecContext {
  readonly repository: Repository;
  readonly input: { readonly sourceHead: Sha; readonly message?: string; readonly renewPatchLines?: boolean };
  readonly limits: EngineLimits;
  readonly config: SourceGitConfig;
  readonly source: FileMap;
  readonly dist: FileMap;
  /** Path of the spec in dist-git. */
  readonly specPath: BytePath;
}

/** The spec, and what the reader should know. */
export interface DistSpec {
  readonly content: Buffer;
  /** The one that dist-git has; undefined when there is none. */
  readonly before: Buffer | undefined;
  /** The spec with a new changelog entry, where there has to be one if anything changes. */
  readonly withEntry: (() => Promise<Buffer>) | undefined;
  readonly notes: readonly string[];
}

/** Makes the spec. Throws kind `user`: `spec-missing`, `patch-id-order`. */
export async function makeSpec(
  context: SpecContext,
  { synced, patches }: { readonly synced: SyncedFiles; readonly patches: readonly PatchFile[] },
): Promise<DistSpec> {
  const { repository, input, dist, specPath, config, limits } = context;
  const ours = await readSourceSpec(context);
  const theirs = await readRegular(repository, dist, specPath, limits.maxReadBytes);
  const isMerged = !config.syncChangelog;
  const base = isMerged
    ? theirs && fromLines(keepChangelog(toLines(ours), toLines(theirs)))
    : await readRegular(repository, synced.files, specPath, limits.maxReadBytes);
  if (!base)
    throw missing(
      `dist-git would have no spec file '${pathToText(specPath)}'`,
      "Let files_to_sync in .distro/source-git.yaml copy the spec into the root of dist-git under this name.",
    );
  const isReplaced = isMerged || synced.written.has(specPath);
  const { content, notes } = editSpec({
    base,
    before: isReplaced && !input.renewPatchLines ? theirs : undefined,
    wanted: patches.filter(({ present }) => !present).map(toSpecPatch),
    digits: config.patchIdDigits,
  });
  const lines = toLines(content);
  const needsEntry = isMerged && !hasAutoChangelog(lines);
  return { content, before: theirs, notes, withEntry: needsEntry ? () => addEntry(context, lines) : undefined };
}

function toSpecPatch({ name, id, comment, explicitComment, commits: [commit] }: PatchFile) {
  return { name, id, comment: commentLines(comment), explicitComment, where: commit ? describeCommit(commit) : "" };
}

async function readSourceSpec({ repository, source, config, limits }: SpecContext): Promise<Buffer> {
  const { path } = checkedPath(config.specPath, "specfile_path");
  const content = await readRegular(repository, source, path, limits.maxReadBytes);
  if (content) return content;
  throw missing(
    `source-git has no spec file '${config.specPath}'`,
    "Correct specfile_path in .distro/source-git.yaml, or commit the spec file.",
  );
}

function missing(what: string, fix: string) {
  return userError("spec-missing", `${what}.`, { fix });
}

/** Date and author are those of the source-git head, so that the same input gives the same entry. */
async function addEntry({ repository, input }: SpecContext, lines: readonly string[]): Promise<Buffer> {
  const [head] = await repository.readCommits([input.sourceHead]);
  if (!head) return fromLines(lines);
  const { subject, body } = splitMessage(input.message ?? head.message);
  const references = body.split("\n").filter((line) => /^Resolves:\s*\S/i.test(line));
  return fromLines(addChangelogEntry(lines, { author: head.author, title: subject, references }));
}
