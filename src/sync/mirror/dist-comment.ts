// The text of the one comment on a dist-git merge request, written when something happens to it from the other side. Pure.
import type { MergeRequest } from "../../forge/forge.ts";
import { renderDistMark } from "../marks/marker.ts";
import type { DistTelling } from "./telling.ts";
import { kindOf, linkTo } from "./words.ts";

/**
 * Renders the comment.
 * @param source the source-git merge request that the dist-git one belongs to
 */
export function renderDistComment(telling: DistTelling, source: MergeRequest): string {
  return `${renderDistMark()}\n**Tandem**: ${wordsFor(telling, `source-git ${kindOf(source)} ${linkTo(source)}`)}`;
}

function wordsFor(telling: DistTelling, source: string): string {
  switch (telling.tells) {
    case "source-merged":
      return `the ${source} is merged. ${MERGED[telling.does]}`;
    case "source-closed":
      return `the ${source} was closed, or no longer targets a branch that is served, so this merge request was closed as well. It is reopened together with it.`;
    case "following":
      return `this merge request follows the ${source} again.`;
    case "replaced":
      return `this merge request was replaced by ${linkTo(telling.by)}, which goes on following the ${source}.`;
  }
}

const MERGED: Readonly<Record<Extract<DistTelling, { tells: "source-merged" }>["does"], string>> = {
  comment: "What it holds is final: please merge this merge request when you are comfortable with it.",
  ready: "What it holds is final, and this merge request is ready: please merge it when you are comfortable with it.",
  merge: "This merge request is merged by itself as soon as its checks pass.",
  "merge-refused":
    "This merge request was to be merged by itself, but GitLab refused: maybe it has conflicts, or the bot may not merge here. Please merge it by hand.",
};
