// Who decides over dist-git's CI configuration: the route, never a contributor (engine.md, D31).
import { type BytePath, pathFromText } from "../git/byte-path.ts";
import type { FileEntry, FileMap } from "./files/file-map.ts";

/**
 * true: `.distro/.gitlab-ci.yml` becomes dist-git's, whatever the filters say. false: dist-git's CI files stay as they
 * are, whatever `files_to_sync` says. `as-listed`: `files_to_sync` alone decides, as for every other file.
 */
export type CopyCiFile = boolean | "as-listed";

const CI_FILE = pathFromText(".gitlab-ci.yml");
const CI_SOURCE = pathFromText(".distro/.gitlab-ci.yml");

/** Puts the CI files of the result right. `source` and `dist` are the trees before. */
export function applyCiRule(
  files: Map<BytePath, FileEntry>,
  { source, dist, copyCiFile }: { source: FileMap; dist: FileMap; copyCiFile: CopyCiFile },
): void {
  const own = source.get(CI_SOURCE);
  if (copyCiFile === true && own && own.mode !== "120000") files.set(CI_FILE, own);
  if (copyCiFile !== false) return;
  for (const path of [...files.keys()].filter(isCiPath)) files.delete(path);
  for (const [path, entry] of dist) if (isCiPath(path)) files.set(path, entry);
}

function isCiPath(path: BytePath): boolean {
  return /^\.gitlab(?:-ci\.yml)?(?:\/|$)/.test(path);
}
