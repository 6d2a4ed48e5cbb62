// From the mails of a range to the patch files of dist-git: names, numbers, comments, squashing (engine.md 2.6 to 2.13).

import type { Commit } from "../../git/repository.ts";
import { type TandemError, userError } from "../../model/errors.ts";
import { shortSha } from "../../model/ids.ts";
import { firstLine, shortSubject, splitMessage } from "../commit-text.ts";
import { createEffort, type Effort } from "../effort.ts";
import { hasMapping, readLegacyMetadata } from "./legacy-metadata.ts";
import { messageText, type PatchComments } from "./patch-comment.ts";
import { patchFileName } from "./patch-file-name.ts";
import { NO_METADATA, type PatchMetadata, readPatchTrailers } from "./patch-metadata.ts";

/** A commit of the series. */
export interface SeriesCommit {
  readonly commit: Commit;
  /** It changes nothing that patches are about, so it has no mail. */
  readonly isEmpty: boolean;
}

/** A patch file of dist-git. */
export interface Patch {
  /** File name, not checked yet. */
  readonly name: string;
  /** Whether a commit asked for the name; otherwise it was generated. */
  readonly explicitName: boolean;
  /** The commits whose mails the file holds, in order; more than one when they were squashed. */
  readonly commits: readonly Commit[];
  /** The number that the first commit asks for. */
  readonly id: number | undefined;
  /** Text of the comment above the Patch line. */
  readonly comment: string;
  /** Whether the comment was given explicitly; otherwise it comes from the message. */
  readonly explicitComment: boolean;
  /** The spec has the line already and is not touched. */
  readonly present: boolean;
  /** The patch has to be made without `a/` and `b/`. */
  readonly noPrefix: boolean;
}

/** A patch with the content of its file. */
export interface PatchFile extends Patch {
  readonly content: Buffer;
}

/** A commit as errors name it: short id and subject. */
export function describeCommit(commit: Commit): string {
  return `${shortSha(commit.sha)} (${shortSubject(splitMessage(commit.message).subject)})`;
}

/**
 * The patch files of a series, in its order. Commits without a change have none, unless old metadata asks for an empty
 * file. Throws kind `user`: `trailer-invalid`, `patch-name-missing`, or `patch-name-repeated` for commits of one name that
 * do not follow each other, or `metadata-too-complex`.
 */
export function makePatches(
  series: readonly SeriesCommit[],
  comments: PatchComments,
  effort: Effort = createEffort(MAX_TRIED, tooMuchMetadata),
): Patch[] {
  const all = readMetadata(series, effort).filter(({ metadata }) => !metadata.ignore);
  const drafts = all.map((told) => makeDraft(told, comments));
  const files = all.some(({ metadata }) => metadata.squash) ? squashOldWay(all, drafts, effort) : drafts;
  const patches: Patch[] = [];
  for (const patch of files) {
    const last = patches.at(-1);
    if (last?.name === patch.name) {
      patches[patches.length - 1] = joined(last, [last, patch]);
      continue;
    }
    checkRepeated(patches, patch);
    patches.push(patch);
  }
  return patches;
}

/** Characters of old metadata that are tried as YAML, each as often as it is tried: under a minute. */
const MAX_TRIED = 30_000_000;

/** The error for work that would hold others up. */
export function tooMuchMetadata(): TandemError {
  return userError("metadata-too-complex", "The commit messages hold too much that looks like metadata in YAML.", {
    fix: "Use the packaging trailers, such as Patch-name, instead.",
  });
}

/** A commit that gives a patch, and what it says about it. */
interface Told {
  readonly commit: Commit;
  readonly metadata: PatchMetadata;
  readonly generatedName: string;
  readonly defaultText: () => string;
}

