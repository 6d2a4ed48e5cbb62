// What the dist-git commit and merge request say. Pure.
import { createHash } from "node:crypto";
import { findTrailers, formatTrailer, type Trailer } from "../../engine/trailer-block.ts";
import type { MergeRequest } from "../../forge/forge.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { plainLine } from "../../model/plain-line.ts";
import { breakClosings } from "../marks/break-closings.ts";
import { type PairMark, renderPairMark } from "../marks/marker.ts";
import { neutraliseMarkdown, neutraliseTitle } from "../marks/neutralise.ts";
import { webLink } from "../marks/web-link.ts";
import { rewriteBugzilla } from "./bugzilla.ts";
import { findFencedText } from "./fenced-text.ts";
import { kindOf, numberOf } from "./words.ts";

// GitLab's limits are 255 characters for a title and a million for a description.
const MAX_TITLE = 255;
const MAX_BODY = 500_000;
// All prefixes by which GitLab tells a draft, as often as they stand there.
const DRAFT = /^(?:(?:draft:|\[draft\]|\(draft\))\s*)+/i;
// Tools look for this line in the whole message.
const POSING = new RegExp(`^[ \\t]*${SOURCE_TRAILER}[ \\t]*:`, "i");
// GitLab starts no pipeline for a commit that says so (docs.gitlab.com/ci/pipelines, "Skip a pipeline"). Checks are what the
// dist-git merge request is for.
const SKIP = /\[(ci[ _-]skip|skip[ _-]ci)\]/gi;

interface Text {
  readonly title: string;
  readonly body: string;
}

/**
 * Message of the dist-git commit without references and trailers: what the contributor wrote - in a fenced block
 * `dist-git`, if there is one -, Bugzilla lines rewritten, and nothing of the bot's. Three things do not pass: a line that
 * poses as the bot's own trailer, a pattern that closes an issue, and `[skip ci]`; brackets become parentheses.
 */
export function commitText(source: MergeRequest): string {
  const { title, body } = textOf(source);
  const lines = body.split("\n").filter((line) => !POSING.test(line));
  const text = lines.join("\n").trim();
  return breakClosings(text ? `${title}\n\n${text}` : title);
}

/** Short digest of the commit's text: 16 hexadecimal digits. */
export function textDigest(source: MergeRequest): string {
  return createHash("sha256").update(commitText(source)).digest("hex").slice(0, 16);
}

/** What stands below the text of a commit. */
export interface MessageEnd {
  /** Lines such as `Resolves: RHEL-123`. */
  readonly references: readonly string[];
  readonly trailers: readonly Trailer[];
}

/**
 * The whole message; the trailers stand at the very end, whatever `---` or headings the text holds. What does not pass in the
 * text does not pass below it either: names of authors are strangers' text, too.
 */
export function commitMessage(text: string, { references, trailers }: MessageEnd): string {
  const { items, end } = findTrailers(text);
  const glued = items.length > 0 && end >= text.length;
  const lines = [...references, ...trailers.map(formatTrailer)].map((line) => breakClosings(withoutSkip(line)));
  return `${text}\n${glued ? "" : "\n"}${lines.map((line) => `${line}\n`).join("")}`;
}

const INSTRUCTIONS = [
  "Please review the change there, where its history is.",
  "This merge request shows what it means for dist-git and runs the checks; if they do not start by themselves, start them by *Pipelines → Run pipeline*.",
  "Merge it when you are comfortable with it.",
  "Please do not edit it or push to its branch: the next change in source-git replaces what is here.",
].join(" ");

/** Title of the dist-git merge request: a draft's is a draft. */
export function mergeRequestTitle(source: MergeRequest): string {
  const title = neutraliseTitle(textOf(source).title);
  return [...(source.draft ? `Draft: ${title}` : title)].slice(0, MAX_TITLE).join("").trimEnd();
}

/**
 * Description of the dist-git merge request: mark, where it comes from and what to do with it, the contributor's
 * description. The bot's part stands first, where nothing that a stranger leaves open (code, HTML) can swallow it.
 */
export function mergeRequestDescription(source: MergeRequest, mark: PairMark): string {
  const body = neutraliseMarkdown(textOf(source).body).trim();
  const origin = webLink(`source-git ${kindOf(source)} ${numberOf(source)}`, source.webUrl);
  return [
    renderPairMark(mark),
    `> Made by a bot from the ${origin}, which it follows.`,
    ">",
    `> **For the maintainer of this package:** ${INSTRUCTIONS}`,
    ...(body ? ["", body] : []),
  ].join("\n");
}

function textOf(source: MergeRequest): Text {
  const description = source.description
    .slice(0, MAX_BODY)
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "")
    .replace(/\p{Surrogate}/gu, "\ufffd");
  const fenced = findFencedText(description);
  const title = plainLine(fenced?.title ?? source.title).replace(DRAFT, "");
  return {
    title: title && !POSING.test(title) ? withoutSkip(title) : `Update from ${kindOf(source)} ${numberOf(source)}`,
    body: withoutSkip(rewriteBugzilla(fenced?.body ?? description)),
  };
}

function withoutSkip(text: string): string {
  return text.replace(SKIP, "($1)");
}
