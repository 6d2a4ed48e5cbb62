// What an update would do, or did: for people and for programs.
import type { DistGitTree } from "../../engine/make-dist-git-tree.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import type { PairNames } from "./sync-text.ts";

/** Lines of the spec file that come and go. */
export interface SpecChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** An update and what became of it. */
export interface UpdateResult {
  readonly names: PairNames;
  readonly update: DistGitTree;
  readonly spec: SpecChange;
  readonly outcome: "planned" | "committed" | "left-uncommitted" | "nothing-to-do";
  readonly commit: Sha | undefined;
}

/** The result in sentences. */
export function resultText({ names, update, outcome, commit }: UpdateResult): string {
  switch (outcome) {
    case "planned":
      return "";
    case "committed":
      return `'${names.dist}' was updated from '${names.source}': ${shortSha(commit ?? update.tree)}.\n`;
    case "left-uncommitted":
      return `'${names.dist}' was updated from '${names.source}'; the changes are not committed, as no message was given.\n`;
    case "nothing-to-do":
      return `Nothing to do: '${names.dist}' has everything of '${names.source}'.\n`;
  }
}

/** The plan: patches, spec lines, files. */
export function planText({ names, update, spec }: UpdateResult): string {
  const lines = [`Update of '${names.dist}' from '${names.source}':`, "", "Patches:"];
  for (const { name, commits } of update.patches) {
    lines.push(`  ${name}  (${commits.map(({ sha }) => shortSha(sha)).join(", ")})`);
  }
  if (update.patches.length === 0) lines.push("  none");
  lines.push("", `Lines of ${update.packageName}.spec:`);
  for (const line of spec.removed) lines.push(`  - ${line}`);
  for (const line of spec.added) lines.push(`  + ${line}`);
  if (spec.removed.length + spec.added.length === 0) lines.push("  unchanged");
  lines.push("", "Files:");
  for (const { path, change } of update.files) lines.push(`  ${change.padEnd(8)}  ${path}`);
  if (update.files.length === 0) lines.push("  unchanged");
  return `${lines.join("\n")}\n`;
}

/** The result for programs. */
export function resultJson({ names, update, spec, outcome, commit }: UpdateResult) {
  return {
    sourceGit: names.source,
    distGit: names.dist,
    outcome,
    ...(commit ? { commit } : {}),
    package: update.packageName,
    upstream: update.upstream ?? null,
    patches: update.patches.map(({ name, commits }) => ({ name, commits: commits.map(({ sha }) => sha) })),
    spec,
    files: update.files,
    notes: update.notes,
  };
}
