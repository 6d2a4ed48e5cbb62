// The configuration's limits in the engine's words.
import type { WorkerConfig } from "../src/config/config.ts";
import type { EngineLimits } from "../src/engine/limits.ts";

/** How large contents may be. */
export function engineLimits({
  commits,
  patchBytes,
  readBytes,
  files,
  fileBytes,
}: WorkerConfig["limits"]): EngineLimits {
  return {
    maxCommits: commits,
    maxPatchBytes: patchBytes,
    maxReadBytes: readBytes,
    maxFiles: files,
    maxFileBytes: fileBytes,
  };
}
