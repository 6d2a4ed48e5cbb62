// The decision table of a pair's life: for each state of the source merge request and of the dist-git merge request, what
// is done. Read it as the specification; plan.ts turns a cell into steps, states.ts says which cell a world is in.

/** States of a source-git merge request. */
export type SourceState =
  | "open"
  | "draft"
  /** Open, and a member has to let its head pass first. */
  | "waiting"
  /** Open, or merged, into a branch that no route serves any more. */
  | "unserved"
  | "closed"
  | "merged"
  /** GitLab is merging it. */
  | "locked";

/** States of the dist-git merge request. */
export type PairState =
  | "none"
  | "open"
  /** Open, and somebody else's commit is at the head of its branch. */
  | "foreign"
  /** Tandem closed it, together with the source merge request or because that is not served any more. */
  | "closed"
  /** Tandem closed it because the source head has no effect on dist-git. */
  | "withdrawn"
  /** A person closed it. */
  | "closed-by-hand"
  | "merged"
  | "locked";

/** What is done in a cell. */
export type Decision =
  | "nothing"
  /** Make the commit, push it, open the dist-git merge request. */
  | "create"
  /** Do what the changes ask for (CHANGES). */
  | "follow"
  /** The same without the branch, which is never overwritten. */
  | "follow-without-branch"
  /** Open the dist-git merge request again, and follow; without the branch where somebody else's commit is on it. */
  | "reopen"
  /** The same, if the head or the target is another one than that which had no effect. */
  | "reopen-if-other"
  /** Close the dist-git merge request, remembering that it was Tandem. */
  | "close"
  /** Bring the merged head to dist-git if it is not there, unless the branch is not ours, and do what the route says. */
  | "finish"
  /** The same, if the head or the target is another one than that which had no effect. */
  | "finish-if-other"
  | "ask-a-member"
  | "tell-closed"
  | "tell-unserved"
  | "tell-closed-by-hand"
  | "tell-dist-merged";

type Row = Readonly<Record<PairState, Decision>>;

const OPEN: Row = {
  none: "create",
  open: "follow",
  foreign: "follow-without-branch",
  closed: "reopen",
  withdrawn: "reopen-if-other",
  "closed-by-hand": "tell-closed-by-hand",
  merged: "tell-dist-merged",
  locked: "tell-dist-merged",
};

const ENDED = {
  "closed-by-hand": "tell-closed-by-hand",
  merged: "tell-dist-merged",
  locked: "tell-dist-merged",
} as const satisfies Partial<Row>;

/** The table: row by the source merge request, column by the dist-git one. */
export const TABLE: Readonly<Record<SourceState, Row>> = {
  open: OPEN,
  draft: OPEN,
  waiting: {
    ...ENDED,
    none: "ask-a-member",
    open: "ask-a-member",
    foreign: "ask-a-member",
    closed: "ask-a-member",
    withdrawn: "ask-a-member",
  },
  unserved: {
    ...ENDED,
    none: "nothing",
    open: "close",
    foreign: "close",
    closed: "tell-unserved",
    withdrawn: "tell-unserved",
  },
  closed: {
    ...ENDED,
    none: "nothing",
    open: "close",
    foreign: "close",
    closed: "tell-closed",
    withdrawn: "tell-closed",
  },
  merged: {
    ...ENDED,
    none: "nothing",
    open: "finish",
    foreign: "finish",
    // It was reopened and merged before anybody looked.
    closed: "finish",
    withdrawn: "finish-if-other",
  },
  locked: {
    none: "nothing",
    open: "nothing",
    foreign: "nothing",
    closed: "nothing",
    withdrawn: "nothing",
    "closed-by-hand": "nothing",
    merged: "nothing",
    locked: "nothing",
  },
};

/** What can differ between an open pair's two sides, and what was asked for. */
export type Change =
  /** The branch's commit was not made from the source head, or the branch is gone. */
  | "head"
  /** The commit was made with another text: title or description were edited. */
  | "text"
  | "title"
  | "description"
  | "draft"
  | "target"
  /** GitLab says that it cannot be merged: dist-git moved under it. */
  | "conflicts"
  /** Somebody asked for it to be done anew. */
  | "sync"
  /** The dist-git branch moved since the commit was made, and was not compared with source-git since. */
  | "dist-moved";

/** What a change asks for: a new commit, a field of the dist-git merge request, a look at the dist-git branch. */
export const CHANGES: Readonly<
  Record<
    Change,
    { readonly commit?: true; readonly field?: "title" | "description" | "targetBranch"; readonly compare?: true }
  >
> = {
  head: { commit: true },
  text: { commit: true, field: "description" },
  title: { field: "title" },
  description: { field: "description" },
  draft: { field: "title" },
  target: { commit: true, field: "targetBranch" },
  conflicts: { commit: true },
  sync: { commit: true },
  "dist-moved": { compare: true },
};
