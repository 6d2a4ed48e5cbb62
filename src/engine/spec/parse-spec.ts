// Where things stand in a spec file: sections, tags of the preamble, patches, conditionals. Line work only: no macro is
// expanded and no condition evaluated. Any text parses.

import { trimLine } from "./spec-lines.ts";

/** A line `Name: value` of the preamble. */
export interface Tag {
  readonly line: number;
  /** As written, e.g. `Patch0001`, without a conditional macro in front. */
  readonly name: string;
  /** What stands between name and value: the colon with blanks. */
  readonly separator: string;
  readonly value: string;
}

/** A patch that the spec lists. */
export interface PatchEntry {
  readonly line: number;
  /** First line of the comment directly above; `line` when there is none. */
  readonly commentStart: number;
  readonly location: string;
  /** Explicit or implied. Entries of `%patchlist` are counted on. */
  readonly number: number;
  /** Undefined for an entry of `%patchlist`. */
  readonly tag: Tag | undefined;
}

/** A section's lines. */
export interface Section {
  /** Lower case, e.g. `changelog`. */
  readonly name: string;
  /** Line of the header. */
  readonly header: number;
  /** Line behind the last one. */
  readonly end: number;
}

/** What the parser found. */
export interface Spec {
  readonly lines: readonly string[];
  /** Line behind the preamble. */
  readonly preambleEnd: number;
  readonly tags: readonly Tag[];
  readonly sections: readonly Section[];
  readonly patches: readonly PatchEntry[];
  /** Number of open conditionals above each line, and at the end. */
  readonly depth: readonly number[];
  /** Which lines belong to the body of a macro definition. */
  readonly inMacro: readonly boolean[];
}

const SECTION = new RegExp(
  `^%(package|description|prep|generate_buildrequires|conf|build|install|check|clean|preuntrans|postuntrans|pretrans|posttrans|preun|postun|pre|post|files|changelog|${"(?:trans)?filetrigger(?:in|un|postun)?|trigger(?:prein|postun|un|in)?|verifyscript|verify|sepolicy|patchlist|sourcelist"})(?:\\s|$)`,
  "i",
);
// Names of rpm's tags. Requires(post) and the like have a qualifier.
const TAG_NAMES =
  "name|version|release|epoch|summary|license|url|bugurl|group|vendor|distribution|disturl|distag|packager|icon|vcs|" +
  "modularitylabel|upstreamreleases|translationurl|exclusivearch|excludearch|exclusiveos|excludeos|buildarch|" +
  "buildarchitectures|buildroot|buildrequires|buildconflicts|buildprereq|prereq|requires|provides|conflicts|obsoletes|" +
  "recommends|suggests|supplements|enhances|orderwithrequires|autoreq|autoprov|autoreqprov|docdir|prefix|prefixes|" +
  "nosource|nopatch|removepathpostfixes|buildsystem|buildoption|sourcelicense|collections|dist";
const TAG = new RegExp(
  `^((?:[ \\t]|%\\{[!?]+\\w+:)*)((?:(?:patch|source)\\d*|(?:${TAG_NAMES})(?:\\([^)]*\\))?))([ \\t]*:[ \\t]*)(.*)$`,
  "i",
);

/** Parses a spec file's lines. */
export function parseSpec(lines: readonly string[]): Spec {
  const inMacro = macroLines(lines);
  const sections = findSections(lines, inMacro);
  const preambleEnd = sections[0]?.header ?? lines.length;
  const tags = findTags(lines.slice(0, preambleEnd), inMacro);
  return {
    lines,
    preambleEnd,
    tags,
    sections,
    patches: numberPatches([...tagPatches(lines, tags), ...listPatches(lines, sections)]),
    depth: conditionalDepth(lines, inMacro),
    inMacro,
  };
}

/** Which lines belong to the body of a macro definition that goes over several lines. */
function macroLines(lines: readonly string[]): readonly boolean[] {
  const inside: boolean[] = new Array(lines.length).fill(false);
  for (let index = 0; index < lines.length; index++) {
    if (!/^\s*%(?:global|define)\s/.test(lines[index] ?? "")) continue;
    const end = macroEnd(lines, index);
    inside.fill(true, index + 1, end);
    index = end - 1;
  }
  return inside;
}

