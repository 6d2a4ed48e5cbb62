// The port to one git repository's object store and refs. Adapter: git/bare-repository.ts (simple-git).
// Nothing here touches a work tree. Bytes stay bytes: only names that git itself defines as text are strings.

import type { Sha } from "../model/ids.ts";
import type { Secret } from "../model/secret.ts";

/** File modes that git knows. `160000` is a submodule. */
export type TreeMode = "100644" | "100755" | "120000" | "160000";

/** A file of a tree, by its full path. */
export interface TreeFile {
  readonly mode: TreeMode;
  readonly id: Sha;
  /** Path from the tree's root, `/`-separated. Bytes that are not UTF-8 are kept as Latin-1 lookalikes: see `pathBytes`. */
  readonly path: string;
}

/** An identity with its time, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** `<seconds since the epoch> <±hhmm>`. */
  readonly date: string;
}

/** A commit's header and message. */
export interface Commit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** A remote repository and what opens it. */
export interface Remote {
  /** http(s) URL without credentials; file paths are allowed where the configuration says so. */
  readonly url: string;
  readonly token?: Secret;
}

/** Outcome of a push with lease. */
export type PushResult = "pushed" | "up-to-date";

/** One bare repository that serves as object store. */
export interface Repository {
  /** Fetches refs with `+src:dst` refspecs (validated). Missing single refs throw kind `user`, code `ref-missing`. */
  fetch(remote: Remote, refspecs: readonly string[]): Promise<void>;
  /**
   * Sets `branch` of the remote to `commit` if it is still at `expected` (undefined: must not exist).
   * Throws kind `stale`, code `lease-lost` when somebody else moved it.
   */
  push(remote: Remote, update: { commit: Sha; branch: string; expected: Sha | undefined }): Promise<PushResult>;
  /** The commit that a revision names, or undefined. The text may come from strangers. */
  resolveCommit(revision: string): Promise<Sha | undefined>;
  readCommits(shas: readonly Sha[]): Promise<readonly Commit[]>;
  /** All files below a tree-ish, sorted as git sorts them. */
  readTree(treeish: Sha): Promise<readonly TreeFile[]>;
  /** Contents of blobs, in the order asked. One process for all. */
  readBlobs(ids: readonly Sha[]): Promise<readonly Buffer[]>;
  /** Stores blobs, in one process. */
  writeBlobs(contents: readonly Buffer[]): Promise<readonly Sha[]>;
  /** Stores the tree that holds exactly these files. */
  writeTree(files: readonly TreeFile[]): Promise<Sha>;
  writeCommit(commit: Omit<Commit, "sha">): Promise<Sha>;
}
