// Bugs, issues and vulnerabilities that the commits of a merge request name, in the form that dist-git's checks want.
import { rewriteBugzilla } from "./bugzilla.ts";

/** One commit is to name what it is about; more than this is noise, or an attack. */
const MAX_REFERENCES = 100;
const MAX_LINE = 1_000;

const KEYWORDS = ["Resolves", "Related", "Reverts"] as const;
type Keyword = (typeof KEYWORDS)[number];

interface Reference {
  readonly keyword: Keyword;
  readonly id: string;
}

// A token as a whole → the id as it is written. Capitals count for Jira: `utf-8` is no issue.
const IDS: readonly (readonly [RegExp, (id: string) => string])[] = [
  [/^(?:rh)?bz#([1-9]\d{0,9})$/i, (number) => `bz#${number}`],
  [/^https?:\/\/bugzilla\.redhat\.com\/(?:show_bug\.cgi\?id=)?([1-9]\d{0,9})(?:[#&].*)?$/i, (number) => `bz#${number}`],
  [/^(CVE-\d{4}-\d{4,10})$/i, (id) => id.toUpperCase()],
  [/^([A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9})$/, (id) => id],
  [
    /^https?:\/\/(?:issues\.redhat\.com|[\w-]{1,60}\.atlassian\.net)\/browse\/([A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9})\/?(?:[?#].*)?$/,
    (id) => id,
  ],
];

/**
 * The lines `Resolves:`, `Related:` and `Reverts:` with Bugzilla, Jira or CVE ids, one id each, once each, in the order in
 * which they appear first, 100 at most. `Bugzilla:` lines count as `Resolves:`. What is resolved is not said to be related as
 * well. A line counts as far as it begins with ids, separated by commas or blanks; `#123` and bare numbers name no tracker.
 * @param messages of the commits, oldest first
 * @param present text whose own lines are not repeated
 */
export function collectReferences(messages: readonly string[], present: string): readonly string[] {
  const there = new Set<string>();
  for (const reference of referencesIn(present)) there.add(format(reference));
  const found = new Map<string, Reference>();
  for (const reference of messages.flatMap((message) => [...referencesIn(message)])) {
    if (!there.has(format(reference))) found.set(format(reference), found.get(format(reference)) ?? reference);
  }
  const isResolved = (id: string) => [there, found].some((lines) => lines.has(format({ keyword: "Resolves", id })));
  return [...found.values()]
    .filter(({ keyword, id }) => keyword !== "Related" || !isResolved(id))
    .slice(0, MAX_REFERENCES)
    .map(format);
}

function format({ keyword, id }: Reference): string {
  return `${keyword}: ${id}`;
}

function* referencesIn(message: string): Generator<Reference> {
  for (const [line] of rewriteBugzilla(message).matchAll(/^(?:Resolves|Related|Reverts)[ \t]{0,9}:.*/gim)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const keyword = KEYWORDS.find((known) => known.toLowerCase() === name);
    if (!keyword) continue;
    for (const token of line.slice(colon + 1, MAX_LINE).split(/[\s,;]+/)) {
      if (token === "" || token === "and") continue;
      const id = readId(token);
      if (id === undefined) break;
      yield { keyword, id };
    }
  }
}

function readId(token: string): string | undefined {
  const bare = token.replace(/^[<([]/, "").replace(/[>)\].:]{1,3}$/, "");
  for (const [pattern, canonical] of IDS) {
    const [, id] = pattern.exec(bare) ?? [];
    if (id !== undefined) return canonical(id);
  }
  return undefined;
}
