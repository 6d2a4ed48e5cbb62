// The hidden marks by which Tandem finds its own merge requests and comments again. They count only in a text whose
// author is the bot, and only on its first line, where no stranger's text ever stands.
import { z } from "zod";
import { type MergeRequestRef, parseSha, type Sha } from "../../model/ids.ts";

const sourceMark = z.object({ forge: z.literal("gitlab"), projectId: z.int().positive(), iid: z.int().positive() });

const pairMark = z.object({
  /** The source-git merge request that this dist-git merge request belongs to. */
  source: sourceMark,
  /** Tandem closed it because the source merge request was closed or has no effect. Absent when a person closed it. */
  closedWithSource: z.literal(true).optional(),
  /** The source head that changes nothing in dist-git. */
  withoutEffect: z
    .string()
    .transform((text) => parseSha(text))
    .optional(),
});

const statusMark = z.object({
  /** Branch of the pair in the bot's dist-git fork; kept when the source merge request is retargeted. */
  branch: z.string().optional(),
});

/** The mark in the description of a dist-git merge request. */
export interface PairMark {
  readonly source: MergeRequestRef;
  readonly closedWithSource?: true;
  readonly withoutEffect?: Sha;
}

/** The mark of the one comment on a source-git merge request. */
export interface StatusMark {
  readonly branch?: string;
}

/** First line of a dist-git merge request's description. */
export function renderPairMark(mark: PairMark): string {
  return render("pair", mark);
}

/** First line of the comment on a source-git merge request. */
export function renderStatusMark(mark: StatusMark): string {
  return render("status", mark);
}

/** Reads the mark from a description that the bot wrote. Undefined when there is none. */
export function parsePairMark(text: string): PairMark | undefined {
  const parsed = pairMark.safeParse(parse("pair", text));
  if (!parsed.success) return undefined;
  const { source, closedWithSource, withoutEffect } = parsed.data;
  return { source, ...(closedWithSource ? { closedWithSource } : {}), ...(withoutEffect ? { withoutEffect } : {}) };
}

/** Reads the mark from a comment that the bot wrote. Undefined when there is none. */
export function parseStatusMark(text: string): StatusMark | undefined {
  const parsed = statusMark.safeParse(parse("status", text));
  if (!parsed.success) return undefined;
  return parsed.data.branch === undefined ? {} : { branch: parsed.data.branch };
}

function render(kind: string, mark: object): string {
  // A branch name may hold `-->`, which would end the HTML comment; JSON can write `>` in another way.
  return `<!-- tandem:${kind} ${JSON.stringify(mark).replaceAll(">", "\\u003e")} -->`;
}

function parse(kind: string, text: string): unknown {
  const [line = ""] = text.split("\n", 1);
  const prefix = `<!-- tandem:${kind} `;
  const suffix = " -->";
  const trimmed = line.trimEnd();
  if (!trimmed.startsWith(prefix) || !trimmed.endsWith(suffix)) return undefined;
  try {
    return JSON.parse(trimmed.slice(prefix.length, -suffix.length));
  } catch {
    return undefined;
  }
}
