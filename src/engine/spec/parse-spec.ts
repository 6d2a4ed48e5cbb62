// Where things stand in a spec file: sections, tags of the preamble, patches, conditionals. Line work only: no macro is
// expanded and no condition evaluated. Any text parses.

import { lineContext } from "./line-context.ts";
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
  /** Numbers of patches that sub-packages declare; rpm has one series for all. */
  readonly taken: ReadonlySet<number>;
  /** Number of open conditionals and macro calls above each line, and at the end. */
  readonly depth: readonly number[];
  /** Which lines are no lines of their own. */
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
  const { inMacro, depth } = lineContext(lines);
  const sections = findSections(lines, inMacro);
  const preambleEnd = sections[0]?.header ?? lines.length;
  const tags = findTags(lines.slice(0, preambleEnd), inMacro);
  return {
    lines,
    preambleEnd,
    tags,
    sections,
    patches: numberPatches([...tagPatches(lines, tags), ...listPatches(lines, sections, inMacro)]),
    taken: takenNumbers(lines, sections, inMacro),
    depth,
    inMacro,
  };
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
    const [, , name = "", separator = "", value = ""] = match;
    return value === "" ? [] : [{ line: index, name, separator, value: dropBraces(value) }];
  });
}

/** Without the braces at the end that close a macro call around the tag. */
function dropBraces(value: string): string {
  let extra = value.split("}").length - value.split("{").length;
  let rest = value;
  for (; extra > 0 && rest.endsWith("}"); extra--) rest = trimLine(rest.slice(0, -1));
  return rest;
}

function takenNumbers(
  lines: readonly string[],
  sections: readonly Section[],
  inMacro: readonly boolean[],
): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const { header, end } of sections.filter(({ name }) => name === "package")) {
    for (let line = header + 1; line < end; line++) {
      const written = inMacro[line] ? undefined : /^\s*patch(\d+)\s*:/i.exec(lines[line] ?? "")?.[1];
      if (written) taken.add(Number(written));
    }
  }
  return taken;
}

/** An entry as it stands in the file. */
export type Unnumbered = Omit<PatchEntry, "number">;

function tagPatches(lines: readonly string[], tags: readonly Tag[]): Unnumbered[] {
  return tags
    .filter(({ name }) => isPatchTag(name))
    .map((tag) => ({ line: tag.line, commentStart: commentAbove(lines, tag.line), location: tag.value, tag }));
}

/** What stands in a `%patchlist` without being an entry. */
const NO_ENTRY = /^(?:#|%(?:if|el|endif|dnl\b|global\s|define\s|undefine\s))/;

function listPatches(
  lines: readonly string[],
  sections: readonly Section[],
  inMacro: readonly boolean[],
): Unnumbered[] {
  return sections
    .filter(({ name }) => name === "patchlist")
    .flatMap(({ header, end }) => {
      const entries: Unnumbered[] = [];
      for (let line = header + 1; line < end; line++) {
        const location = trimLine((lines[line] ?? "").replace(/^[ \t]+/, ""));
        if (location === "" || inMacro[line] || NO_ENTRY.test(location)) continue;
        entries.push({ line, commentStart: commentAbove(lines, line), location, tag: undefined });
      }
      return entries;
    });
}

/** Gives each entry its number: the written one, or one more than the entry before. `before` are entries that come first. */
export function numberPatches(entries: readonly Unnumbered[], before: readonly PatchEntry[] = []): PatchEntry[] {
  return entries.reduce<PatchEntry[]>(numbered, [...before]);
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
