// Reads both sides: the files of source-git and dist-git, and the configuration.

import { type BytePath, pathFromText } from "../git/byte-path.ts";
import type { Repository } from "../git/repository.ts";
import { TandemError, userError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { CONFIG_PATH, type ConfigChoice, readConfig, type SourceGitConfig } from "./config/read-config.ts";
import { type FileMap, toFileMap } from "./files/file-map.ts";
import type { EngineLimits } from "./limits.ts";

/** Files of a commit. Throws kind `user`, code `too-many-files`. */
export async function readFiles(repository: Repository, commit: Sha, limits: EngineLimits): Promise<FileMap> {
  return toFileMap(await repository.readTree(commit, { maxFiles: limits.maxFiles }));
}

/**
 * The configuration of source-git. Throws kind `user`: `config-missing` when source-git has none, and as `readConfig`.
 */
export async function readSourceConfig(
  repository: Repository,
  source: FileMap,
  choice: ConfigChoice,
): Promise<SourceGitConfig> {
  const content = await readRegular(repository, source, pathFromText(CONFIG_PATH), 1_048_576);
  if (content) return readConfig(content, choice);
  throw userError("config-missing", `source-git has no ${CONFIG_PATH}.`, {
    fix: "Run 'tandem source-git init', or commit the file.",
  });
}

/** Content of a regular file; undefined when there is none at this path, or a link or submodule. */
export async function readRegular(
  repository: Repository,
  files: FileMap,
  path: BytePath,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const entry = files.get(path);
  if (!entry || (entry.mode !== "100644" && entry.mode !== "100755")) return undefined;
  const [content] = await repository.readBlobs([entry.id], { maxBytes });
  return content;
}

/** Whether source-git holds several packages. A configuration that cannot be read says nothing here. */
export async function holdsSeveralPackages(
  repository: Repository,
  sourceHead: Sha,
  { distGitName, limits }: ConfigChoice & { readonly limits: EngineLimits },
): Promise<boolean> {
  try {
    const files = await readFiles(repository, sourceHead, limits);
    const choice = distGitName === undefined ? {} : { distGitName };
    return (await readSourceConfig(repository, files, choice)).isShared;
  } catch (error) {
    if (error instanceof TandemError && error.kind === "user") return false;
    throw error;
  }
}
