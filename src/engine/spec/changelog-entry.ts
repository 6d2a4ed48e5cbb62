// A new entry of a spec's %changelog (engine.md 3.6, D24).
import type { Signature } from "../../git/repository.ts";
import { macrosOf } from "./expand-macros.ts";
import { changelogOf } from "./keep-changelog.ts";
import { parseSpec, type Spec } from "./parse-spec.ts";
import { asBytes } from "./spec-lines.ts";

/** What the entry says, and whose it is. */
export interface ChangelogEntry {
  readonly author: Signature;
  /** Title of the change. */
  readonly title: string;
  /** Further lines, e.g. `Resolves: rhbz#1`. */
  readonly references: readonly string[];
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Puts the entry on top of the changelog; creates the section when there is none. */
export function addChangelogEntry(lines: readonly string[], entry: ChangelogEntry): readonly string[] {
  const spec = parseSpec(lines);
  const section = changelogOf(spec);
  const text = [header(spec, entry), ...[entry.title, ...entry.references].map((line) => `- ${sanitise(line)}`)].map(
    asBytes,
  );
  if (!section) {
    const body = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
    return [...body, "", "%changelog", ...text, ""];
  }
  const ending = (lines[section.header] ?? "").endsWith("\r") ? "\r" : "";
  const rest = lines.slice(section.header + 1);
  const isEmpty = lines.slice(section.header + 1, section.end).every((line) => line.trim() === "");
  const fresh = text.map((line) => line + ending);
  return [
    ...lines.slice(0, section.header + 1),
    ...fresh,
    ...(isEmpty ? [] : [ending]),
    ...(rest.length > 0 ? rest : [""]),
  ];
}

function header(spec: Spec, { author }: ChangelogEntry): string {
  const date = new Date(Number.parseInt(author.date, 10) * 1000);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const when = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${date.getUTCFullYear()}`;
  const evr = versionOf(spec);
  return `* ${when} ${sanitise(`${author.name} <${author.email}>`)}${evr === "" ? "" : ` - ${evr}`}`;
}

/** Version and release without macros that only a build knows; empty when the version holds such. */
function versionOf(spec: Spec): string {
  const expand = macrosOf(spec);
  const tag = (name: string) => spec.tags.find((other) => other.name.toLowerCase() === name)?.value ?? "";
  const value = (name: string) => expand(tag(name)).slice(0, 200);
  const [version, release, epoch] = [value("version"), value("release"), value("epoch")];
  if (version === "" || version.includes("%")) return "";
  const prefix = epoch === "" || epoch.includes("%") ? "" : `${epoch}:`;
  return `${prefix}${version}${release === "" || release.includes("%") ? "" : `-${release}`}`;
}

/** A line that rpm reads as written: macros are escaped, and it does not begin an entry. */
export function sanitise(line: string): string {
  return line
    .replace(/%+(?=[\w{([])/g, (signs) => (signs.length % 2 === 0 ? signs : `${signs}%`))
    .replace(/^\*/, " *")
    .replace(/\s+/g, (blank) => (/^[ ]+$/.test(blank) ? blank : " "));
}
