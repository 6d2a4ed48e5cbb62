// The words for each state of a pair: one line that tells it, and what to do next. Pure.
import type { TandemError } from "../../model/errors.ts";
import { overallState } from "../checks/select-pipelines.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import type { CommentFacts, Story, Telling } from "./telling.ts";
import { headOf, kindOf, linkTo } from "./words.ts";

/** What the comment says about a state. */
export interface Words {
  /** One line. */
  readonly state: string;
  /** One paragraph or more, each of one line or more. */
  readonly next: readonly string[];
}

type Teller<Tells extends Telling["tells"]> = (
  facts: CommentFacts,
  telling: Extract<Telling, { readonly tells: Tells }>,
) => Words;

const TELLERS: { readonly [Tells in Telling["tells"]]: Teller<Tells> } = {
  "in-step": inStep,
  closed: ({ source }) => ({
    state: `closed. The dist-git merge request was closed together with this ${kindOf(source)}.`,
    next: [`Reopen this ${kindOf(source)} to reopen both.`],
  }),
  "closed-by-hand": (facts) => ({
    state: `stopped. Somebody closed the dist-git merge request, so it does not follow this ${kindOf(facts.source)} any more.`,
    next: [`To get it back, reopen ${pairOf(facts)}, or comment ${command(facts, "recreate")} for a new one.`],
  }),
  "no-effect": ({ source, mergeRequest }) =>
    mergeRequest
      ? {
          state: `nothing to do. At ${headOf(source)} this ${kindOf(source)} changes nothing in dist-git any more, so the dist-git merge request was closed.`,
          next: ["A push that changes something there reopens it."],
        }
      : {
          state: `nothing to do. At ${headOf(source)} this ${kindOf(source)} changes nothing in dist-git.`,
          next: ["A push that changes something there opens a dist-git merge request."],
        },
  "dist-merged": ({ source }) => ({
    state: "the dist-git merge request is merged.",
    next:
      source.state === "opened"
        ? [
            `Merge this ${kindOf(source)} as well, so that source-git holds the same. Later pushes do not reach dist-git: open a new ${kindOf(source)} for more changes.`,
          ]
        : ["Nothing is left to do."],
  }),
  "source-merged": sourceMerged,
  waiting: (facts) => ({
    state: `waiting. Its author is no member of this project, so a member has to let ${headOf(facts.source)} pass before dist-git gets it.`,
    next: [
      `A member with ${ROLE[facts.source.forge]} looks through the changes and comments ${command(facts, "ok")}. That counts for ${headOf(facts.source)} only: after the next push it takes another one.`,
    ],
  }),
  unserved: ({ source }) => ({
    state: `stopped. This ${kindOf(source)} now targets ${inlineCode(source.targetBranch)}, which does not go to dist-git, so the dist-git merge request was closed.`,
    next: [
      source.state === "opened"
        ? "Target the former branch again to go on with the same dist-git merge request."
        : "Nothing is left to do.",
    ],
  }),
  "foreign-branch": (facts) => ({
    state: `stopped. The branch of the dist-git merge request holds a commit that is not Tandem's, and Tandem never overwrites those.`,
    next: [
      `Comment ${command(facts, "recreate")} to start anew: a new dist-git merge request from here, and the old one is closed with a link. Or take the commit away from ${facts.mergeRequest ? inlineCode(facts.mergeRequest.sourceBranch) : "that branch"}; then it is followed again.`,
    ],
  }),
  "dist-moved": distMoved,
  problem: (facts, { error }) => ({
    state: `the dist-git merge request could not be brought in step with ${headOf(facts.source)}.`,
    next: [...explain(error), "Tandem looks again after the next push or edit."],
  }),
  failure: (facts, { error }) => ({
    state: `something went wrong on Tandem's side while dist-git was brought in step with ${headOf(facts.source)}. It is not your fault.`,
    next: [...explain(error), `The operators can see it. Comment ${command(facts, "sync")} to try again.`],
  }),
};

const ROLE = { gitlab: "at least the role Developer", github: "write access" } as const;

