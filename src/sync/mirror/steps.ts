// What a plan is made of: steps, and the cells of the decision table as steps and a story.
import type { MergeRequestChange } from "../../forge/forge.ts";
import type { Change } from "./table.ts";
import type { DistTelling, Story } from "./telling.ts";

/** One thing to do. */
export type Step =
  /** Close the present dist-git merge request for good; the pair goes on from the successor branch. */
  | { readonly do: "retire-pair"; readonly successor: string }
  /**
   * Make the dist-git commit and push it to the pair's branch. When dist-git is ahead of source-git, or the commit has no
   * effect, that ends the plan but for a new pipeline; in the latter case an open dist-git merge request is closed.
   */
  | { readonly do: "update-branch" }
  /** See whether the dist-git branch, which moved, holds something that source-git lacks. */
  | { readonly do: "compare-dist" }
  | { readonly do: "open-merge-request" }
  | { readonly do: "change-merge-request"; readonly change: MergeRequestChange }
  | { readonly do: "tell-dist"; readonly telling: DistTelling }
  /** Say on the merge request that was replaced which one goes on. */
  | { readonly do: "tell-replaced" }
  | { readonly do: "start-pipeline" }
  | { readonly do: "merge-when-checks-pass" };

/** What a cell of the table comes to in a world. */
export interface Cell {
  readonly steps: readonly Step[];
  readonly story: Story;
  readonly changes?: readonly Change[];
}

/** The step that changes the dist-git merge request; none when there is nothing to change. */
export function changing(change: MergeRequestChange): readonly Step[] {
  return Object.keys(change).length > 0 ? [{ do: "change-merge-request", change }] : [];
}

/** The same without what touches the branch. */
export function withoutBranch({ steps, ...cell }: Cell): Cell {
  const touches: ReadonlySet<Step["do"]> = new Set<Step["do"]>([
    "update-branch",
    "compare-dist",
    "merge-when-checks-pass",
  ]);
  return { ...cell, steps: steps.filter((step) => !touches.has(step.do)) };
}
