// Trailers of a commit message by git's own rules (git-interpret-trailers(1), as of git 2.34 to 2.39), so that no process
// is needed. Held against git itself by a test.

/** One trailer. The value keeps the line breaks and indentation of its continuation lines. */
export interface Trailer {
  readonly token: string;
  readonly value: string;
}

/** Where the trailers of a message stand. */
export interface TrailerBlock {
  /** Offset of the block's first character. */
  readonly start: number;
  /** Offset behind the block; equal to `start` when there is none. What follows (`---`, comments) is no part of it. */
  readonly end: number;
  /** The block's items in order: trailers, and other lines as text. */
  readonly items: readonly (Trailer | string)[];
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /^[ \t\v\f\r]*$/;
const GENERATED = /^(?:Signed-off-by: |\(cherry picked from commit )/;
const SCISSORS = "# ------------------------ >8 ------------------------";

/** Finds the trailers: the last paragraph above a `---` line, if enough of its lines are trailers. */
export function findTrailers(message: string): TrailerBlock {
  const lines = linesOf(message);
  const divider = lines.findIndex(({ text }) => /^---(?:[ \t\v\f\r]|$)/.test(text));
  const body = trimEnd(divider < 0 ? lines : lines.slice(0, divider));
  const first = firstTrailerLine(body);
  const end = body.at(-1)?.end ?? 0;
  const block = body.slice(first);
  return { start: block[0]?.start ?? end, end, items: itemsOf(block) };
}

/** The trailers of a message, without the other lines of the block. */
export function readTrailers(message: string): readonly Trailer[] {
  return findTrailers(message).items.filter((item): item is Trailer => typeof item !== "string");
}

/**
 * Adds a trailer below the last one (a blank line before the first), above a `---` line; an older trailer of the same
 * token goes. The same as `git interpret-trailers --if-exists replace --trailer token=value`.
 */
export function addTrailer(message: string, token: string, value: string): string {
  const text = message.endsWith("\n") || message === "" ? message : `${message}\n`;
  const { start, end, items } = findTrailers(text);
  const old = items.findLastIndex((item) => typeof item !== "string" && sameToken(item.token, token));
  const kept = items.filter((_item, index) => index !== old);
  const block = [...kept, { token, value }].map((item) => (typeof item === "string" ? item : formatTrailer(item)));
  const before = text.slice(0, start);
  const blank = /(?:^|\n)[ \t\v\f\r]*\n$/.test(before) ? "" : "\n";
  return `${before}${blank}${block.join("\n")}\n${text.slice(end)}`;
}

/** The trailer as git writes it. */
export function formatTrailer({ token, value }: Trailer): string {
  return `${token}: ${value}`;
}

// Git compares as many characters as the shorter token has.
function sameToken(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).toLowerCase() === other.slice(0, length).toLowerCase();
}

function linesOf(message: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < message.length; ) {
    const newline = message.indexOf("\n", start);
    const end = newline < 0 ? message.length : newline + 1;
    lines.push({ text: message.slice(start, newline < 0 ? end : newline), start, end });
    start = end;
  }
  return lines;
}

/** Without the comments, empty lines and the old `Conflicts:` block at the end, nor what is below a scissors line. */
function trimEnd(lines: readonly Line[]): readonly Line[] {
  const scissors = lines.findIndex(({ text }) => text === SCISSORS);
  const upper = scissors < 0 ? lines : lines.slice(0, scissors);
  let end: number | undefined;
  let inConflicts = false;
  for (const [index, { text }] of upper.entries()) {
    if (text === "" || text.startsWith("#")) end ??= index;
    else if (text === "Conflicts:") {
      inConflicts = true;
      end ??= index;
    } else if (!(inConflicts && text.startsWith("\t"))) {
      end = undefined;
      inConflicts = false;
    }
  }
  return upper.slice(0, end);
}

/** Index of the first line of the trailer block, or the number of lines: the last paragraph, unless it is the title. */
function firstTrailerLine(lines: readonly Line[]): number {
  const title = lines.findIndex(({ text }) => BLANK.test(text));
  const isContent = ({ text }: Line) => !BLANK.test(text) && !text.startsWith("#");
  const last = lines.findLastIndex(isContent);
  if (title < 0 || last < title) return lines.length;
  const start = lines.slice(0, last).findLastIndex(({ text }) => BLANK.test(text)) + 1;
  return isTrailerParagraph(lines.slice(start)) ? start : lines.length;
}

/** Only trailers, or one line that git itself writes and at least a quarter of trailers. Counts from the end, as git does. */
function isTrailerParagraph(lines: readonly Line[]): boolean {
  let trailers = 0;
  let others = 0;
  let continuations = 0;
  let generated = false;
  for (const { text } of lines.toReversed()) {
    const kind = classify(text);
    if (kind === "blank") continue;
    if (kind === "continuation") {
      continuations++;
      continue;
    }
    if (kind === "comment") others += continuations;
    else if (kind === "other") others += 1 + continuations;
    else trailers++;
    generated ||= kind === "generated";
    continuations = 0;
  }
  others += continuations;
  return generated ? trailers * 3 >= others : trailers > 0 && others === 0;
}

function classify(text: string): "generated" | "trailer" | "continuation" | "comment" | "blank" | "other" {
  if (text.startsWith("#")) return "comment";
  if (BLANK.test(text)) return "blank";
  if (GENERATED.test(text)) return "generated";
  if (/^[ \t\v\f\r]/.test(text)) return "continuation";
  return separatorAt(text) >= 1 ? "trailer" : "other";
}

/** Offset of the colon behind a token of letters, digits and dashes, maybe with blanks before the colon; or -1. */
function separatorAt(text: string): number {
  return /^([A-Za-z0-9-]+[ \t]*):/.exec(text)?.[1]?.length ?? (text.startsWith(":") ? 0 : -1);
}

function itemsOf(block: readonly Line[]): (Trailer | string)[] {
  const texts: string[] = [];
  let extend = false;
  for (const { text } of block) {
    if (extend && (text === "" || /^[ \t\v\f\r]/.test(text))) {
      texts.push(`${texts.pop()}\n${text}`);
      continue;
    }
    texts.push(text);
    extend = separatorAt(text) >= 1;
  }
  return texts
    .filter((text) => !text.startsWith("#"))
    .map((text) => {
      const at = separatorAt(text);
      return at < 1 ? text : { token: trim(text.slice(0, at)), value: trim(text.slice(at + 1)) };
    });
}

// The C library's white space; JavaScript's trim takes more. Not by a regular expression: it would take quadratic time.
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE.includes(text[start] ?? "")) start++;
  while (end > start && WHITE.includes(text[end - 1] ?? "")) end--;
  return text.slice(start, end);
}

const WHITE = [" ", "\t", "\n", "\v", "\f", "\r"];
