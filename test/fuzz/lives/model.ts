// What should be in the end, from what people did: a small function of plain facts, which knows nothing of how Tandem
// works. Where the outcome rightly depends on when the bot looked, it allows more than one.

/** A source merge request in the end, and what people did to its dist-git side. */
export interface SourceFacts {
  readonly state: "opened" | "closed" | "merged";
  /** Whether its target branch goes to dist-git. */
  readonly served: boolean;
  /** Whether the bot may bring its head to dist-git. */
  readonly trusted: boolean;
  /** Whether a commit of it cannot be understood. */
  readonly bad: boolean;
  /** Whether its head says something else than the dist-git branch. */
  readonly effect: "yes" | "no" | "maybe";
  /** Whether people's commits on the dist-git branch are in neither its target branch nor its head. */
  readonly distAhead: boolean;
  /** The newest dist-git merge request. */
  readonly pair:
    | "none"
    | "merged"
    /** Closed by a person, not by the bot. */
    | "closed-by-hand"
    /** Open, or closed by the bot. */
    | "kept";
  /** Whether a person's commit is at the head of the newest one's branch. */
  readonly foreign: boolean;
  /** Whether the bot closed the newest one as its head changed nothing. */
  readonly withdrawn: boolean;
}

export type Tale =
  | "in-step"
  | "closed"
  | "closed-by-hand"
  | "no-effect"
  | "dist-merged"
  | "source-merged"
  | "waiting"
  | "unserved"
  | "foreign"
  | "dist-moved"
  | "problem";

/** What must hold of a source merge request. */
export interface Expected {
  /** Number of open dist-git merge requests. */
  readonly open: 0 | 1 | "0 or 1";
  /** What the bot's comment may tell; `any`: also nothing, as there may be none. */
  readonly tales: readonly Tale[] | "any";
}

/** The model. */
export function expectedOf(facts: SourceFacts): Expected {
  if (facts.pair === "merged") return { open: 0, tales: ["dist-merged"] };
  if (facts.pair === "closed-by-hand") return { open: 0, tales: ["closed-by-hand"] };
  if (facts.state === "merged") return expectedOfMerged(facts);
  if (facts.state === "closed") return facts.pair === "none" ? SILENT : { open: 0, tales: ["closed"] };
  if (!facts.served) return facts.pair === "none" ? SILENT : { open: 0, tales: ["unserved"] };
  return expectedOfOpen(facts);
}

const SILENT: Expected = { open: 0, tales: "any" };

/** One that was merged before the bot saw it has no dist-git side. */
function expectedOfMerged({ pair, served, bad, distAhead, effect }: SourceFacts): Expected {
  if (pair === "none") return SILENT;
  if (!served) return { open: 0, tales: ["unserved", "closed", "no-effect"] };
  const blocked: readonly Tale[] = [
    ...(bad ? (["problem"] as const) : []),
    ...(distAhead ? (["dist-moved"] as const) : []),
    ...(effect === "yes" ? [] : (["no-effect"] as const)),
  ];
  return { open: "0 or 1", tales: ["source-merged", "closed", "no-effect", ...blocked] };
}

function expectedOfOpen({ trusted, pair, foreign, distAhead, withdrawn, bad, effect }: SourceFacts): Expected {
  if (!trusted) return { open: pair === "none" ? 0 : "0 or 1", tales: ["waiting"] };
  if (foreign && pair === "kept") return { open: "0 or 1", tales: ["foreign", ...(withdrawn ? NO_EFFECT : [])] };
  if (distAhead) return { open: "0 or 1", tales: ["dist-moved", ...(withdrawn ? NO_EFFECT : [])] };
  if (bad) return { open: "0 or 1", tales: ["problem"] };
  if (effect === "no") return { open: 0, tales: NO_EFFECT };
  if (effect === "yes") return { open: 1, tales: ["in-step"] };
  return { open: "0 or 1", tales: ["in-step", "no-effect"] };
}

const NO_EFFECT: readonly Tale[] = ["no-effect"];

/** A dist-git branch in the end. */
export interface BranchFacts {
  /** Whether people's commits on it are not in the source branch. */
  readonly ahead: boolean;
  /** Whether a person closed the last merge request that brings them, when it knew the present head. */
  readonly declined: boolean;
}

/** Number of open merge requests from dist-git. */
export function expectedBacksyncs({ ahead, declined }: BranchFacts): 0 | 1 {
  return ahead && !declined ? 1 : 0;
}

/** A few words by which a comment's first line is recognised. */
export const WORDS: Readonly<Record<Tale, RegExp>> = {
  "in-step": /is in step with/,
  closed: /: closed\./,
  "closed-by-hand": /Somebody closed/,
  "no-effect": /changes nothing in dist-git/,
  "dist-merged": /the dist-git merge request is merged\./,
  "source-merged": /is merged; the dist-git merge request is still open/,
  waiting: /: waiting\./,
  unserved: /does not go to dist-git/,
  foreign: /holds a commit that is not Tandem's/,
  "dist-moved": /has commits that source-git lacks/,
  problem: /could not be brought in step/,
};
