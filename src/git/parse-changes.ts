// The output of `git diff-tree --stdin -r -z`: what each commit changes.
import { parseSha, type Sha } from "../model/ids.ts";
import type { BytePath } from "./byte-path.ts";
import type { CommitChange, TreeFile, TreeMode } from "./repository.ts";

const RAW = /^:(\d{6}) (\d{6}) ([0-9a-f]{40}) ([0-9a-f]{40}) /;

/** The changes by commit. A commit that changes nothing does not appear. */
export function parseChanges(output: Buffer): ReadonlyMap<Sha, readonly CommitChange[]> {
  const fields = output.toString("latin1").split("\0");
  const result = new Map<Sha, CommitChange[]>();
  let changes: CommitChange[] = [];
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? "";
    const [, oldMode = "", newMode = "", oldId = "", newId = ""] = RAW.exec(field) ?? [];
    if (oldMode === "") {
      const commit = parseSha(field);
      changes = [];
      if (commit) result.set(commit, changes);
      continue;
    }
    at++;
    changes.push({ path: (fields[at] ?? "") as BytePath, before: entry(oldMode, oldId), after: entry(newMode, newId) });
  }
  return result;
}

/** Mode 0: there is no file. */
function entry(mode: string, id: string): Pick<TreeFile, "mode" | "id"> | undefined {
  const sha = mode === "000000" ? undefined : parseSha(id);
  return sha && { mode: mode as TreeMode, id: sha };
}
