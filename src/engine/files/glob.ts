// Finds the sources of a `files_to_sync` item: Python's glob on the paths of a tree.
import type { BytePath } from "../../git/byte-path.ts";
import type { Effort } from "../effort.ts";
import { compileWildcard } from "./wildcard.ts";

/**
 * The files and directories that a pattern matches, sorted; when it matches nothing, the pattern itself as a path.
 * `*` matches no leading dot, and `**` is no more than `*`. Slashes at the end are gone.
 */
export function expandGlob(
  pattern: BytePath,
  exists: (path: BytePath) => boolean,
  all: () => readonly BytePath[],
  effort: Effort,
): BytePath[] {
  if (exists(pattern) || !/[*?[]/.test(pattern)) return [pattern];
  // A backslash is a character like others here, and a double star no more than a star.
  const parts = pattern.split("/").map((part) => ({
    hidesDots: /^[*?[]/.test(part),
    wildcard: compileWildcard(/[*?[]/.test(part) ? part.replace(/\*+/g, "*").replaceAll("\\", "\\\\") : part, effort),
  }));
  const isMatch = (path: BytePath) => {
    const names = path.split("/");
    return (
      names.length === parts.length &&
      parts.every(({ hidesDots, wildcard }, index) => {
        const name = names[index] ?? "";
        return !(hidesDots && name.startsWith(".")) && wildcard.matches(name);
      })
    );
  };
  const paths = all();
  effort.spend(paths.length);
  const found = paths.filter(isMatch).sort();
  return found.length > 0 ? found : [pattern];
}
