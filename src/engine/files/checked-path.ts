// Paths of the configuration: relative to a repository's root, and never outside of it.

import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import { userError } from "../../model/errors.ts";

/** A path without `.`, `..` and double slashes; `""` is the root. */
export interface CheckedPath {
  readonly path: BytePath;
  /** Contents instead of the directory itself; for a destination: it is a directory. */
  readonly trailingSlash: boolean;
}

/** Normalises a path of `files_to_sync`. Throws kind `user`, code `path-illegal` for one that leaves the repository. */
export function checkedPath(text: string, key: string): CheckedPath {
  const parts: string[] = [];
  if (text.startsWith("/") || text.includes("\0")) throw illegal(text, key);
  for (const part of text.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw illegal(text, key);
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) throw illegal(text, key);
  return { path: pathFromText(parts.join("/")), trailingSlash: /(?:^|\/)\.?$/.test(text) };
}

function illegal(text: string, key: string) {
  return userError("path-illegal", `Illegal path! '${text.slice(0, 200)}' in '${key}' is outside of the repository.`, {
    fix: "Use paths relative to the root of the repository in .distro/source-git.yaml.",
  });
}
