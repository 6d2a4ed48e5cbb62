// Wildcard patterns without regular expressions: strangers write both patterns and names, and a pattern with many stars
// must not take longer than its length times the name's.

import type { Effort } from "../effort.ts";

/** One step of a pattern: a test for one character, or a star that takes any number of characters. */
type Step =
  | { readonly star: true; readonly overSlash: boolean }
  | { readonly star: false; readonly test: (character: string) => boolean };

/** A pattern, ready for use. */
export interface Wildcard {
  /** Whether the whole text matches. */
  readonly matches: (text: string) => boolean;
}

const TOKEN = /\\[\s\S]|\*+|\?|\[[!^]?\]?(?:\[:[a-z]+:\]|\\[\s\S]|[^\]])*\]|[\s\S]/g;

/**
 * Compiles a glob: `*` and `?` stop at slashes, `**` does not, `[…]` as in shells; a backslash takes the next character
 * as it is, in patterns that hold wildcards. What matching costs is counted.
 */
export function compileWildcard(glob: string, effort: Effort): Wildcard {
  if (!/[*?[]/.test(glob)) return { matches: (text) => text === glob };
  const steps = (glob.match(TOKEN) ?? []).map(toStep);
  return { matches: (text) => run(steps, text, effort) };
}

/** Follows all ways through the pattern at once. */
function run(steps: readonly Step[], text: string, effort: Effort): boolean {
  let states = withStars(steps, new Set([0]));
  for (const character of text) {
    if (states.size === 0) return false;
    effort.spend(states.size);
    states = withStars(steps, advance(steps, states, character));
  }
  return states.has(steps.length);
}

function advance(steps: readonly Step[], states: ReadonlySet<number>, character: string): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const step = steps[state];
    const stays = step?.star && (step.overSlash || character !== "/");
    if (stays) next.add(state);
    if (step && !step.star && step.test(character)) next.add(state + 1);
  }
  return next;
}

/** A star may also take nothing. A set is visited in the order of insertion, new members included. */
function withStars(steps: readonly Step[], states: Set<number>): Set<number> {
  for (const state of states) if (steps[state]?.star) states.add(state + 1);
  return states;
}

function toStep(token: string): Step {
  if (token.startsWith("*")) return { star: true, overSlash: token.length > 1 };
  if (token === "?") return { star: false, test: (character) => character !== "/" };
  if (token.length > 2 && token.startsWith("[")) return { star: false, test: classTest(token.slice(1, -1)) };
  const literal = token.length === 2 ? token.slice(1) : token;
  return { star: false, test: (character) => character === literal };
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};

function classTest(text: string): (character: string) => boolean {
  const negated = /^[!^]/.test(text);
  const members =
    text.slice(negated ? 1 : 0).match(/\[:[a-z]+:\]|(?:\\[\s\S]|[^\\])-(?:\\[\s\S]|[^\\\]])|\\[\s\S]|[\s\S]/g) ?? [];
  const tests = members.map(memberTest);
  return (character) => character !== "/" && tests.some((test) => test(character)) !== negated;
}

function memberTest(member: string): (character: string) => boolean {
  const name = /^\[:([a-z]+):\]$/.exec(member)?.[1];
  if (name) return (character) => CLASSES[name]?.test(character) ?? false;
  const [from = "", to] =
    member
      .replace(/\\([\s\S])/g, "$1")
      .match(/^([\s\S])-([\s\S])$/)
      ?.slice(1) ?? [];
  if (to !== undefined) return (character) => from <= character && character <= to;
  const literal = member.replace(/^\\(?=[\s\S])/, "");
  return (character) => character === literal;
}