/** Longest macro body that is believed; an open brace without its pair must not swallow the spec. */
const MAX_MACRO_LINES = 500;

function macroEnd(lines: readonly string[], start: number): number {
  let open = 0;
  for (let index = start; index < Math.min(lines.length, start + MAX_MACRO_LINES); index++) {
    const line = lines[index] ?? "";
    open += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
    if (open <= 0 && !/\\\r?$/.test(line)) return index + 1;
  }
  return start + 1;
}

function findSections(lines: readonly string[], inMacro: readonly boolean[]): Section[] {
  const headers = lines.flatMap((line, index) => {
    const name = inMacro[index] ? undefined : SECTION.exec(line)?.[1]?.toLowerCase();
    return name ? [{ name, header: index }] : [];
  });
  return headers.map((section, index) => ({ ...section, end: headers[index + 1]?.header ?? lines.length }));
}

function findTags(lines: readonly string[], inMacro: readonly boolean[]): Tag[] {
  return lines.flatMap((line, index) => {
    const match = inMacro[index] ? null : TAG.exec(trimLine(line));
    if (!match) return [];
    const [, prefix = "", name = "", separator = "", value = ""] = match;
    const braces = prefix.split("{").length - 1;
    return value === "" ? [] : [{ line: index, name, separator, value: dropBraces(value, braces) }];
  });
}

function dropBraces(value: string, count: number): string {
  let rest = value;
  for (let left = count; left > 0 && rest.endsWith("}"); left--) rest = trimLine(rest.slice(0, -1));
  return rest;
}

/** An entry as it stands in the file. */
export type Unnumbered = Omit<PatchEntry, "number">;

function tagPatches(lines: readonly string[], tags: readonly Tag[]): Unnumbered[] {
  return tags
    .filter(({ name }) => isPatchTag(name))
    .map((tag) => ({ line: tag.line, commentStart: commentAbove(lines, tag.line), location: tag.value, tag }));
}

function listPatches(lines: readonly string[], sections: readonly Section[]): Unnumbered[] {
  return sections
    .filter(({ name }) => name === "patchlist")
    .flatMap(({ header, end }) => {
      const entries: Unnumbered[] = [];
      for (let line = header + 1; line < end; line++) {
        const location = trimLine((lines[line] ?? "").replace(/^[ \t]+/, ""));
        if (location === "" || /^(?:#|%(?:if|else|elif|endif))/.test(location)) continue;
        entries.push({ line, commentStart: commentAbove(lines, line), location, tag: undefined });
      }
      return entries;
    });
}

/** Gives each entry its number: the written one, or one more than the entry before. */
export function numberPatches(entries: readonly Unnumbered[]): PatchEntry[] {
  return entries.reduce<PatchEntry[]>(numbered, []);
}

function numbered(before: PatchEntry[], entry: Unnumbered): PatchEntry[] {
  const written = /\d+$/.exec(entry.tag?.name ?? "")?.[0];
  const number = written === undefined ? (before.at(-1)?.number ?? -1) + 1 : Number(written);
  before.push({ ...entry, number });
  return before;
}

/** Whether it is the name of a Patch tag. */
export function isPatchTag(name: string): boolean {
  return /^patch\d*$/i.test(name);
}

/** Whether it is the name of a Source tag. */
export function isSourceTag(name: string): boolean {
  return /^source\d*$/i.test(name);
}

/** First of the comment lines directly above a line. */
export function commentAbove(lines: readonly string[], line: number): number {
  let start = line;
  while (start > 0 && lines[start - 1]?.startsWith("#")) start--;
  return start;
}

function conditionalDepth(lines: readonly string[], inMacro: readonly boolean[]): number[] {
  let depth = 0;
  const result = [0];
  for (const [index, line] of lines.entries()) {
    if (inMacro[index]) result.push(depth);
    if (inMacro[index]) continue;
    if (/^\s*%if(?:n?arch|n?os)?(?:\s|$)/.test(line)) depth++;
    else if (isEndif(line)) depth = Math.max(0, depth - 1);
    result.push(depth);
  }
  return result;
}

/** Whether the line closes a conditional. */
export function isEndif(line: string): boolean {
  return /^\s*%endif\b/.test(line);
}
