// What a work tree has that its commit has not. Contents are compared here and not by git, so that no filter can run
// and no line-end conversion can hide a change.
import { createHash } from "node:crypto";
import { lstat, readFile, readlink } from "node:fs/promises";
import { userError } from "../model/errors.ts";
import { type BytePath, pathFromBytes, pathToBytes, pathToText } from "./byte-path.ts";
import { type GitSettings, runGit } from "./run-git.ts";
import type { LocalChange } from "./work-tree.ts";

/** Throws kind `user`, code `not-clean`, when there are changes. */
export function requireClean(changes: readonly LocalChange[], shown: string): void {
  const [first] = changes;
  if (!first) return;
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : "";
  throw userError("not-clean", `'${shown}' is not pristine: ${first.path} (${first.change})${more}.`, {
    fix: "Commit, stash or remove what git status shows there. Ignored files may stay.",
  });
}

interface RawChange {
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly status: string;
  readonly path: BytePath;
}

/** Where to look. */
export interface LocalChangesIn {
  readonly settings: GitSettings;
  /** Absolute path of the work tree. */
  readonly path: string;
  /** See `filtersOff`: git looks into a file that was written in the same moment as the index. */
  readonly withoutFilters: readonly string[];
}

/** The changes, staged ones first. Ignored files are none; `.gitignore` and `info/exclude` say what is ignored. */
export async function readLocalChanges(place: LocalChangesIn): Promise<readonly LocalChange[]> {
  const { settings, path: root, withoutFilters: config } = place;
  const git = (...args: string[]) => runGit(settings, args, { environment: { GIT_WORK_TREE: root }, config });
  const [staged, suspects, untracked] = await Promise.all([
    git(
      "diff-index",
      "--cached",
      "--raw",
      "-z",
      "--no-renames",
      "--no-abbrev",
      "--ignore-submodules=none",
      "HEAD",
      "--",
    ),
    // Files whose size or time differs from the index; it does not look into them.
    git("diff-files", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=dirty", "--"),
    git("ls-files", "-z", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "--full-name", ":/"),
  ]);
  const changes: LocalChange[] = parseRaw(staged).map(({ path }) => ({ path: pathToText(path), change: "staged" }));
  for (const suspect of parseRaw(suspects)) {
    if (!(await isSame(root, suspect))) changes.push({ path: pathToText(suspect.path), change: "modified" });
  }
  for (const path of split(untracked)) changes.push({ path: pathToText(path), change: "untracked" });
  return changes;
}

/** Whether the file has the content of the index after all. */
async function isSame(root: string, { oldMode, newMode, oldId, status, path }: RawChange): Promise<boolean> {
  if (status !== "M" || oldMode !== newMode) return false;
  const file = Buffer.concat([Buffer.from(`${root}/`), pathToBytes(path)]);
  try {
    const link = oldMode === "120000";
    if ((await lstat(file)).isSymbolicLink() !== link) return false;
    const content = link ? await readlink(file, { encoding: "buffer" }) : await readFile(file);
    return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex") === oldId;
  } catch {
    return false;
  }
}

function parseRaw(output: Buffer): RawChange[] {
  const fields = split(output);
  const changes: RawChange[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [oldMode = "", newMode = "", oldId = "", , status = ""] = (fields[index] ?? "").replace(/^:/, "").split(" ");
    changes.push({ oldMode, newMode, oldId, status, path: fields[index + 1] ?? ("" as BytePath) });
  }
  return changes;
}

function split(output: Buffer): BytePath[] {
  return pathFromBytes(output)
    .split("\0")
    .filter((part) => part !== "") as BytePath[];
}