/** One commit with packaging trailers switches all to them; only without any the old metadata counts. */
function readMetadata(series: readonly SeriesCommit[], effort: Effort): readonly Told[] {
  const changing = series.filter(({ isEmpty }) => !isEmpty).map(({ commit }) => commit);
  const trailers = new Map(
    changing.map((commit) => [commit, readPatchTrailers(commit.message, describeCommit(commit))]),
  );
  const numbers = new Map(changing.map((commit, index) => [commit, index + 1]));
  if ([...trailers.values()].every((metadata) => metadata === undefined))
    return readOldMetadata(series, numbers, effort);
  return changing.map((commit) => ({
    commit,
    metadata: trailers.get(commit) ?? NO_METADATA,
    generatedName: patchFileName(numbers.get(commit) ?? 0, firstLine(commit.message)),
    defaultText: () => messageText(commit.message),
  }));
}

function readOldMetadata(
  series: readonly SeriesCommit[],
  numbers: ReadonlyMap<Commit, number>,
  effort: Effort,
): readonly Told[] {
  return series.flatMap(({ commit, isEmpty }) => {
    const metadata = readLegacyMetadata(commit.message, describeCommit(commit), effort) ?? NO_METADATA;
    // The spec has such a patch already, so its file has to be there.
    if (isEmpty && (!metadata.present || metadata.ignore)) return [];
    if (isEmpty && metadata.name === undefined) throw nameMissing(commit);
    // A patch without prefixes was made alone, and so was the first of its range.
    const number = metadata.noPrefix ? 1 : (numbers.get(commit) ?? 0);
    const { name, email } = commit.author;
    return {
      commit,
      metadata,
      generatedName: patchFileName(number, firstLine(commit.message)),
      defaultText: () => `${splitMessage(commit.message).subject}\nAuthor: ${name} <${email}>`,
    };
  });
}

function makeDraft({ commit, metadata, generatedName, defaultText }: Told, comments: PatchComments): Patch {
  return {
    name: metadata.name ?? generatedName,
    explicitName: metadata.name !== undefined,
    commits: [commit],
    id: metadata.id,
    comment: metadata.status ?? reduced(defaultText(), commit, comments),
    explicitComment: metadata.status !== undefined,
    present: metadata.present,
    noPrefix: metadata.noPrefix,
  };
}

/**
 * `squash_commits`: each commit with metadata is a file, which also takes in the plain ones before it; the last one those
 * behind it, too.
 */
function squashOldWay(all: readonly Told[], drafts: readonly Patch[], effort: Effort): readonly Patch[] {
  const opens = all.map(
    ({ commit, metadata }) => metadata.squash || metadata.present || hasMapping(commit.message, effort),
  );
  const last = opens.lastIndexOf(true);
  let from = 0;
  return drafts.flatMap((draft, index) => {
    if (!opens[index]) return [];
    const members = drafts.slice(from, index === last ? drafts.length : index + 1);
    from = index + 1;
    return [joined(draft, members)];
  });
}

function reduced(text: string, commit: Commit, comments: PatchComments): string {
  switch (comments) {
    case "full":
      return text;
    case "subject":
      return splitMessage(commit.message).subject;
    case "none":
      return "";
  }
}

/** One file of several commits, with the name, number and comment of one of them. */
function joined(main: Patch, members: readonly Patch[]): Patch {
  const [commit] = members.find(({ noPrefix }) => noPrefix !== main.noPrefix)?.commits ?? [];
  if (!commit) return { ...main, commits: members.flatMap(({ commits }) => commits) };
  throw userError(
    "patch-prefix-mixed",
    `Commit ${describeCommit(commit)}: '${main.name}' would hold changes with and without prefixes.`,
    { fix: "Give 'No-prefix' to all commits of this Patch-name or to none." },
  );
}

function checkRepeated(patches: readonly Patch[], { name, commits: [commit] }: Patch): void {
  const earlier = patches.find((patch) => patch.name === name)?.commits[0];
  if (!earlier || !commit) return;
  throw userError(
    "patch-name-repeated",
    `Non-adjacent patches cannot have the same name: ${name}. Commits ${describeCommit(earlier)} and ${describeCommit(commit)}.`,
    { fix: "Reorder the commits so that they follow each other, or give them different names with 'Patch-name'." },
  );
}

function nameMissing(commit: Commit) {
  return userError(
    "patch-name-missing",
    `Commit ${describeCommit(commit)} changes nothing and says 'present_in_specfile', but not which file.`,
    { fix: "Add 'patch_name: <name>.patch' to the message, or drop the commit." },
  );
}
