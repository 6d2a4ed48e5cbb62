// What a delivery says, in Tandem's words. A hint only: workers read everything again before they act.
import type { ForgeName, Sha } from "./ids.ts";

/** A merge request was opened, changed, closed, commanded, … The action decides nothing (design principle 1). */
export interface MergeRequestChanged {
  readonly kind: "merge-request-changed";
  readonly forge: ForgeName;
  /** Target project. */
  readonly projectId: number;
  readonly projectPath: string;
  readonly iid: number;
}

/** A pipeline was created or changed its state. The project is where it runs: the target project or a fork. */
export interface PipelineChanged {
  readonly kind: "pipeline-changed";
  readonly forge: ForgeName;
  readonly projectId: number;
  readonly projectPath: string;
  readonly pipelineId: number;
  readonly ref: string;
  readonly sha: Sha;
}

/** Commits came to a branch, or the branch was made. */
export interface BranchPushed {
  readonly kind: "branch-pushed";
  readonly forge: ForgeName;
  readonly projectId: number;
  readonly projectPath: string;
  readonly branch: string;
}

export type Event = MergeRequestChanged | PipelineChanged | BranchPushed;

/** The delivery is fine, and there is nothing to do. */
export interface Ignored {
  readonly kind: "ignored";
  /** One sentence, shown to whoever reads the delivery's answer. */
  readonly reason: string;
}

/** Makes an `Ignored` of its reason. */
export function ignored(reason: string): Ignored {
  return { kind: "ignored", reason };
}
