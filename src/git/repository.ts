// The port to one git repository's object store and refs. Adapter: git/bare-repository.ts (simple-git).
// Nothing here touches a work tree. Bytes stay bytes: only names that git itself defines as text are strings.

import type { Sha } from "../model/ids.ts";
import type { Secret } from "../model/secret.ts";
import type { BytePath } from "./byte-path.ts";

/** File modes that git knows. `160000` is a submodule. */
export type TreeMode = "100644" | "100755" | "120000" | "160000";

/** A file of a tree, by its full path. */
export interface TreeFile {
  readonly mode: TreeMode;
  readonly id: Sha;
  /** Path from the tree's root. One character for each byte, see `BytePath`. */
  readonly path: BytePath;
}

/** An identity with its time, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** `<seconds since the epoch> <±hhmm>`. */
  readonly date: string;
}

/**
 * A commit's header and message, as text. What is not UTF-8 is decoded by the commit's `encoding` header, else as
 * Latin-1, so reading never fails; the object itself keeps its bytes.
 */
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

/** A ref that a remote has. */
export interface RemoteRef {
  /** Full name, e.g. `refs/heads/c9s`. */
  readonly name: string;
  readonly sha: Sha;
}

/** Outcome of a push with lease. */
export type PushResult = "pushed" | "up-to-date";

/** A commit of a range and what it stands on. */
export interface RangeCommit {
  readonly sha: Sha;
  readonly parents: readonly Sha[];
}

/** The part of a tree that patches are about. */
export interface PatchScope {
  /** Paths that they are limited to. Default: the root. */
  readonly include?: readonly string[];
  /** Git pathspecs (without magic) that are left out. */
  readonly exclude: readonly string[];
}

/** How mails are made. */
export interface PatchFormat extends PatchScope {
  /** False: the paths in the patches have no `a/` and `b/`. */
  readonly prefixes: boolean;
  /** More bytes of patches than this throw kind `user`, code `output-too-large`. */
  readonly maxBytes: number;
  /** Text of a `.gitattributes` file in the root: decides which files are binary and what hunk headers show. */
  readonly attributes?: Buffer;
}

/** What `formatPatches` makes mails of. */
export interface PatchRange extends PatchFormat {
  readonly from: Sha;
  readonly to: Sha;
}

/** Merge commits that `formatMerges` makes mails of, each against its first parent. */
export interface MergeMails extends PatchFormat {
  readonly merges: readonly RangeCommit[];
}

/** Patches in order, and the trees between which they are said to lie; the rest of the trees is not compared. */
export interface PatchSeries extends PatchScope {
  /** Tree-ish on which the first patch is applied. */
  readonly from: Sha;
  /** Mails or diffs with `a/` and `b/`. */
  readonly patches: readonly Buffer[];
  /** Tree-ish that the last one is said to give. */
  readonly to: Sha;
}

/** One commit as a mail, exactly as `git format-patch -N --no-signature` writes it into a file. */
export interface PatchMail {
  readonly commit: Sha;
  readonly content: Buffer;
}

/** A file that a commit changes; undefined where it does not exist. */
export interface CommitChange {
  readonly path: BytePath;
  readonly before: Pick<TreeFile, "mode" | "id"> | undefined;
  readonly after: Pick<TreeFile, "mode" | "id"> | undefined;
}

/** A patch to apply. */
export interface PatchText {
  /** One diff or several, as git or other tools write them; what stands around them is skipped. */
  readonly content: Buffer;
  /** Leading parts of the names to leave out, as of `patch -p`. */
  readonly strip: number;
}

/** What became of patches. */
export interface AppliedPatches {
  /** The tree after each patch that applied. */
  readonly trees: readonly Sha[];
  /** What git says of the first one that did not; those behind it were not tried. */
  readonly problem: string | undefined;
}

