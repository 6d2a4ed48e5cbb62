// Finds the sources of a `files_to_sync` item: Python's glob on the paths of a tree.
import type { BytePath } from "../../git/byte-path.ts";
import { toRegExp } from "./filter-rule.ts";

/**
 * The files and directories that a pattern matches, sorted; when it matches nothing, the pattern itself as a path.
 * `*` matches no leading dot, and `**` is no more than `*`. Slashes at the end are gone.
 */
export function expandGlob(
  pattern: BytePath,
  exists: (path: BytePath) => boolean,
  all: Iterable<BytePath>,
): BytePath[] {
  if (exists(pattern) || !/[*?[]/.test(pattern)) return [pattern];
  const parts = pattern.split("/").map((part) => {
    const source = toRegExp(part.replace(/\*+/g, "*").replaceAll("\\", "\\\\"));
    return `${/^[*?[]/.test(part) ? "(?!\\.)" : ""}${source}`;
  });
  const test = new RegExp(`^${parts.join("/")}$`, "s");
  const found = [...all].filter((path) => test.test(path)).sort();
  return found.length > 0 ? found : [pattern];
}
