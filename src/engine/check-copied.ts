// Whether what `files_to_sync` copied may go to dist-git: sizes and paths. Links stay links, nobody follows them.
import { type BytePath, pathToText } from "../git/byte-path.ts";
import type { Repository } from "../git/repository.ts";
import { userError } from "../model/errors.ts";
import type { FileMap } from "./files/file-map.ts";
import { type EngineLimits, MAX_PATH_BYTES, MAX_PATH_DEPTH } from "./limits.ts";

/** The files before and after the copying. */
export interface Copied {
  readonly dist: FileMap;
  readonly files: FileMap;
}

/**
 * Checks what is new in dist-git; what it holds already was accepted there. No process unless a content is new.
 * Throws kind `user`: `path-too-long`, `file-too-large`.
 */
export async function checkCopied(
  repository: Repository,
  { dist, files }: Copied,
  limits: EngineLimits,
): Promise<void> {
  const fresh = [...files].filter(([path, { id }]) => dist.get(path)?.id !== id);
  for (const [path] of fresh) if (!dist.has(path)) checkPath(path);
  const known = new Set([...dist.values()].map(({ id }) => id));
  const unknown = fresh.filter(([, { id }]) => !known.has(id));
  const sizes = await repository.readSizes(unknown.map(([, { id }]) => id));
  const large = sizes.findIndex((size) => size > limits.maxFileBytes);
  const found = unknown[large];
  if (!found) return;
  throw userError(
    "file-too-large",
    `'${shown(found[0])}' would go to dist-git with ${sizes[large]} bytes; ${limits.maxFileBytes} are allowed.`,
    { fix: "Put it into the lookaside cache and name it in 'sources', or ask the operator to raise limits.fileBytes." },
  );
}

function checkPath(path: BytePath): void {
  const depth = path.split("/").length - 1;
  if (path.length <= MAX_PATH_BYTES && depth <= MAX_PATH_DEPTH) return;
  throw userError(
    "path-too-long",
    `'${shown(path)}' would go to dist-git: its path has ${path.length} bytes in ${depth} directories; ${MAX_PATH_BYTES} in ${MAX_PATH_DEPTH} are allowed.`,
    { fix: "Use a shorter path, or leave the file out of files_to_sync in .distro/source-git.yaml." },
  );
}

function shown(path: BytePath): string {
  const text = pathToText(path);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
