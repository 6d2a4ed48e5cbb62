// The port to a work tree of the user and its adapter: where it stands, whether it is clean, and moving it to another
// commit so that either everything changes (branch, index, files) or nothing does.
import type { Sha } from "../model/ids.ts";
import type { JoinedStore, ObjectSource } from "./joined-store.ts";
import type { Repository, Signature } from "./repository.ts";
import type { Identity } from "./user-identity.ts";

/** Where a work tree stands. */
export interface Head {
  readonly commit: Sha;
  /** Full name of the branch that is checked out, e.g. `refs/heads/c9s`; undefined when `HEAD` is detached. */
  readonly branch: string | undefined;
}

/** A file that is not as the commit has it. */
export interface LocalChange {
  /** For people. */
  readonly path: string;
  readonly change: "staged" | "modified" | "untracked";
}

/** What a work tree is moved to. */
export interface Move {
  /** Where the new commit and its files are. */
  readonly store: JoinedStore;
  readonly commit: Sha;
  /** Where the work tree is expected to stand; anything else throws kind `user`, code `head-moved`. */
  readonly expected: Head;
  /**
   * Short name of the branch to be on afterwards; it is created, or set to the commit wherever it was (as
   * `git checkout -B`). Default: what is checked out moves.
   */
  readonly branch?: string;
  /** Text and person of the entry in the reflog. */
  readonly reflog: string;
  readonly committer: Signature;
}

/** What a work tree's files are changed to without a commit. */
export interface Leave {
  readonly store: JoinedStore;
  readonly tree: Sha;
  readonly expected: Head;
}

/** A work tree of the user. No hook or filter of it ever runs, and its configuration changes no content. */
export interface WorkTree {
  /** Absolute path of its root. */
  readonly path: string;
  /** Absolute path of its index file. */
  readonly index: string;
  /** Its refs and objects. */
  readonly repository: Repository;
  readonly objects: ObjectSource;
  /** Throws kind `user`, code `no-commit`, when there is none yet. */
  head(): Promise<Head>;
  /** What is staged, modified or untracked; ignored files do not count. Empty: clean. */
  changes(): Promise<readonly LocalChange[]>;
  /** Fetch URL of a remote, as it is configured; undefined when there is no such remote. */
  remoteUrl(remote: string): Promise<string | undefined>;
  /** Who commits here, see `readIdentity`. */
  identity(environment: Readonly<Record<string, string | undefined>>): Promise<Identity>;
  /**
   * Moves branch, index and files to a commit. Throws kind `user` before anything is changed: `not-clean`,
   * `head-moved`, `merge-unfinished`, `file-in-the-way` (an ignored file, or a link where a directory has to be),
   * `work-tree-locked`. After any error refs, index and files are as before.
   */
  move(move: Move): Promise<void>;
  /** Changes the files to those of a tree, and nothing else. Errors as `move`. */
  leave(leave: Leave): Promise<void>;
}
