// The text of the one comment on a source-git merge request. Pure; the same state gives the same text to the byte.
import type { MergeRequest, Pipeline, Project } from "../../forge/forge.ts";
import type { TandemError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { renderStatusMark } from "../marks/marker.ts";
import { inlineCode, neutraliseMarkdown } from "../marks/neutralise.ts";
import type { Story } from "./plan.ts";

/** What the comment can tell. */
export type Telling =
  | Story
  /** A person has to mend something. */
  | { readonly tells: "problem"; readonly error: TandemError }
  /** Tandem or its surroundings failed, and it will not be tried again by itself. */
  | { readonly tells: "failure"; readonly error: TandemError };

/** Everything that the comment shows. */
export interface CommentFacts {
  readonly telling: Telling;
  readonly sourceHead: Sha | undefined;
  readonly pairBranch: string | undefined;
  readonly distProject: Project | undefined;
  readonly mergeRequest: MergeRequest | undefined;
  readonly pipeline: Pipeline | undefined;
}

/** Renders the comment: state in one line, the dist-git merge request, checks, what to do next. */
export function renderComment(facts: CommentFacts): string {
  const { pairBranch } = facts;
  const next = nextStep(facts);
  return [
    renderStatusMark(pairBranch === undefined ? {} : { branch: pairBranch }),
    `**Tandem**: ${stateLine(facts)}`,
    ...link(facts),
    ...checks(facts),
    ...(next ? ["", next] : []),
  ].join("\n");
}

function stateLine({ telling, sourceHead, mergeRequest }: CommentFacts): string {
  const head = sourceHead ? ` (${inlineCode(shortSha(sourceHead))})` : "";
  switch (telling.tells) {
    case "in-step":
      return `the dist-git merge request is in step with this one${head}.`;
    case "closed":
      return "the dist-git merge request was closed together with this one.";
    case "closed-by-hand":
      return "somebody closed the dist-git merge request, so it no longer follows this one.";
    case "merged":
      return "the dist-git merge request is merged.";
    case "no-effect":
      return mergeRequest
        ? `this merge request${head} changes nothing in dist-git any more, so the dist-git merge request was closed.`
        : `this merge request${head} changes nothing in dist-git, so there is nothing to do.`;
    case "problem":
      return `the dist-git merge request could not be brought in step${head}.`;
    case "failure":
      return `something failed while the dist-git merge request was brought in step${head}. It is not your fault.`;
  }
}

function link({ mergeRequest, distProject }: CommentFacts): readonly string[] {
  if (!mergeRequest || !distProject) return [];
  const { iid, webUrl, sourceBranch, targetBranch } = mergeRequest;
  const branches = `${inlineCode(sourceBranch)} → ${inlineCode(targetBranch)}`;
  return ["", `Dist-git merge request: [${distProject.path}!${iid}](${webUrl}) (${branches})`];
}

function checks({ pipeline }: CommentFacts): readonly string[] {
  if (!pipeline) return [];
  const state = pipeline.stateName.replaceAll("_", " ");
  return [
    "",
    "| check | result |",
    "| --- | --- |",
    `| [pipeline ${pipeline.id}](${pipeline.webUrl}) for dist-git commit ${inlineCode(shortSha(pipeline.sha))} | ${state} |`,
  ];
}

function nextStep({ telling, mergeRequest }: CommentFacts): string | undefined {
  switch (telling.tells) {
    case "in-step":
      return "Go on here: every push, edit, close and reopen is followed there, and the results of its checks come back to this comment.";
    case "closed":
      return "Reopen this merge request to reopen it.";
    case "closed-by-hand":
      return "To go on, reopen the dist-git merge request; it follows again with the next change here.";
    case "merged":
      return "What is changed here from now on does not reach it: open a new merge request for that.";
    case "no-effect":
      return mergeRequest && "A push that changes something there reopens it.";
    case "problem":
      return `${explain(telling.error)}\n\nTandem looks again with the next push or edit.`;
    case "failure":
      return `${explain(telling.error)}\n\nThe operators can see it. Any push or edit here makes Tandem try again.`;
  }
}

function explain({ message, fix }: TandemError): string {
  return `> ${inlineCode(message)}${fix ? `\n\n${neutraliseMarkdown(fix)}` : ""}`;
}
