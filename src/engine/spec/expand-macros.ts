// The simple macros of a spec: `%{name}` and `%name` for tags and one-line definitions of the spec itself. No condition is
// evaluated.
import type { Spec } from "./parse-spec.ts";

/** Replaces the macros of one spec, and `%{?unknown}` by nothing; others stay. Bytes in, bytes out. */
export type ExpandMacros = (text: string) => string;

const TAGS = ["name", "version", "release", "epoch"];
const MAX_LENGTH = 1000;
const MAX_ROUNDS = 8;

/** Reads a spec's definitions once, for many texts. */
export function macrosOf(spec: Spec): ExpandMacros {
  const values = definitions(spec);
  return (text) => expand(text, values);
}

/** Replaces the macros of a spec in one text. */
export function expandMacros(spec: Spec, text: string): string {
  return text.includes("%") ? macrosOf(spec)(text) : text;
}

/** The name of the file that a Patch line means: macros expanded, of a URL the last part. */
export function patchFile(location: string, expandAll: ExpandMacros): string {
  const text = expandAll(location);
  return text.slice(text.lastIndexOf("/") + 1);
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  if (!text.includes("%")) return text;
  let result = text;
  for (let round = 0; round < MAX_ROUNDS && result.length <= MAX_LENGTH; round++) {
    const next = result.replace(
      /%%|%\{(\??)(\w+)\}|%([a-zA-Z_]\w*)/g,
      (all, maybe: string, name: string, bare: string) =>
        all === "%%" ? all : (values.get(name ?? bare) ?? (maybe ? "" : all)),
    );
    if (next === result) break;
    result = next;
  }
  return result.replaceAll("%%", "%").slice(0, MAX_LENGTH);
}

function definitions({ lines, tags, inMacro }: Spec): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const match = inMacro[index] ? null : /^\s*%(?:global|define)[ \t]+(\w+)[ \t]+(\S[^\\]{0,400}?)\s*$/.exec(line);
    if (match) values.set(match[1] ?? "", match[2] ?? "");
  }
  for (const { name, value } of tags) {
    const key = name.toLowerCase();
    if (!TAGS.includes(key) || values.has(key)) continue;
    values.set(key, value);
    values.set(key.toUpperCase(), value);
  }
  return values;
}
