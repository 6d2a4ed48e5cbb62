// Decides what a backsync job does. Pure: a table of what the comparison found and what became of the merge request.
import { type TandemError, userError } from "../../model/errors.ts";
import { shortSha } from "../../model/ids.ts";
import { markArrived, renderDescription, TITLE } from "./text.ts";
import type { Branch, Comparison, Telling, World } from "./world.ts";

export type Step =
  | { readonly do: "push" }
  | { readonly do: "open"; readonly description: string }
  | {
      readonly do: "change";
      readonly change: { readonly title?: string; readonly description?: string; readonly state?: "closed" };
    }
  | { readonly do: "tell"; readonly telling: Telling };

/** The steps, in order. `reason`: why there are none, or no more. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly reason: string;
  /** Set when a person has to act. */
  readonly error?: TandemError;
}

type Found = Comparison["found"];
/** `closed` by a person; `arrived`: closed by Tandem, as source-git had everything; `locked`: it is being merged. */
type RequestState = "none" | "open" | "closed" | "arrived" | "locked" | "merged";
type Rule = "nothing" | "close" | "open" | "update" | "respect" | "tell" | "refuse";

/** The whole decision. */
export const TABLE: Readonly<Record<Found, Readonly<Record<RequestState, Rule>>>> = {
  "in-step": {
    none: "nothing",
    open: "close",
    closed: "nothing",
    arrived: "nothing",
    locked: "nothing",
    merged: "nothing",
  },
  behind: { none: "open", open: "update", closed: "respect", arrived: "open", locked: "nothing", merged: "open" },
  refused: { none: "refuse", open: "tell", closed: "refuse", arrived: "refuse", locked: "refuse", merged: "refuse" },
  unknown: {
    none: "nothing",
    open: "nothing",
    closed: "nothing",
    arrived: "nothing",
    locked: "nothing",
    merged: "nothing",
  },
};

/** Decides. */
export function makePlan(world: World, comparison: Comparison): Plan {
  const rule = TABLE[comparison.found][requestState(world)];
  switch (comparison.found) {
    case "behind":
      return planBehind(world, comparison, rule);
    case "refused":
      return refuse(comparison.error, rule === "tell");
    case "unknown":
      return { steps: [], reason: "it cannot be told what source-git lacks: no commit says where it came from" };
    case "in-step":
      return rule === "close" ? close(world) : { steps: [], reason: "source-git has everything of dist-git" };
  }
}

function requestState({ request }: World): RequestState {
  if (!request) return "none";
  const { state } = request.mergeRequest;
  if (state === "opened") return "open";
  if (state === "closed") return request.mark?.arrived ? "arrived" : "closed";
  return state;
}

/** The comment comes first: a job that ends between the two says why before it closes. */
function close({ request }: World): Plan {
  const description = request && markArrived(request);
  return {
    steps: [
      { do: "tell", telling: { tells: "arrived" } },
      { do: "change", change: { state: "closed", ...(description === undefined ? {} : { description }) } },
    ],
    reason: "source-git has everything of dist-git",
  };
}

type Behind = Extract<Comparison, { found: "behind" }>;

function planBehind(world: World, { brought, branch }: Behind, rule: Rule): Plan {
  const { request } = world;
  const mergeRequest = request?.mergeRequest;
  if (rule === "nothing") return { steps: [], reason: `${mergeRequest?.webUrl} is being merged` };
  if (rule === "respect" && request?.mark?.distHead === brought.distHead)
    return { steps: [], reason: `somebody closed ${mergeRequest?.webUrl}, and dist-git did not move since` };
  const description = renderDescription(world, brought);
  const reason = "dist-git has commits that source-git lacks";
  if (rule !== "update" || !mergeRequest) {
    if (branch.isForeign) return refuse(foreignCommit(world, branch), false);
    return { steps: [{ do: "push" }, { do: "open", description }], reason };
  }
  // Not merely because source-git moved: a push takes approvals and results away.
  if (mergeRequest.description === description && !mergeRequest.hasConflicts && branch.head)
    return { steps: following(world), reason: `${mergeRequest.webUrl} holds all of it` };
  if (branch.isForeign) return refuse(foreignCommit(world, branch), true);
  const { title, draft } = mergeRequest;
  const change = { description, ...(title === TITLE || draft ? {} : { title: TITLE }) };
  const isSame = mergeRequest.description === description && change.title === undefined;
  return {
    steps: [{ do: "push" }, ...(isSame ? [] : [{ do: "change", change } as const]), ...following(world)],
    reason,
  };
}

/** Only where something else was told. */
function following({ request }: World): readonly Step[] {
  return request?.comment ? [{ do: "tell", telling: { tells: "following" } }] : [];
}

function refuse(error: TandemError, isTold: boolean): Plan {
  return {
    steps: isTold ? [{ do: "tell", telling: { tells: "problem", error } }] : [],
    reason: `${error.code}: ${error.message}`,
    error,
  };
}

function foreignCommit({ branch: name, sourceProject }: World, { head, fork }: Branch): TandemError {
  const commit = head ? shortSha(head.sha) : "a commit";
  return userError(
    "branch-foreign",
    `The branch ${name} for ${sourceProject.path} holds the commit ${commit}, which Tandem did not make`,
    {
      fix: `Merge it as it is, or delete the branch in ${fork?.path ?? "the bot's fork"} to start anew; Tandem never overwrites what it did not make.`,
    },
  );
}
