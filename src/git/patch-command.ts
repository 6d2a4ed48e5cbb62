// The command line of `git format-patch`, and the attributes that it obeys.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateDirectory } from "./private-directory.ts";
import type { PatchFormat, PatchScope } from "./repository.ts";
import type { GitSettings } from "./run-git.ts";

/** Everything that configuration could change is said explicitly; the rest stands in `pinned-config.ts`. */
export function patchArguments(revisions: readonly string[], how: PatchFormat, signature: string): string[] {
  const prefixes = how.prefixes ? ["--src-prefix=a/", "--dst-prefix=b/"] : ["--no-prefix"];
  return [
    "format-patch",
    "--stdout",
    "--no-numbered",
    `--signature=${signature}`,
    "--subject-prefix=PATCH",
    "--no-attach",
    "--no-thread",
    "--no-to",
    "--no-cc",
    "--no-add-header",
    "--no-cover-letter",
    "--no-base",
    "--no-notes",
    "--no-from",
    "--encode-email-headers",
    "--no-ext-diff",
    "--no-textconv",
    "-O/dev/null",
    // With paths, git would leave out the side of a merge whose other side has the merge's content already.
    "--full-history",
    ...prefixes,
    ...revisions,
    "--",
    ...pathspecs(how),
  ];
}

/** The pathspecs of a scope. */
export function pathspecs({ include = ["."], exclude }: PatchScope): string[] {
  return [
    ...include.map((path) => (path === "." ? path : `:(literal)${path}`)),
    ...exclude.map((path) => `:(exclude)${path}`),
  ];
}

/**
 * Runs `action` with the setting that makes git obey these attributes. They stand in a file of ours, because a bare
 * repository has no work tree from which git would read them.
 */
export async function withAttributes<T>(
  settings: GitSettings,
  attributes: Buffer | undefined,
  action: (config: readonly string[]) => Promise<T>,
): Promise<T> {
  if (attributes === undefined || attributes.length === 0) return await action([]);
  const temporary = await makePrivateDirectory(settings);
  try {
    const file = join(temporary, "attributes");
    await writeFile(file, attributes);
    return await action([`core.attributesFile=${file}`]);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
