// What the mirror job sees before it decides: plain values, read from the forge.
import type { MergeRequest, Note, Pipeline, Project, User } from "../../forge/forge.ts";
import type { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { Route } from "../../model/routes.ts";

/** The dist-git merge request that belongs to the source-git merge request. */
export interface Pair {
  readonly mergeRequest: MergeRequest;
  /** Tandem closed it: together with the source merge request, or because that has no effect any more. */
  readonly closedWithSource: boolean;
  /** The source head that had no effect on dist-git, for which Tandem closed it. */
  readonly withoutEffect: Sha | undefined;
  /** Head of the pair's branch; undefined when the branch is gone. */
  readonly head: { readonly sha: Sha; readonly message: string } | undefined;
  /** Newest pipeline of the head, if there is one. */
  readonly pipeline: Pipeline | undefined;
}

/** The world as one source-git merge request sees it. */
export interface World {
  readonly bot: User;
  readonly route: Route;
  readonly sourceProject: Project;
  readonly source: MergeRequest;
  readonly distProject: Project;
  readonly distBranch: string;
  /** Name of the pair's branch in the bot's fork. */
  readonly pairBranch: string;
  readonly pair: Pair | undefined;
  /** Whether there is a pair, or the open source merge request has a `.distro/source-git.yaml` at its head. */
  readonly packaged: boolean;
  /** The bot's comment on the source merge request. */
  readonly comment: Note | undefined;
}

/** What `observe` found. */
export type Observation =
  | { readonly found: "world"; readonly world: World }
  /** The merge request is none of Tandem's business. */
  | { readonly found: "out-of-scope"; readonly reason: string }
  /** It is, but what is there does not let a pair be looked for; a person has to mend it. */
  | {
      readonly found: "blocked";
      readonly source: MergeRequest;
      readonly comment: Note | undefined;
      /** The pair's branch as the comment holds it, to be kept there. */
      readonly pairBranch?: string;
      readonly error: TandemError;
    };
