// What the admin surface takes: accounts, projects, hooks, commits.
import type { NewCommit } from "../git/commit-files.ts";
import type { PostedStatus } from "../pipelines/post-status.ts";
import type { HookEvent } from "../state/hook-types.ts";
import type { User, Visibility } from "../state/types.ts";

/** A new account. */
export interface UserOptions {
  readonly name?: string;
  readonly email?: string;
  readonly admin?: boolean;
  readonly bot?: boolean;
  /** Value of a first token with scope `api`; default `glpat-<username>`. */
  readonly token?: string;
}

/** A new project and where its content comes from: files, or the branches and tags of another repository. */
export interface ProjectOptions {
  readonly name?: string;
  readonly description?: string;
  readonly visibility?: Visibility;
  readonly defaultBranch?: string;
  /** Files of a first commit on the default branch. */
  readonly files?: NewCommit["files"];
  /** Path or URL of a git repository. */
  readonly from?: string;
  /** What to fetch from it; default all branches and tags. */
  readonly refspecs?: readonly string[];
}

/** A new hook. */
export interface HookOptions {
  readonly url: string;
  readonly token?: string;
  /** `whsec_<base64>`. */
  readonly signingToken?: string;
  /** Default: push, merge_requests, note, pipeline. */
  readonly events?: readonly HookEvent[];
}

/** A commit by an account, on top of a branch. A new branch starts at `parent`, or at the default branch. */
export interface CommitOptions {
  readonly branch: string;
  readonly message: string;
  readonly files: NewCommit["files"];
  readonly user: User;
  readonly parent?: string;
  /** Seconds since the epoch. */
  readonly time?: number;
}

/** A status that another CI system reports. */
export interface StatusReport
  extends Pick<PostedStatus, "state" | "name">,
    Partial<Pick<PostedStatus, "ref" | "pipelineId" | "targetUrl" | "description">> {
  readonly sha: string;
  /** The account that reports. */
  readonly user: User;
}
