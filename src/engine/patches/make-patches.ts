// From the mails of a range to the patch files of dist-git: names, numbers, comments, squashing (engine.md 2.6 to 2.13).

import type { Commit, PatchMail } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import { shortSha } from "../../model/ids.ts";
import { firstLine, shortSubject, splitMessage } from "../commit-text.ts";
import { readLegacyMetadata } from "./legacy-metadata.ts";
import { messageText, type PatchComments } from "./patch-comment.ts";
import { patchFileName } from "./patch-file-name.ts";
import { NO_METADATA, type PatchMetadata, readPatchTrailers } from "./patch-metadata.ts";

/** A commit of the range that changes something, with its patch. */
export interface PatchCommit {
  readonly commit: Commit;
  readonly mail: PatchMail;
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

/** A commit as errors name it: short id and subject. */
export function describeCommit(commit: Commit): string {
  return `${shortSha(commit.sha)} (${shortSubject(splitMessage(commit.message).subject)})`;
}

/**
 * The patch files of a range, in the order of its commits. Throws kind `user`: `trailer-invalid`, or
 * `patch-name-repeated` for commits of one name that do not follow each other.
 */
export function makePatches(commits: readonly Commit[], comments: PatchComments): Patch[] {
  const found = readMetadata(commits);
  const patches: Patch[] = [];
  for (const [index, commit] of commits.entries()) {
    const { metadata, defaultText } = found(commit);
    if (metadata.ignore) continue;
    const name = metadata.name ?? patchFileName(index + 1, firstLine(commit.message));
    const last = patches.at(-1);
    if (last?.name === name) {
      patches[patches.length - 1] = joined(last, commit, metadata);
      continue;
    }
    checkRepeated(patches, name, commit);
    patches.push({
      name,
      explicitName: metadata.name !== undefined,
      commits: [commit],
      id: metadata.id,
      comment: metadata.status ?? reduced(defaultText(), commit, comments),
      explicitComment: metadata.status !== undefined,
      present: metadata.present,
      noPrefix: metadata.noPrefix,
    });
  }
  return patches;
}

/** One commit with packaging trailers switches all to them; only without any the old metadata counts. */
function readMetadata(commits: readonly Commit[]) {
  const trailers = new Map(
    commits.map((commit) => [commit, readPatchTrailers(commit.message, describeCommit(commit))]),
  );
  const byTrailers = [...trailers.values()].some((metadata) => metadata !== undefined);
  return (commit: Commit): { metadata: PatchMetadata; defaultText: () => string } => {
    if (byTrailers) {
      return { metadata: trailers.get(commit) ?? NO_METADATA, defaultText: () => messageText(commit.message) };
    }
    const metadata = readLegacyMetadata(commit.message, describeCommit(commit)) ?? NO_METADATA;
    if (metadata.squash) throw squashUnsupported(commit);
    const { name, email } = commit.author;
    return { metadata, defaultText: () => `${splitMessage(commit.message).subject}\nAuthor: ${name} <${email}>` };
  };
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

function joined(first: Patch, commit: Commit, metadata: PatchMetadata): Patch {
  if (first.noPrefix !== metadata.noPrefix) {
    throw userError(
      "patch-prefix-mixed",
      `Commit ${describeCommit(commit)}: '${first.name}' would hold changes with and without prefixes.`,
      { fix: "Give 'No-prefix' to all commits of this Patch-name or to none." },
    );
  }
  return { ...first, commits: [...first.commits, commit] };
}

function checkRepeated(patches: readonly Patch[], name: string, commit: Commit): void {
  const earlier = patches.find((patch) => patch.name === name)?.commits[0];
  if (!earlier) return;
  throw userError(
    "patch-name-repeated",
    `Non-adjacent patches cannot have the same name: ${name}. Commits ${describeCommit(earlier)} and ${describeCommit(commit)}.`,
    { fix: "Reorder the commits so that they follow each other, or give them different names with 'Patch-name'." },
  );
}

function squashUnsupported(commit: Commit) {
  return userError(
    "squash-commits",
    `Commit ${describeCommit(commit)} uses 'squash_commits', which is not supported.`,
    {
      fix: "Give the commits that belong together the same trailer 'Patch-name: <name>.patch'.",
    },
  );
}
