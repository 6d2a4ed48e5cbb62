// Who and what is on the stage of the tour, and the words that all scenes share.
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import type { Account, Contribution, Package } from "../support/package.ts";
import type { Stage } from "../support/stage.ts";
import type { Story } from "../support/story.ts";
import { readState } from "./plain-text.ts";
import type { SceneTools } from "./scene.ts";

/** The stage, the package, and its maintainer. */
export interface Cast {
  readonly stage: Stage;
  readonly story: Story;
  readonly pkg: Package;
  readonly mia: Account;
}

/** Alice's merge request and the one that Tandem made of it. */
export interface Pair {
  readonly contribution: Contribution;
  readonly dist: MergeRequest;
}

/** The first characters of a commit. */
export function short(sha: string): string {
  return sha.slice(0, 8);
}

/** The page of a merge request. */
export function pageOf({ stage: { double } }: Cast, { projectId, iid }: MergeRequest): string {
  const project = double.view.project(projectId);
  return `${double.url}/${project ? double.view.pathOf(project) : ""}/-/merge_requests/${iid}`;
}

/** The page of a merge request at Tandem's comment. */
export function commentOn(cast: Cast, mergeRequest: MergeRequest): string {
  const { double, bot } = cast.stage;
  const note = double.view.notes(mergeRequest).find(({ authorId }) => authorId === bot.user.id);
  return `${pageOf(cast, mergeRequest)}${note ? `#note_${note.id}` : ""}`;
}

/** Waits until the only comment on Alice's merge request tells a state. Resolves with the comment. */
export function untilTold(
  { stage }: Cast,
  mergeRequest: MergeRequest,
  { until }: SceneTools,
  tells: RegExp,
): Promise<string> {
  return until(`Tandem's comment that says ${tells.source}`, () =>
    stage.comments(mergeRequest).find((comment) => tells.test(readState(comment))),
  );
}

/** Waits until dist-git follows a commit and the checks of what it made of it passed, and tells so. */
export async function tellInStep(cast: Cast, pair: Pair, tools: SceneTools, sha: string): Promise<void> {
  const { stage, story } = cast;
  const passed = `in step with \`${short(sha)}\`, and its checks passed`;
  const comment = await tools.until(`Tandem's comment that says "${passed}"`, async () => {
    const made = await story.headOf(pair.dist);
    return stage
      .comments(pair.contribution.mergeRequest)
      .find((text) => readState(text).includes(passed) && made && text.includes(` for \`${short(made.sha)}\` `));
  });
  tools.act("Tandem", readState(comment));
  await tellDist(cast, pair, tools);
}

/** Tells where the dist-git merge request stands. */
export async function tellDist({ story }: Cast, { dist }: Pair, { act }: SceneTools): Promise<void> {
  const from = await story.madeFrom(dist);
  act(
    "dist-git",
    `!${dist.iid} "${dist.title}" is ${wordFor(dist)}, its commit is made from ${short(from ?? "nothing")}`,
  );
}

function wordFor({ state }: MergeRequest): string {
  return state === "opened" ? "open" : state;
}
