// Reads and makes the commits that add a CI file to a side of a package.
import { compareFiles, toFileMap } from "../../engine/files/file-map.ts";
import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import type { Repository } from "../../git/repository.ts";
import type { Sha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { CI_SUBJECT } from "./ci-files.ts";
import type { BothSides, Side } from "./world.ts";

/** Where the file is on each side. */
const CI_PATH: BothSides<BytePath> = {
  source: pathFromText(".distro/.gitlab-ci.yml"),
  dist: pathFromText(".gitlab-ci.yml"),
};

/** Longest CI file that is copied to the other side, in bytes. */
const MAX_CI_BYTES = 1_048_576;

/** The CI file of a commit; undefined when there is none, or something else than a file. */
export async function readCi(repository: Repository, side: Side, commit: Sha): Promise<Buffer | undefined> {
  const file = (await repository.readTree(commit)).find(({ path }) => path === CI_PATH[side]);
  if (file?.mode !== "100644" && file?.mode !== "100755") return undefined;
  const [content] = await repository.readBlobs([file.id], { maxBytes: MAX_CI_BYTES });
  return content;
}

/** The commit below one that does nothing but add the CI file to dist-git, as an earlier run made it; else the commit. */
export async function belowCiCommit(repository: Repository, commit: Sha): Promise<Sha> {
  const [read] = await repository.readCommits([commit]);
  const [parent, second] = read?.parents ?? [];
  if (!parent || second || !read?.message.startsWith(`${CI_SUBJECT}\n`)) return commit;
  const [before, after] = await Promise.all([repository.readTree(parent), repository.readTree(commit)]);
  const changes = compareFiles(toFileMap(before), toFileMap(after));
  return changes.every(({ path, change }) => path === CI_PATH.dist && change === "added") ? parent : commit;
}

/** What the commit is made of. */
export interface CiCommit {
  readonly side: Side;
  readonly parent: Sha;
  readonly content: Buffer;
  /** For source-git: the dist-git commit that it is in step with. */
  readonly distHead?: Sha;
  readonly identity: { readonly name: string; readonly email: string };
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Stores the commit and returns it. */
export async function writeCiCommit(repository: Repository, ci: CiCommit): Promise<Sha> {
  const { side, parent, content, distHead, identity, at } = ci;
  const [id] = await repository.writeBlobs([content]);
  const others = (await repository.readTree(parent)).filter(({ path }) => path !== CI_PATH[side]);
  const files = id ? [...others, { mode: "100644", id, path: CI_PATH[side] } as const] : others;
  const signature = { ...identity, date: `${Math.floor(at / 1_000)} +0000` };
  return await repository.writeCommit({
    tree: await repository.writeTree(files),
    parents: [parent],
    author: signature,
    committer: signature,
    message: `${CI_SUBJECT}\n${distHead ? `\n${DIST_TRAILER}: ${distHead}\n` : ""}`,
  });
}
