// A directory for one command's own files, inside the repository: same disk, same permissions, tidied with it.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { repositoryGone } from "./git-failure.ts";
import { damaged, type GitSettings } from "./run-git.ts";

/** Makes the directory; the caller removes it. Throws as a damaged repository when there is no repository any more. */
export async function makePrivateDirectory(settings: GitSettings): Promise<string> {
  try {
    return await mkdtemp(join(settings.directory, "tandem-"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw await damaged(settings, repositoryGone(settings.directory));
  }
}
