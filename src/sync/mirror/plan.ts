// What to do about one source-git merge request: a pure function from what was seen to the steps. Printed by dry runs.

import type { MergeRequestChange } from "../../forge/forge.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { commitText, mergeRequestDescription, mergeRequestTitle } from "./dist-git-text.ts";
import type { Pair, World } from "./world.ts";

/** One thing to do. Each can be done again without harm. */
export type Step =
  /**
   * Make the dist-git commit and push it to the pair's branch. When it has no effect on dist-git, that ends the plan, and
   * an open dist-git merge request is closed: what it shows is no longer meant.
   */
  | { readonly do: "update-branch" }
  | { readonly do: "open-merge-request" }
  | { readonly do: "change-merge-request"; readonly change: MergeRequestChange };

/** What the comment on the source merge request says about the pair. */
export type Story =
  | { readonly tells: "in-step" }
  | { readonly tells: "closed" }
  | { readonly tells: "closed-by-hand" }
  /** The transformation gives what dist-git has already. */
  | { readonly tells: "no-effect" }
  | { readonly tells: "merged" };

/** The decision. */
export type Plan =
  | { readonly kind: "nothing"; readonly reason: string }
  /** Do the steps in order, then tell the story. No step: only the comment may have to follow (a pipeline moved). */
  | { readonly kind: "act"; readonly steps: readonly Step[]; readonly story: Story };

/** Decides. */
export function makePlan(world: World): Plan {
  const { source, pair } = world;
  switch (source.state) {
    case "opened":
      return pair ? planForPair(world, pair) : planForNew(world);
    case "closed":
      return pair
        ? planForClosed(world, pair)
        : nothing("the merge request is closed and has no dist-git merge request");
    case "merged":
      return nothing("the merge request is merged");
    case "locked":
      return nothing("the merge request is being merged");
  }
}

function planForNew({ packaged }: World): Plan {
  if (!packaged) return nothing("there is no .distro/source-git.yaml at its head");
  return act([{ do: "update-branch" }, { do: "open-merge-request" }], { tells: "in-step" });
}

function planForPair(world: World, pair: Pair): Plan {
  switch (pair.mergeRequest.state) {
    case "merged":
    case "locked":
      return act([], { tells: "merged" });
    case "closed":
      if (!pair.closedWithSource) return act([], { tells: "closed-by-hand" });
      if (hadNoEffect(world, pair)) return act([], { tells: "no-effect" });
      break;
    case "opened":
      break;
  }
  const change = differences(world, pair);
  // On another target the commit is another one, too. It is pushed before the target changes, so that a crash between the
  // two leaves something that asks for both again.
  const retarget = change?.targetBranch !== undefined;
  const branch: readonly Step[] = !retarget && branchIsInStep(world, pair) ? [] : [{ do: "update-branch" }];
  const fields: readonly Step[] = change ? [{ do: "change-merge-request", change }] : [];
  // GitLab starts merge request pipelines on a push to an open one, so reopening comes before the push - if it can:
  // without its branch a merge request cannot be reopened.
  const reopenFirst = change?.state === "opened" && pair.head !== undefined && !retarget;
  return act(reopenFirst ? [...fields, ...branch] : [...branch, ...fields], { tells: "in-step" });
}

function planForClosed(world: World, pair: Pair): Plan {
  if (pair.mergeRequest.state === "merged") return act([], { tells: "merged" });
  if (pair.mergeRequest.state !== "opened")
    return act([], { tells: pair.closedWithSource ? "closed" : "closed-by-hand" });
  const description = mergeRequestDescription(world.source, { source: refOf(world), closedWithSource: true });
  // One request says both, so that a crash cannot leave it closed without the reason.
  return act([{ do: "change-merge-request", change: { state: "closed", description } }], { tells: "closed" });
}

/** Whether Tandem closed the pair because this very head changes nothing in this dist-git branch. */
function hadNoEffect({ source, distBranch }: World, { mergeRequest, withoutEffect }: Pair): boolean {
  return withoutEffect !== undefined && withoutEffect === source.head && mergeRequest.targetBranch === distBranch;
}

/** Whether the pair's branch holds the commit that this head and this text make. Not so merely because dist-git moved. */
function branchIsInStep({ source }: World, { head }: Pair): boolean {
  const text = commitText(source);
  return (
    head !== undefined &&
    readTrailer(head.message, SOURCE_TRAILER) === source.head &&
    head.message.startsWith(text) &&
    ONLY_TRAILERS.test(head.message.slice(text.length))
  );
}

/** What may stand behind the text in the message of a dist-git commit. */
const ONLY_TRAILERS = new RegExp(`^\\n\\n?(?:Co-authored-by: [^\\n]*\\n)*${SOURCE_TRAILER}: [0-9a-f]+\\n?$`);

function differences(world: World, { mergeRequest }: Pair): MergeRequestChange | undefined {
  const title = mergeRequestTitle(world.source);
  const description = mergeRequestDescription(world.source, { source: refOf(world) });
  const change: MergeRequestChange = {
    ...(mergeRequest.title === title ? {} : { title }),
    ...(mergeRequest.description.trim() === description.trim() ? {} : { description }),
    ...(mergeRequest.targetBranch === world.distBranch ? {} : { targetBranch: world.distBranch }),
    ...(mergeRequest.state === "closed" ? { state: "opened" as const } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

/** The reference to the source merge request that the pair's mark holds. */
export function refOf({ source }: World): { forge: "gitlab"; projectId: number; iid: number } {
  return { forge: "gitlab", projectId: source.projectId, iid: source.iid };
}

function nothing(reason: string): Plan {
  return { kind: "nothing", reason };
}

function act(steps: readonly Step[], story: Story): Plan {
  return { kind: "act", steps, story };
}
