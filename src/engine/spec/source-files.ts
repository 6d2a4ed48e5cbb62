// The names of the archives that a spec's Source tags mean.
import { expandMacros, patchFile } from "./expand-macros.ts";
import { isSourceTag, parseSpec } from "./parse-spec.ts";
import { asText, toLines } from "./spec-lines.ts";

/** File names in the order of the spec; those whose macros the spec itself does not define are left out. */
export function sourceFiles(content: Buffer): string[] {
  const spec = parseSpec(toLines(content));
  return spec.tags
    .filter(({ name }) => isSourceTag(name))
    .map(({ value }) => asText(patchFile(value, (text) => expandMacros(spec, text))))
    .filter((name) => /^[\w][\w.+~^-]*$/.test(name));
}
