// One rsync filter rule (rsync(1), FILTER RULES): what it hides from the sender and protects on the receiver.

import { type BytePath, pathFromText, pathToText } from "../../git/byte-path.ts";
import { userError } from "../../model/errors.ts";

/** A checked rule. */
export interface FilterRule {
  /** A rule that includes ends the search as well, without hiding or protecting. */
  readonly action: "exclude" | "include";
  /** Whether it says what is sent. */
  readonly sender: boolean;
  /** Whether it says what may be deleted. */
  readonly receiver: boolean;
  /** Whether it matches a path relative to the transfer's root, without slashes at its ends. */
  readonly matches: (path: BytePath, isDirectory: boolean) => boolean;
}

const KINDS: Readonly<Record<string, Pick<FilterRule, "action" | "sender" | "receiver">>> = {
  exclude: { action: "exclude", sender: true, receiver: true },
  "-": { action: "exclude", sender: true, receiver: true },
  include: { action: "include", sender: true, receiver: true },
  "+": { action: "include", sender: true, receiver: true },
  hide: { action: "exclude", sender: true, receiver: false },
  H: { action: "exclude", sender: true, receiver: false },
  show: { action: "include", sender: true, receiver: false },
  S: { action: "include", sender: true, receiver: false },
  protect: { action: "exclude", sender: false, receiver: true },
  P: { action: "exclude", sender: false, receiver: true },
  risk: { action: "include", sender: false, receiver: true },
  R: { action: "include", sender: false, receiver: true },
};

/**
 * Reads the rules of one `files_to_sync` item in order; `clear` (or `!`) drops those before it. Rules that read other
 * files (`merge`, `dir-merge`) are refused. Throws kind `user`, code `filter-invalid`.
 */
export function parseFilters(texts: readonly string[]): readonly FilterRule[] {
  let rules: FilterRule[] = [];
  for (const text of texts) {
    if (/^(?:!|clear)\s*$/.test(text)) rules = [];
    else rules.push(parseRule(text));
  }
  return rules;
}

const RULE = /^(?:([-+HSPR])|(exclude|include|hide|show|protect|risk))(?:,?([/!srpx]*))?[ _](.+)$/s;

function parseRule(text: string): FilterRule {
  const match = RULE.exec(text);
  const [, short, long, modifiers = "", pattern = ""] = match ?? [];
  const kind = KINDS[short ?? long ?? ""];
  if (!kind || pattern.length > 1000) throw invalid(text);
  const only = { s: modifiers.includes("s"), r: modifiers.includes("r") };
  const matches = compile(pathFromText(pattern), modifiers.includes("/"));
  const negated = modifiers.includes("!");
  return {
    action: kind.action,
    sender: only.r && !only.s ? false : kind.sender || only.s,
    receiver: only.s && !only.r ? false : kind.receiver || only.r,
    matches: (path, isDirectory) => matches(path, isDirectory) !== negated,
  };
}

function invalid(text: string) {
  const shown = pathToText(pathFromText(text.slice(0, 120)));
  return userError("filter-invalid", `The filter '${shown}' in files_to_sync is not understood.`, {
    fix: "Use rsync's rules 'exclude', 'include', 'protect', 'risk', 'hide' or 'show' with one pattern each.",
  });
}

/** The pattern as a test. Anchored by a leading slash; on the name alone without a slash; else on the path's end. */
function compile(text: BytePath, absolute: boolean): FilterRule["matches"] {
  const directoryOnly = text.endsWith("/");
  const contents = text.endsWith("/***");
  const trimmed = directoryOnly ? text.replace(/\/+$/, "") : text;
  const anchored = trimmed.startsWith("/") || absolute;
  const pattern = trimmed.replace(/^\//, "");
  const wild = pattern.includes("**");
  const inner = contents ? `${toRegExp(pattern.slice(0, -4))}(?:/.*)?` : toRegExp(pattern);
  const whole = anchored || pattern.includes("/") || wild;
  const before = anchored || (wild && pattern.startsWith("**")) ? "" : "(?:.*/)?";
  const test = new RegExp(`^${whole ? before : ""}${inner}$`, "s");
  return (path, isDirectory) => {
    if (directoryOnly && !isDirectory) return false;
    const subject = whole ? path : path.slice(path.lastIndexOf("/") + 1);
    return test.test(subject) || (wild && pattern.startsWith("**/") && test.test(`/${subject}`));
  };
}

/** A glob as the source of a regular expression: `*` and `?` stop at slashes, `**` does not, `[…]`, backslash escapes. */
export function toRegExp(glob: string): string {
  const escapes = /[*?[]/.test(glob);
  const tokens = glob.match(/\\[\s\S]|\*+|\?|\[[!^]?\]?(?:\[:[a-z]+:\]|\\[\s\S]|[^\]])*\]|[\s\S]/g) ?? [];
  return tokens.map((token) => tokenToRegExp(token, escapes)).join("");
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  digit: "0-9",
  lower: "a-z",
  space: "\\s",
  upper: "A-Z",
  xdigit: "A-Fa-f0-9",
};

function tokenToRegExp(token: string, escapes: boolean): string {
  if (token.startsWith("**")) return ".*";
  if (token === "*") return "[^/]*";
  if (token === "?") return "[^/]";
  if (token.length > 2 && token.startsWith("[")) return classToRegExp(token.slice(1, -1));
  const literal = escapes && token.length === 2 ? token.slice(1) : token;
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function classToRegExp(text: string): string {
  const negated = /^[!^]/.test(text);
  const members = text
    .slice(negated ? 1 : 0)
    .replace(/\[:([a-z]+):\]|\\([\s\S])|([\\\]^[])/g, (_all, name?: string, escaped?: string, plain?: string) =>
      name ? (CLASSES[name] ?? "") : `\\${escaped ?? plain ?? ""}`,
    );
  // A range that ends before it begins matches nothing; the regular expression would be refused.
  const safe = members.replace(/([^\\])-([^\\])/g, (range, from: string, to: string) => (from <= to ? range : ""));
  return `(?!/)[${negated ? "^" : ""}${safe}]`;
}
