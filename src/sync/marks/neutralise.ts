// Makes a stranger's text harmless before the bot repeats it: it must not run quick actions, ping people, close issues or
// pose as a mark. Whole Markdown for descriptions, which are on GitLab only; short pieces for comments, which may be on
// GitHub too, where a backslash does not keep a name from being a mention.

import { cut, plainLine } from "../../model/plain-line.ts";
import { breakClosings } from "./break-closings.ts";

/** Errors repeat what strangers wrote, of any length. */
const MAX_CODE = 2_000;
const MAX_PROSE = 2_000;

/** Invisible, and ends every name, number or address that a forge would make a link of. */
const STOP = "\u200b";

/** What HTML writes for a sign that can begin a mention or a reference, or hides the letter before one. */
const ENTITY = /&(?=#|(?:commat|num|excl);|[a-z0-9]+@)/gi;

/**
 * For a description on GitLab, where Markdown stays Markdown. An invisible character goes behind the sign of a mention, also
 * where it is written as an HTML entity: GitLab looks for mentions in what is shown, and within blocks of HTML a backslash
 * escapes nothing. A backslash, which is not shown, goes before what looks like a quick action (`/word` at a line's start,
 * also in lists and quotes; not a path), and before references that mean another project's items here (`#5`, `!5`, `&5`);
 * HTML comments become visible text, and nothing is closed. Code gets the same, where the backslash shows: what GitLab takes
 * for code is not decided here.
 */
export function neutraliseMarkdown(text: string): string {
  const plain = text
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "")
    .replace(/\p{Surrogate}/gu, "\ufffd");
  return breakClosings(plain)
    .replace(/^([ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*)*)\/(?=[a-z_]+(?:\s|$))/gim, "$1\\/")
    .replace(ENTITY, `&${STOP}`)
    .replace(/(?<![a-z0-9])@(?=\S)/gi, `@${STOP}`)
    .replace(/(?<!\\)(\\*)[#!&](?=\d)/g, escapeReference)
    .replaceAll("<!--", "&lt;!--");
}

/**
 * One more backslash before a sign that has none, or only such as escape each other. `bz#1`, `group/project#1` and the end
 * of a web address do not mean an item of this project.
 */
function escapeReference(found: string, backslashes: string, at: number, text: string): string {
  const isEscaped = backslashes.length % 2 === 1;
  const before = text[at - 1] ?? "";
  const isInside = backslashes === "" && /[\w/=?&-]/.test(before);
  return isEscaped || isInside ? found : `${backslashes}\\${found.slice(backslashes.length)}`;
}

/** For a title, which is no Markdown: an invisible character behind a sign keeps it from naming somebody or something. */
export function neutraliseTitle(title: string): string {
  return breakClosings(plainLine(title)).replace(/(?<!\w)(?:@(?=[\w.])|[#!&](?=\d))/g, `$&${STOP}`);
}

/** For a short text inside a sentence: one line, as code, so that nothing in it is Markdown. A long one is cut. */
export function inlineCode(text: string): string {
  // Nothing between two backticks would be no code but the start of some.
  const line = cut(plainLine(text), MAX_CODE) || " ";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/**
 * For a sentence of Tandem's own that quotes strangers: one line that reads as it was written, in which nothing is Markdown
 * but `code` between single backticks. A piece 'in quotes' becomes code when it would need escaping, so that it can be
 * copied. Fits into a table's cell; a long one is cut.
 */
export function neutraliseProse(text: string, max = MAX_PROSE): string {
  return cut(plainLine(text), max)
    .split(/((?<!`)`[^`|]+`(?!`))/)
    .map((part, index) => (index % 2 === 1 ? part : quotesToCode(part)))
    .join("")
    .replace(/^(\d+)(?=[.)])/, "$1\\")
    .replace(/^(?:[-+=#/]|:(?=\s))/, "\\$&");
}

function quotesToCode(text: string): string {
  return text
    .split(/(?<=^|[\s(])('[^'`|]+')(?=[\s.,:;)]|$)/)
    .map((part, index) => {
      const escaped = escapeText(part);
      return index % 2 === 1 && escaped !== part ? `\`${part.slice(1, -1)}\`` : escaped;
    })
    .join("");
}

function escapeText(text: string): string {
  return text
    .replace(/[@#!](?=[\w.\p{L}])|&(?=\d)|[[{](?=[+\-\w])|:(?=\/\/|[\w+-]+:)|\bwww(?=\.)/giu, `$&${STOP}`)
    .replace(/&(?=[\w#])/g, "&amp;")
    .replace(/[\\`*[\]<>~$^]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, "\\$&")
    .replaceAll("|", "&#124;");
}