/** One bare repository that serves as object store. */
export interface Repository {
  /**
   * Fetches refs with `+src:dst` refspecs (validated). Tags come only when a refspec names them; nothing is pruned.
   * Missing single refs throw kind `user`, code `ref-missing`.
   */
  fetch(remote: Remote, refspecs: readonly string[]): Promise<void>;
  /** The refs of a remote that match one of the patterns (`git ls-remote`; no pattern: all). None is an empty list. */
  listRemote(remote: Remote, patterns: readonly string[]): Promise<readonly RemoteRef[]>;
  /**
   * Sets `branch` of the remote to `commit` if it is still at `expected` (undefined: must not exist). A branch that
   * holds the commit already is `up-to-date`, whatever was expected.
   * Throws kind `stale`, code `lease-lost` when somebody else moved it.
   */
  push(remote: Remote, update: { commit: Sha; branch: string; expected: Sha | undefined }): Promise<PushResult>;
  /**
   * Gives a remote the tags of `refs/tags` that it lacks; one that it has already stays as it is. Returns how many were
   * given. Throws kind `user`, code `push-rejected`, where the remote takes none.
   */
  pushTags(remote: Remote): Promise<number>;
  /** The commit that a revision (a ref, an abbreviated or full id, with `~` or `^`) names, or undefined. The text may come from strangers. */
  resolveCommit(revision: string): Promise<Sha | undefined>;
  /** The same for several, in one process. */
  resolveCommits(revisions: readonly string[]): Promise<readonly (Sha | undefined)[]>;
  /** Whether `ancestor` is `descendant` or one of its ancestors. */
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  /** The nearest tag, reachable from a commit, whose name matches the pattern (`git describe --tags --match`). */
  describeTag(commit: Sha, pattern: string): Promise<string | undefined>;
  /** The nearest tag or branch, remote ones too, whose name matches (`git describe --all --match`), e.g. `refs/heads/main`. */
  describeRef(commit: Sha, pattern: string): Promise<string | undefined>;
  /** The commits that `to` has and `from` has not, parents before children; without `from` all of them. */
  listRange(from: Sha | undefined, to: Sha): Promise<readonly RangeCommit[]>;
  /** The commits between two: descendants of `from` that are `to` or its ancestors, newest first as `git log` shows them. */
  listAncestryPath(from: Sha, to: Sha): Promise<readonly Sha[]>;
  /**
   * Commits, newest first as `git log` shows them, whose message has a line that begins with the text (letters, digits,
   * `-`, `:` and blanks). At most `max`.
   */
  findCommits(head: Sha, search: { readonly line: string; readonly max: number }): Promise<readonly Sha[]>;
  /** A mail for each commit of the range that is no merge and changes something outside of `exclude`, in git's order. One process. */
  formatPatches(range: PatchRange): Promise<readonly PatchMail[]>;
  /**
   * A mail for each of these merges that changes something outside of `exclude`: the difference to its first parent,
   * with the id, author, date and message of the merge. In any order; a fixed number of processes.
   */
  formatMerges(mails: MergeMails): Promise<readonly PatchMail[]>;
  /**
   * Whether all patches apply, one after the other, to the byte, and then give the other tree. A fixed number of
   * processes; nothing is kept of it.
   */
  givesTree(series: PatchSeries): Promise<boolean>;
  /** What each commit changes against its first parent, within the scope; renames are a deletion and a new file. One process. */
  listChanges(commits: readonly RangeCommit[], scope: PatchScope): Promise<ReadonlyMap<Sha, readonly CommitChange[]>>;
  /** Applies patches one after the other on a tree. A fixed number of processes for each. */
  applyPatches(tree: Sha, patches: readonly PatchText[]): Promise<AppliedPatches>;
  /** The commit that the first line of a file comes from (`git blame`); undefined where the file has none. */
  blameFirstLine(commit: Sha, path: BytePath): Promise<Sha | undefined>;
  /** Commits in the order asked. One process. Messages that are too large throw kind `user`, code `commit-too-large`. */
  readCommits(shas: readonly Sha[]): Promise<readonly Commit[]>;
  /**
   * All files below a tree-ish, sorted as git sorts them. More than `maxFiles` (default: a million) throw kind `user`, code
   * `too-many-files`, before they are in memory.
   */
  readTree(treeish: Sha, options?: { readonly maxFiles?: number }): Promise<readonly TreeFile[]>;
  /**
   * Contents of blobs, in the order asked. One process for all. More than `maxBytes` together throw kind `user`, code
   * `output-too-large`.
   */
  readBlobs(ids: readonly Sha[], options?: { readonly maxBytes?: number }): Promise<readonly Buffer[]>;
  /** Sizes of objects in bytes, in the order asked; -1 for what is not there. One process, none for nothing. */
  readSizes(ids: readonly Sha[]): Promise<readonly number[]>;
  /** Stores blobs, in one process. */
  writeBlobs(contents: readonly Buffer[]): Promise<readonly Sha[]>;
  /** Stores the tree that holds exactly these files, in any order. Throws kind `user`, code `path-refused` for a path that git must not hold. */
  writeTree(files: readonly TreeFile[]): Promise<Sha>;
  writeCommit(commit: Omit<Commit, "sha">): Promise<Sha>;
}
