// The patches that dist-git's spec lists, in the order in which they are applied.
import { pathFromText } from "../../git/byte-path.ts";
import { userError } from "../../model/errors.ts";
import type { FileEntry, FileMap } from "../files/file-map.ts";
import { patchNameProblem } from "../patches/check-patch-name.ts";
import { macrosOf, patchFile } from "../spec/expand-macros.ts";
import type { PatchEntry, Spec } from "../spec/parse-spec.ts";
import { asText } from "../spec/spec-lines.ts";

/** A patch of the spec. */
export interface ListedPatch {
  /** Its file in dist-git's root. */
  readonly name: string;
  readonly file: FileEntry;
  readonly entry: PatchEntry;
  /** The comment lines directly above, as bytes, with their `#`. */
  readonly comment: readonly string[];
}

/**
 * The patches in numeric order. Throws kind `user`: `patch-missing` for one that dist-git has no file of,
 * `patch-name-invalid` for a name that update-dist-git could not write.
 */
export function listPatches(spec: Spec, dist: FileMap, specName: string): readonly ListedPatch[] {
  const expand = macrosOf(spec);
  return [...spec.patches]
    .sort((a, b) => a.number - b.number)
    .map((entry) => {
      const name = asText(patchFile(entry.location, expand));
      const file = dist.get(pathFromText(name));
      if (!file || (file.mode !== "100644" && file.mode !== "100755")) throw missing(entry, name);
      const problem = patchNameProblem(name, { specName, isSynced: () => false });
      if (problem !== undefined) throw invalid(entry, problem);
      const comment = spec.lines.slice(entry.commentStart, entry.line).map((line) => line.replace(/\r$/, ""));
      return { name, file, entry, comment };
    });
}

/** How people call the patch: its tag, or its place in %patchlist. */
export function describePatch({ tag, location }: PatchEntry): string {
  return `${tag?.name ?? "the %patchlist entry"} (${asText(location).slice(0, 120)})`;
}

function missing(entry: PatchEntry, name: string) {
  return userError(
    "patch-missing",
    `The spec lists ${describePatch(entry)}, but dist-git has no file '${name.slice(0, 120)}'.`,
    {
      fix: "Commit the patch to dist-git, or take its line out of the spec. Of macros only those that the spec defines are known.",
    },
  );
}

function invalid(entry: PatchEntry, problem: string) {
  return userError("patch-name-invalid", `The name of ${describePatch(entry)} ${problem}.`, {
    fix: "Rename the patch in dist-git.",
  });
}
