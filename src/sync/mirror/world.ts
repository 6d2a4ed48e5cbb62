// What the mirror job sees before it decides: plain values, read from the forges.
import type { ForgeCommit, MergeRequest, Note, Project, User } from "../../forge/forge.ts";
import type { TandemError } from "../../model/errors.ts";
import type { BacksyncJob } from "../../model/jobs.ts";
import type { Route } from "../../model/routes.ts";
import type { PairMark, StatusMark } from "../marks/marker.ts";
import type { Command } from "./command.ts";
import type { PipelineChecks } from "./telling.ts";

/** The dist-git merge request that belongs to the source-git merge request. */
export interface Pair {
  readonly mergeRequest: MergeRequest;
  /** Its mark; undefined when somebody edited its description. */
  readonly mark: PairMark | undefined;
  /** Head of the pair's branch; undefined when the branch is gone. */
  readonly head: ForgeCommit | undefined;
  /** Whether the head is a commit that Tandem made. */
  readonly headIsOurs: boolean;
  /** The newest pipeline of each kind for the head. */
  readonly pipelines: readonly PipelineChecks[];
  /** The bot's comment on the dist-git merge request. */
  readonly comment: Note | undefined;
}

/** What every story about a source merge request has. */
export interface Subject {
  readonly source: MergeRequest;
  readonly sourceProject: Project;
  readonly route: Route;
  /** The bot's comment on the source merge request. */
  readonly comment: Note | undefined;
  /** What the comment remembers. */
  readonly mark: StatusMark;
  /** Comments that ask something of the bot and were not answered yet, oldest first. */
  readonly commands: readonly Command[];
  /** Prefix of commands. */
  readonly prefix: string;
}

/** The world as one source-git merge request sees it. */
export interface World extends Subject {
  /** The bot's account where dist-git is. */
  readonly bot: User;
  /** Whether the route serves the target branch: it may have been retargeted since the pair was made. */
  readonly served: boolean;
  readonly distProject: Project;
  readonly distBranch: string;
  /** Head of the dist-git branch; undefined when there is no such branch. */
  readonly distHead: ForgeCommit | undefined;
  /** Name of the pair's branch in the bot's fork. */
  readonly pairBranch: string;
  readonly pair: Pair | undefined;
  /** The dist-git merge request that the pair replaces, as long as the comment does not know the new branch. */
  readonly predecessor: MergeRequest | undefined;
  /** Whether there is a pair, or the open source merge request has a `.distro/source-git.yaml` at its head. */
  readonly packaged: boolean;
  /** Whether the route follows this author without asking. */
  readonly trusted: boolean;
}

/** What `observe` found. */
export type Observation =
  | { readonly found: "world"; readonly world: World }
  /** The merge request is none of Tandem's business. */
  | { readonly found: "out-of-scope"; readonly reason: string; readonly follow?: readonly BacksyncJob[] }
  /** It is, but what is there does not let a pair be looked for; a person has to mend it. */
  | { readonly found: "blocked"; readonly subject: Subject; readonly error: TandemError };
