// One rsync filter rule (rsync(1), FILTER RULES): what it hides from the sender and protects on the receiver.

import { type BytePath, pathFromText, pathToText } from "../../git/byte-path.ts";
import { userError } from "../../model/errors.ts";
import type { Effort } from "../effort.ts";
import { compileWildcard } from "./wildcard.ts";

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
export function parseFilters(texts: readonly string[], effort: Effort): readonly FilterRule[] {
  let rules: FilterRule[] = [];
  for (const text of texts) {
    if (/^(?:!|clear)\s*$/.test(text)) rules = [];
    else rules.push(parseRule(text, effort));
  }
  return rules;
}

const RULE = /^(?:([-+HSPR])|(exclude|include|hide|show|protect|risk))(?:,?([/!srpx]*))?[ _](.+)$/s;

function parseRule(text: string, effort: Effort): FilterRule {
  const match = RULE.exec(text);
  const [, short, long, modifiers = "", pattern = ""] = match ?? [];
  const kind = KINDS[short ?? long ?? ""];
  if (!kind || pattern.length > 1000) throw invalid(text);
  const only = { s: modifiers.includes("s"), r: modifiers.includes("r") };
  const matches = compile(pathFromText(pattern), modifiers.includes("/"), effort);
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
function compile(text: BytePath, absolute: boolean, effort: Effort): FilterRule["matches"] {
  const contents = text.endsWith("/***");
  const directoryOnly = text.endsWith("/");
  const trimmed = contents ? text.slice(0, -4) : withoutSlashes(text);
  const anchored = trimmed.startsWith("/") || absolute;
  const pattern = trimmed.replace(/^\//, "");
  const forms = contents ? [pattern, `${pattern}/**`] : [pattern];
  const ways = forms.flatMap((form) => placed(form, anchored)).map((way) => compileWildcard(way, effort));
  const whole = anchored || forms.some((form) => form.includes("/") || form.includes("**"));
  return (path, isDirectory) => {
    effort.spend(1);
    if (directoryOnly && !isDirectory) return false;
    const subject = whole ? path : path.slice(path.lastIndexOf("/") + 1);
    return ways.some(({ matches }) => matches(subject));
  };
}

/** A pattern that is not anchored matches behind any slash as well; a leading double star with slash also matches nothing. */
function placed(pattern: string, anchored: boolean): string[] {
  if (pattern.startsWith("**/")) return [pattern, pattern.slice(3)];
  if (anchored || pattern.startsWith("**")) return [pattern];
  // A pattern without wildcards has no escapes; beside the star they would become some.
  const literal = /[*?[]/.test(pattern) ? pattern : pattern.replaceAll("\\", "\\\\");
  return pattern.includes("/") || pattern.includes("**") ? [pattern, `**/${literal}`] : [pattern];
}

function withoutSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(0, end);
}
