// What the backsync job sees before it decides: plain values, read from the forges and from the histories.
import type { ForgeCommit, MergeRequest, Note, Project, User } from "../../forge/forge.ts";
import type { Commit } from "../../git/repository.ts";
import type { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { Route } from "../../model/routes.ts";
import type { BacksyncMark } from "../marks/backsync-mark.ts";

/** The bot's newest merge request from this dist-git branch; the open one where there is one. */
export interface Request {
  readonly mergeRequest: MergeRequest;
  /** Undefined when somebody edited its description. */
  readonly mark: BacksyncMark | undefined;
  /** The bot's comment on it; looked for on an open one only. */
  readonly comment: Note | undefined;
}

/** A dist-git branch and the source-git branch that belongs to it. */
export interface World {
  readonly route: Route;
  readonly distProject: Project;
  readonly distBranch: string;
  readonly sourceProject: Project;
  readonly sourceBranch: string;
  /** The bot's account where source-git is. */
  readonly bot: User;
  /** Name of the branch in the bot's source-git fork. */
  readonly branch: string;
  readonly request: Request | undefined;
  /** The open source-git merge requests of others into the branch, oldest first. */
  readonly others: readonly MergeRequest[];
}

/** The bot's fork of source-git and its branch there. */
export interface Branch {
  /** Undefined when there is no fork yet. */
  readonly fork: Project | undefined;
  readonly head: ForgeCommit | undefined;
  /** Somebody else's commit is on it, and no merge request was merged with it. */
  readonly isForeign: boolean;
}

/** New source-git commits. */
export interface Brought {
  readonly head: Sha;
  /** Head of the dist-git branch. */
  readonly distHead: Sha;
  /** The dist-git commits that they reproduce, oldest first. */
  readonly commits: readonly Commit[];
  /** What the reader should know, one sentence each. */
  readonly notes: readonly string[];
}

/** What the comparison of the two branches found. */
export type Comparison =
  | { readonly found: "in-step" }
  /** Neither side has a trailer that tells, and the contents differ. */
  | { readonly found: "unknown" }
  | { readonly found: "behind"; readonly brought: Brought; readonly branch: Branch }
  /** What dist-git has cannot be brought. */
  | { readonly found: "refused"; readonly error: TandemError };

/** What the one comment on the merge request tells. */
export type Telling =
  | { readonly tells: "problem"; readonly error: TandemError }
  /** Tandem or its surroundings failed, and it will not be tried again by itself. */
  | { readonly tells: "failure"; readonly error: TandemError }
  | { readonly tells: "arrived" }
  /** It follows again, after something else was told. */
  | { readonly tells: "following" };