/** Finds the words for what there is to tell. */
export function wordsFor(facts: CommentFacts): Words {
  return tell(facts, facts.telling);
}

function tell<Tells extends Telling["tells"]>(
  facts: CommentFacts,
  telling: Extract<Telling, { readonly tells: Tells }>,
): Words {
  const teller: Teller<Tells> = TELLERS[telling.tells as Tells];
  return teller(facts, telling);
}

const CHECKS = {
  success: ", and its checks passed",
  failed: ", and a check failed",
  running: ", and its checks are running",
  pending: ", and its checks wait to be run",
  skipped: ", and its checks were skipped",
} as const;

function inStep(facts: CommentFacts): Words {
  const { source, pipelines } = facts;
  const overall = overallState(pipelines.map(({ pipeline }) => pipeline));
  const checks = overall?.name === "skipped" ? "skipped" : overall?.state;
  const state = `the dist-git merge request is in step with ${headOf(source)}${checks ? CHECKS[checks] : ""}.`;
  if (checks === "failed")
    return {
      state,
      next: [
        `See what failed, and push the fix here. If it was not your change, ${command(facts, "retest")} runs the checks again.`,
      ],
    };
  if (source.draft)
    return {
      state,
      next: [`Both are drafts: mark this ${kindOf(source)} as ready, and the dist-git merge request follows.`],
    };
  return {
    state,
    next: [
      checks === "success"
        ? "Now it is up to review. Every push and edit here still reaches dist-git."
        : "Nothing for you to do: every push and edit here reaches dist-git, and the results of the checks come to this comment.",
    ],
  };
}

const MERGED: Readonly<Record<Extract<Story, { tells: "source-merged" }>["does"], string>> = {
  comment: "The maintainer of the package merges the dist-git merge request.",
  ready: "The dist-git merge request is ready; the maintainer of the package merges it.",
  merge: "The dist-git merge request is merged by itself as soon as its checks pass.",
  "merge-refused":
    "The dist-git merge request was to be merged by itself, but GitLab refused: maybe it has conflicts, or Tandem may not merge there. A maintainer of the package has to merge it by hand.",
};

function sourceMerged({ source }: CommentFacts, { does }: Extract<Story, { tells: "source-merged" }>): Words {
  return {
    state: `this ${kindOf(source)} is merged; the dist-git merge request is still open.`,
    next: [MERGED[does]],
  };
}

function distMoved(facts: CommentFacts, { branch, backsync, refusal }: Extract<Story, { tells: "dist-moved" }>): Words {
  const { source } = facts;
  const state = `stopped. The dist-git branch ${inlineCode(branch)} has commits that source-git lacks; going on would take them back.`;
  const rebase = `Then rebase this ${kindOf(source)} onto it.`;
  if (refusal)
    return { state, next: ["They cannot be brought to source-git by themselves:", ...explain(refusal), rebase] };
  if (backsync) return { state, next: [`Merge ${linkTo(backsync)}, which brings them to source-git. ${rebase}`] };
  const byHand = inlineCode("tandem source-git update-source-git <dist-git> <source-git>");
  return {
    state,
    next: [
      `A ${kindOf(source)} ${inlineCode("Sync from dist-git")} brings them to source-git, where Tandem makes those; by hand, ${byHand} does the same. ${rebase}`,
    ],
  };
}

function pairOf({ mergeRequest, distProject }: CommentFacts): string {
  return mergeRequest ? linkTo(mergeRequest, distProject) : "it";
}

function command({ prefix }: CommentFacts, name: string): string {
  return inlineCode(`${prefix} ${name}`);
}

const MAX_LINES = 30;

/** The error's own lines as a quotation, and what to do about it. */
function explain({ message, fix }: TandemError): readonly string[] {
  const lines = message
    .split(/\r\n?|\n/)
    .slice(0, MAX_LINES)
    .map((line) => neutraliseProse(line, MAX_LINE))
    .filter((line) => line !== "");
  const quoted = lines.map((line) => `> ${line}`).join("\n>\n");
  return [...(quoted ? [quoted] : []), ...(fix ? [neutraliseProse(fix)] : [])];
}

const MAX_LINE = 500;
