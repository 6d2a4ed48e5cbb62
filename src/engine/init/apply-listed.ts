// The patches of dist-git as commits: each file is applied with git, and gives one commit, or one for each of its mails.

import { pathFromText } from "../../git/byte-path.ts";
import type { Repository, Signature } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { splitMessage } from "../commit-text.ts";
import type { EngineLimits } from "../limits.ts";
import { describePatch, type ListedPatch } from "./list-patches.ts";
import { patchMessage } from "./patch-message.ts";
import type { PrepLevels } from "./prep-levels.ts";
import { type MailPatch, readMails } from "./read-mail.ts";

/** Who commits. */
export interface PatchIdentity {
  readonly author: Signature;
  readonly committer: Signature;
}

/** A new commit. */
export interface PatchStep {
  readonly sha: Sha;
  readonly subject: string;
  /** The patch file that it holds a change of. */
  readonly patch: string | undefined;
}

/** What is applied on what. */
export interface ListedPatches {
  readonly input: { readonly distHead: Sha; readonly identity: PatchIdentity };
  readonly listed: readonly ListedPatch[];
  readonly prep: PrepLevels;
  readonly packaging: PatchStep;
  readonly limits: EngineLimits;
}

/** The new commits, and what the reader should know. */
export interface AppliedCommits {
  readonly head: Sha;
  readonly commits: readonly PatchStep[];
  readonly notes: readonly string[];
}

/** One change of a patch file. */
interface Change {
  readonly mail: MailPatch | undefined;
  readonly content: Buffer;
}

/** Applies the patches. Throws kind `user`, code `patch-does-not-apply`. */
export async function applyListed(repository: Repository, patches: ListedPatches): Promise<AppliedCommits> {
  const { listed, packaging, limits } = patches;
  const contents = await repository.readBlobs(
    listed.map(({ file }) => file.id),
    { maxBytes: limits.maxPatchBytes },
  );
  const [base] = await repository.readCommits([packaging.sha]);
  const commits: PatchStep[] = [];
  const notes: string[] = [];
  let head = packaging.sha;
  let tree = base?.tree ?? packaging.sha;
  for (const [index, patch] of listed.entries()) {
    const content = contents[index] ?? Buffer.alloc(0);
    const changes: readonly Change[] = readMails(content)?.map((mail) => ({ mail, content: mail.content })) ?? [
      { mail: undefined, content },
    ];
    const { trees, strip } = await applyOne(repository, tree, {
      patch,
      changes,
      level: patches.prep.levelOf(patch.entry.number),
    });
    if (strip > 1)
      notes.push(`${describePatch(patch.entry)} is applied with -p${strip}; update-dist-git writes patches for -p1.`);
    for (const [at, change] of changes.entries()) {
      tree = trees[at] ?? tree;
      const step = await writeStep(repository, patches, { patch, change, tree, head, noPrefix: strip === 0 });
      head = step.sha;
      commits.push(step);
      notes.push(...step.notes);
    }
  }
  return { head, commits: commits.map(({ sha, subject, patch }) => ({ sha, subject, patch })), notes };
}

interface OnePatch {
  readonly patch: ListedPatch;
  readonly changes: readonly Change[];
  readonly level: number | undefined;
}

/** The tree after each change, and the level that fitted. */
async function applyOne(
  repository: Repository,
  tree: Sha,
  { patch, changes, level }: OnePatch,
): Promise<{ trees: readonly Sha[]; strip: number }> {
  const contents = changes.map(({ content }) => content);
  const [first = 1] = level === undefined ? [] : [level];
  if (contents.every(isEmptyPatch)) return { trees: [], strip: first };
  const unix = contents.map((content) => Buffer.from(content.toString("latin1").replaceAll("\r\n", "\n"), "latin1"));
  const ways = (level === undefined ? [1, 0] : [level]).flatMap((strip) => [
    { strip, contents },
    // As patch(1) does with a patch that went through Windows.
    ...(contents.some((content) => content.includes("\r\n")) ? [{ strip, contents: unix }] : []),
  ]);
  let reason = "";
  for (const way of ways) {
    const result = await repository.applyPatches(
      tree,
      way.contents.map((content) => ({ content, strip: way.strip })),
    );
    if (result.problem === undefined) return { trees: result.trees, strip: way.strip };
    reason ||= result.problem;
  }
  throw userError("patch-does-not-apply", `${describePatch(patch.entry)} does not apply: ${reason.slice(0, 400)}`, {
    fix: "Check that upstream_ref is the release that dist-git packages, and that the patches of the spec apply in numeric order.",
  });
}

function isEmptyPatch(content: Buffer): boolean {
  return !/^(?:diff |--- |Index: )/m.test(content.toString("latin1"));
}

interface Step {
  readonly patch: ListedPatch;
  readonly change: Change;
  readonly tree: Sha;
  readonly head: Sha;
  readonly noPrefix: boolean;
}

async function writeStep(
  repository: Repository,
  { input }: ListedPatches,
  { patch, change, tree, head, noPrefix }: Step,
): Promise<PatchStep & { readonly notes: readonly string[] }> {
  const { name, entry, comment } = patch;
  const id = entry.tag ? entry.number : undefined;
  const text = change.mail?.message.trim() ? change.mail.message : `Apply patch ${name}\n`;
  const facts = { name, id, comment, noPrefix, distHead: input.distHead };
  const { message, comment: said } = patchMessage(text, facts);
  const notes = [
    ...(said === undefined
      ? [`The comment of ${describePatch(entry)} cannot stand in a commit message; it stays in dist-git's spec only.`]
      : []),
    ...(isEmptyPatch(change.content)
      ? [`${describePatch(entry)} changes nothing; update-dist-git leaves it out.`]
      : []),
  ];
  const author = await authorOf(repository, input, { change, name });
  const sha = await repository.writeCommit({
    tree,
    parents: [head],
    author,
    committer: input.identity.committer,
    message,
  });
  return { sha, subject: splitMessage(message).subject, patch: name, notes };
}

/** The mail's; without one, whoever brought the file's first line into dist-git. */
async function authorOf(
  repository: Repository,
  { distHead, identity }: ListedPatches["input"],
  { change, name }: { readonly change: Change; readonly name: string },
): Promise<Signature> {
  const { mail } = change;
  if (mail?.author) return { ...mail.author, date: mail.date ?? identity.author.date };
  const found = await repository.blameFirstLine(distHead, pathFromText(name));
  const [commit] = found ? await repository.readCommits([found]) : [];
  return commit?.author ?? identity.author;
}
