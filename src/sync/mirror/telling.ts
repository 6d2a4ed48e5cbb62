// What there is to tell people about a pair, and what they are shown beside it. Values only; comment.ts and dist-comment.ts
// find the words.
import type { Check, MergeRequest, Pipeline, Project } from "../../forge/forge.ts";
import type { TandemError } from "../../model/errors.ts";
import type { StatusMark } from "../marks/marker.ts";

/** The state of a pair, as the comment on the source merge request tells it. */
export type Story =
  | { readonly tells: "in-step" }
  /** The dist-git merge request was closed together with the source merge request. */
  | { readonly tells: "closed" }
  /** A person closed the dist-git merge request: it stays closed until somebody reopens it or asks for a new one. */
  | { readonly tells: "closed-by-hand" }
  /** The transformation gives what dist-git has already. An open dist-git merge request was closed for it. */
  | { readonly tells: "no-effect" }
  /** The dist-git merge request is merged. */
  | { readonly tells: "dist-merged" }
  /** The source merge request is merged and the dist-git one is open: what the route does about it. */
  | { readonly tells: "source-merged"; readonly does: "comment" | "ready" | "merge" | "merge-refused" }
  /** A member has to let this head pass first. */
  | { readonly tells: "waiting" }
  /** The source merge request was retargeted to a branch that is not served; the dist-git one was closed for it. */
  | { readonly tells: "unserved" }
  /** Somebody else's commit is on the pair's branch, so that it is not updated any more. */
  | { readonly tells: "foreign-branch" }
  /** The dist-git branch has commits that source-git lacks; no commit was made, as it would take them back. */
  | {
      readonly tells: "dist-moved";
      /** Name of the dist-git branch. */
      readonly branch: string;
      /** The open merge request that brings them to source-git. */
      readonly backsync: MergeRequest | undefined;
      /** Why they cannot be brought there by themselves; undefined: they can. */
      readonly refusal: TandemError | undefined;
    };

/** What the comment can tell. */
export type Telling =
  | Story
  /** A person has to mend something. */
  | { readonly tells: "problem"; readonly error: TandemError }
  /** Tandem or its surroundings failed, and it will not be tried again by itself. */
  | { readonly tells: "failure"; readonly error: TandemError };

/** A pipeline with its checks. */
export interface PipelineChecks {
  readonly pipeline: Pipeline;
  readonly checks: readonly Check[];
}

/** Everything that the comment on the source merge request shows. */
export interface CommentFacts {
  readonly telling: Telling;
  /** What the comment remembers; its `said` is shown. */
  readonly mark: StatusMark;
  readonly source: MergeRequest;
  readonly distProject: Project | undefined;
  /** The pair's dist-git merge request. */
  readonly mergeRequest: MergeRequest | undefined;
  /** The newest pipeline of each kind for the head of the dist-git merge request. */
  readonly pipelines: readonly PipelineChecks[];
  /** More that the author should know, one sentence each, in Tandem's own words. */
  readonly notes: readonly string[];
  /** Prefix of commands, e.g. `/tandem`. */
  readonly prefix: string;
}

/** What the comment on the dist-git merge request tells. */
export type DistTelling =
  | { readonly tells: "source-merged"; readonly does: "comment" | "ready" | "merge" | "merge-refused" }
  | { readonly tells: "source-closed" }
  /** It follows again, after something else was told. */
  | { readonly tells: "following" }
  /** It was replaced: `/tandem recreate`. */
  | { readonly tells: "replaced"; readonly by: MergeRequest };
