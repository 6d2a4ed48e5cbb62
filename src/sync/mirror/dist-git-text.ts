// What the dist-git commit and merge request say. Pure.

import { findTrailers, formatTrailer, type Trailer } from "../../engine/trailer-block.ts";
import type { MergeRequest } from "../../forge/forge.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { type PairMark, renderPairMark } from "../marks/marker.ts";
import { neutraliseMarkdown, neutraliseTitle } from "../marks/neutralise.ts";

const DRAFT = /^\s*(?:draft:|\[draft\]|\(draft\))\s*/i;
// GitLab's limits are 255 characters for a title and a million for a description.
const MAX_TITLE = 255;
const MAX_BODY = 500_000;

/**
 * Message of the dist-git commit without its trailers: what the contributor wrote, and nothing of the bot's. A line that
 * poses as the bot's own trailer is left out, wherever it stands: other tools look for it in the whole message.
 */
export function commitText(source: MergeRequest): string {
  const title = oneLine(source.title.replace(DRAFT, "")) || `Update from merge request !${source.iid}`;
  const body = source.description
    .slice(0, MAX_BODY)
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "")
    .split("\n")
    .filter((line) => !line.toLowerCase().startsWith(`${SOURCE_TRAILER.toLowerCase()}:`))
    .join("\n")
    .trim();
  return body ? `${title}\n\n${body}` : title;
}

/** The whole message: text and trailers, which stand at the very end, whatever `---` or headings the text holds. */
export function commitMessage(text: string, trailers: readonly Trailer[]): string {
  const { items, end } = findTrailers(text);
  const glued = items.length > 0 && end >= text.length;
  return `${text}\n${glued ? "" : "\n"}${trailers.map((trailer) => `${formatTrailer(trailer)}\n`).join("")}`;
}

/** Title of the dist-git merge request: the source's, a draft staying a draft. */
export function mergeRequestTitle(source: MergeRequest): string {
  const title = neutraliseTitle(source.title.replace(DRAFT, "")) || `Update from merge request !${source.iid}`;
  return [...(source.draft ? `Draft: ${title}` : title)].slice(0, MAX_TITLE).join("");
}

/** Description of the dist-git merge request: mark, the source's description, where it comes from. */
export function mergeRequestDescription(source: MergeRequest, mark: PairMark): string {
  const body = neutraliseMarkdown(source.description.slice(0, MAX_BODY)).trim();
  return [
    renderPairMark(mark),
    ...(body ? [body, ""] : []),
    "---",
    `Made by a bot from the source-git merge request ${source.webUrl}.`,
    "",
    "For the maintainer of this package: review the change there, where its history is; this merge request shows what",
    "it means for dist-git, runs the checks, and follows every change. Please do not push to its branch.",
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
