// A store of its own over the objects of several repositories: reads all of them, writes to none. So whatever happens,
// nothing is left in a repository of the user; what is wanted there is handed over at the end.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sha } from "../model/ids.ts";
import { repositoryAt } from "./bare-repository.ts";
import type { Repository } from "./repository.ts";
import { type GitSettings, runGit } from "./run-git.ts";

/** Where a repository keeps its objects. Absolute paths. */
export interface ObjectSource {
  readonly objects: string;
  /** File of a shallow clone's boundaries; need not exist. */
  readonly shallow: string;
}

/** The joined store. It has no refs. */
export interface JoinedStore {
  readonly repository: Repository;
  /** The pack of what `commit` has and `known` has not. It does not refer to objects outside of it but those of `known`. */
  pack(commit: Sha, known: readonly Sha[]): Promise<Buffer>;
  /** Removes it. Never throws. */
  close(): Promise<void>;
}

/** Makes a store over the objects of these repositories, in the directory for temporary files. */
export async function openJoinedStore(
  sources: readonly ObjectSource[],
  settings: Omit<GitSettings, "directory">,
): Promise<JoinedStore> {
  const directory = await mkdtemp(join(tmpdir(), "tandem-store-"));
  const close = () => rm(directory, { recursive: true, force: true }).catch(() => {});
  try {
    await fill(directory, sources);
  } catch (error) {
    await close();
    throw error;
  }
  const own: GitSettings = { ...settings, directory };
  return {
    repository: repositoryAt(own),
    pack: (commit, known) => {
      const revisions = [commit, ...known.map((sha) => `^${sha}`), ""].join("\n");
      return runGit(own, ["pack-objects", "--revs", "--stdout", "-q"], { input: Buffer.from(revisions) });
    },
    close,
  };
}

/** What makes a directory a repository, without a process. */
async function fill(directory: string, sources: readonly ObjectSource[]): Promise<void> {
  await mkdir(join(directory, "objects", "info"), { recursive: true });
  await mkdir(join(directory, "refs"));
  await writeFile(join(directory, "HEAD"), "ref: refs/heads/none\n");
  await writeFile(join(directory, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  const lines = sources.map(({ objects }) => `${quote(objects)}\n`);
  await writeFile(join(directory, "objects", "info", "alternates"), lines.join(""));
  const shallow = await Promise.all(sources.map((source) => readFile(source.shallow, "utf8").catch(() => "")));
  if (shallow.some((text) => text !== "")) await writeFile(join(directory, "shallow"), shallow.join(""));
}

/** A path as git's lists of alternates quote it: whatever it begins with or holds, it is that path. */
function quote(path: string): string {
  const text = path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${text}"`;
}
