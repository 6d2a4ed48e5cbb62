// The hidden marks of a merge request that brings dist-git's commits to source-git, and how Tandem recognises its own.
import { z } from "zod";
import type { MergeRequest, User } from "../../forge/forge.ts";
import { isBranchName } from "../../model/branch-name.ts";
import { parseSha, type Sha } from "../../model/ids.ts";
import { parseMarkLine, renderMarkLine } from "./mark-line.ts";

const backsyncMark = z.object({
  distProjectId: z.int().positive(),
  distBranch: z.string().refine(isBranchName),
  distHead: z.string().transform((text, context): Sha => {
    const parsed = parseSha(text);
    if (parsed) return parsed;
    context.addIssue({ code: "custom", message: "expected a full object id" });
    return z.NEVER;
  }),
  arrived: z.literal(true).optional(),
});

/** The mark in the description of a merge request from dist-git to source-git. */
export interface BacksyncMark {
  readonly distProjectId: number;
  readonly distBranch: string;
  /** Head of the dist-git branch that it was made of. */
  readonly distHead: Sha;
  /** Tandem closed it because source-git has everything. Absent when a person closed it. */
  readonly arrived?: true;
}

/** First line of the description. */
export function renderBacksyncMark({ distProjectId, distBranch, distHead, arrived }: BacksyncMark): string {
  return renderMarkLine("backsync", { distProjectId, distBranch, distHead, ...(arrived ? { arrived } : {}) });
}

/** Reads the mark from a description that the bot wrote. Undefined when there is none. */
export function parseBacksyncMark(text: string): BacksyncMark | undefined {
  const parsed = backsyncMark.safeParse(parseMarkLine("backsync", text));
  if (!parsed.success) return undefined;
  const { arrived, ...mark } = parsed.data;
  return { ...mark, ...(arrived ? { arrived } : {}) };
}

/** Whether this is the bot's own merge request from dist-git, which is not mirrored back. */
export function isBacksyncRequest({ author, description }: MergeRequest, bot: User): boolean {
  return author.id === bot.id && parseBacksyncMark(description) !== undefined;
}

/** First line of the one comment on such a merge request. */
export const BACKSYNC_COMMENT_MARK = renderMarkLine("backsync-comment", {});

/** Whether a comment that the bot wrote is that one. */
export function isBacksyncComment(body: string): boolean {
  return parseMarkLine("backsync-comment", body) !== undefined;
}
