// The hidden marks by which Tandem finds its own merge requests and comments again, and remembers what the forge does not
// show otherwise. They count only in a text whose author is the bot, and only on its first line, where no stranger's
// text ever stands.
import { z } from "zod";
import { isBranchName } from "../../model/branch-name.ts";
import { FORGE_NAMES, type MergeRequestRef, parseSha, type Sha } from "../../model/ids.ts";
import { parseMarkLine, renderMarkLine } from "./mark-line.ts";

const sourceMark = z.object({ forge: z.enum(FORGE_NAMES), projectId: z.int().positive(), iid: z.int().positive() });
const sha = z.string().transform((text) => parseSha(text));
const branch = z.string().refine(isBranchName);

const pairMark = z.object({
  source: sourceMark,
  closedWithSource: z.literal(true).optional(),
  withoutEffect: sha.optional(),
  text: z.string().max(100).optional(),
  successor: branch.optional(),
});

const commandMark = z.object({ note: z.int().nonnegative(), distNote: z.int().nonnegative() });

const statusMark = z.object({
  branch: branch.optional(),
  commands: commandMark.partial().optional(),
  said: z.string().max(1000).optional(),
  head: sha.optional(),
  awaits: sha.optional(),
  approved: sha.optional(),
  target: branch.optional(),
  distSeen: sha.optional(),
  notes: z.array(z.string().max(1000)).max(20).optional(),
});

/** The mark in the description of a dist-git merge request. */
export interface PairMark {
  /** The source-git merge request that this dist-git merge request belongs to. */
  readonly source: MergeRequestRef;
  /** Tandem closed it because the source merge request was closed or has no effect. Absent when a person closed it. */
  readonly closedWithSource?: true;
  /** The source head that changes nothing in dist-git. */
  readonly withoutEffect?: Sha;
  /** Digest of the text that the pair's commit was made with. */
  readonly text?: string;
  /** It was closed for good: the pair goes on with a merge request from this branch. */
  readonly successor?: string;
}

/** The mark of the one comment on a source-git merge request. */
export interface StatusMark {
  /** Branch of the pair in the bot's dist-git fork; kept when the source merge request is retargeted. */
  readonly branch?: string;
  /** The last comment on either side in which a command was looked for. */
  readonly commands?: { readonly note?: number; readonly distNote?: number };
  /** What the comment says of the last command. */
  readonly said?: string;
  /** The head that has the commit status `tandem` which goes with this comment. */
  readonly head?: Sha;
  /** The head for which the comment asks a member. */
  readonly awaits?: Sha;
  /** The head that a member let pass. */
  readonly approved?: Sha;
  /** The target branch for which `awaits` and `approved` hold. */
  readonly target?: string;
  /** Head of the dist-git branch that was compared with source-git and held nothing that source-git lacks. */
  readonly distSeen?: Sha;
  /** What the last look at the contents found worth knowing. */
  readonly notes?: readonly string[];
}

/** First line of a dist-git merge request's description. */
export function renderPairMark(mark: PairMark): string {
  return renderMarkLine("pair", mark);
}

/** First line of the comment on a source-git merge request. */
export function renderStatusMark(mark: StatusMark): string {
  return renderMarkLine("status", mark);
}

/** Reads the mark from a description that the bot wrote. Undefined when there is none. */
export function parsePairMark(text: string): PairMark | undefined {
  const parsed = pairMark.safeParse(parseMarkLine("pair", text));
  if (!parsed.success) return undefined;
  const { source, closedWithSource, withoutEffect, text: digest, successor } = parsed.data;
  return {
    source,
    ...(closedWithSource ? { closedWithSource } : {}),
    ...(withoutEffect ? { withoutEffect } : {}),
    ...(digest === undefined ? {} : { text: digest }),
    ...(successor === undefined ? {} : { successor }),
  };
}

/** Reads the mark from a comment that the bot wrote. Undefined when there is none. */
export function parseStatusMark(text: string): StatusMark | undefined {
  const parsed = statusMark.safeParse(parseMarkLine("status", text));
  if (!parsed.success) return undefined;
  // What is absent stays absent: JSON has no `undefined`.
  return JSON.parse(JSON.stringify(parsed.data)) as StatusMark;
}

/** First line of the one comment on a dist-git merge request. It remembers nothing. */
export function renderDistMark(): string {
  return renderMarkLine("dist", {});
}

/** Whether a comment that the bot wrote is that one. */
export function isDistMark(text: string): boolean {
  return parseMarkLine("dist", text) !== undefined;
}
