// Scenes 1 to 6: what Alice does to her merge request reaches dist-git.
import { contribute, helloSource } from "../support/package.ts";
import { type Cast, commentOn, type Pair, pageOf, short, tellDist, tellInStep, untilTold } from "./cast.ts";
import { readParagraphs, readState } from "./plain-text.ts";
import type { SceneTools } from "./scene.ts";
import { politeGreeting } from "./walk.ts";

const BETTER_TITLE = "Greet politely at any time of the day";

/** Alice opens a merge request. */
export async function isOpened(cast: Cast, tools: SceneTools): Promise<Pair> {
  const { stage, pkg } = cast;
  const { commits, title, ...text } = politeGreeting(pkg.name);
  const contribution = await contribute(stage.double, pkg, stage.alice, { branch: "polite", commits, title, ...text });
  const { mergeRequest } = contribution;
  tools.act("Alice", `forks, commits ${commits.length} changes and opens !${mergeRequest.iid} "${title}"`);
  const dist = await tools.until("the dist-git merge request", () => stage.distMergeRequest(pkg, mergeRequest.iid));
  const pair = { contribution, dist };
  await tellInStep(cast, pair, tools, mergeRequest.sha);
  tools.act("look", pageOf(cast, mergeRequest));
  tools.act("", pageOf(cast, dist));
  return pair;
}

/** She pushes. Resolves with the commit. */
export async function isPushed(cast: Cast, pair: Pair, tools: SceneTools): Promise<string> {
  const subject = "Greet in the evening";
  const pushed = await cast.story.push(pair.contribution, "Good evening, dear user", `${subject}\n`);
  tools.act("Alice", `pushes ${short(pushed)} "${subject}"`);
  await tellInStep(cast, pair, tools, pushed);
  tools.act("look", pageOf(cast, pair.dist));
  return pushed;
}

/** She pushes a commit whose message has a trailer that makes no sense. */
export async function isRefused(cast: Cast, pair: Pair, tools: SceneTools): Promise<void> {
  const { mergeRequest } = pair.contribution;
  const message = "Greet at night\n\nPatch-id: seven\n";
  const pushed = await cast.story.push(pair.contribution, "Good night, dear user", message);
  tools.act("Alice", `pushes ${short(pushed)} "Greet at night" with the trailer "Patch-id: seven"`);
  const refused = new RegExp(`could not be brought in step with \`${short(pushed)}\``);
  const comment = await untilTold(cast, mergeRequest, tools, refused);
  tools.act("Tandem", readState(comment));
  const paragraphs = readParagraphs(comment);
  const at = paragraphs.findIndex(
    (text) => text.includes(short(pushed)) && text.includes("Patch-id") && text.includes("seven"),
  );
  const [problem, remedy] = at < 1 ? [] : paragraphs.slice(at);
  if (!problem || !remedy) throw new Error(`the comment does not name the commit and its trailer:\n${comment}`);
  tools.act("", problem);
  tools.act("", remedy);
  await tellDist(cast, pair, tools);
  tools.act("look", commentOn(cast, mergeRequest));
}

/** She replaces that commit. */
export async function isMended(
  cast: Cast,
  pair: Pair & { /** The commit before the wrong one. */ readonly pushed: string },
  tools: SceneTools,
): Promise<void> {
  const { fork, branch } = pair.contribution;
  const mended = await cast.stage.double.admin.commit(fork, {
    user: cast.stage.alice.user,
    branch,
    parent: pair.pushed,
    message: "Greet at night\n\nPatch-id: 7\n",
    files: { "hello.c": helloSource("Good night, dear user") },
  });
  tools.act("Alice", `amends it to "Patch-id: 7" and force-pushes ${short(mended)}`);
  await tellInStep(cast, pair, tools, mended);
  tools.act("look", pageOf(cast, pair.dist));
}

/** She makes it a draft, then ready with another title. */
export async function isDraftedAndRenamed(cast: Cast, pair: Pair, tools: SceneTools): Promise<void> {
  const { story } = cast;
  const { dist } = pair;
  const { mergeRequest } = pair.contribution;
  await story.edit(mergeRequest, { title: `Draft: ${mergeRequest.title}` });
  tools.act("Alice", "marks the merge request as a draft");
  await tools.until("the draft in dist-git", () => dist.title.startsWith("Draft: "));
  const drafts = await tools.until("a comment about drafts", () =>
    cast.stage
      .comments(mergeRequest)
      .flatMap((comment) => readParagraphs(comment))
      .find((text) => /draft/.test(text) && /ready/.test(text)),
  );
  tools.act("Tandem", drafts);
  await tellDist(cast, pair, tools);
  await story.edit(mergeRequest, { title: BETTER_TITLE });
  tools.act("Alice", `marks it as ready and calls it "${BETTER_TITLE}"`);
  await tools.until("the title in dist-git", () => dist.title === BETTER_TITLE);
  await tools.until("the dist-git commit with the new title", async () =>
    (await story.headOf(dist))?.message.startsWith(`${BETTER_TITLE}\n`),
  );
  await tellInStep(cast, pair, tools, mergeRequest.sha);
  tools.act("look", pageOf(cast, dist));
}

/** She asks for another pipeline. */
export async function isRetested(cast: Cast, pair: Pair, tools: SceneTools): Promise<void> {
  const { double, bot } = cast.stage;
  const { mergeRequest } = pair.contribution;
  const before = double.view.mergeRequestPipelines(pair.dist)[0];
  const noteId = await cast.story.say(mergeRequest, "/tandem-stg retest");
  tools.act("Alice", "comments: /tandem-stg retest");
  const reaction = await tools.until("Tandem's reaction to the command", () =>
    double.view
      .notes(mergeRequest)
      .find(({ id }) => id === noteId)
      ?.emoji.find(({ userId }) => userId === bot.user.id),
  );
  tools.act("Tandem", `puts :${reaction.name}: on her comment and starts a pipeline`);
  const pipeline = await tools.until("another pipeline", () => {
    const newest = double.view.mergeRequestPipelines(pair.dist)[0];
    return newest?.id === before?.id ? undefined : newest;
  });
  const answer = await tools.until("the new pipeline's success in the comment", () => {
    const comment = cast.stage.comments(mergeRequest)[0] ?? "";
    const isShown = comment.includes(`pipeline ${pipeline.id}**`) && /checks passed/.test(readState(comment));
    return isShown ? readParagraphs(comment).find((text) => text.startsWith("Last command")) : undefined;
  });
  tools.act("", answer);
  await tellInStep(cast, pair, tools, mergeRequest.sha);
  const runsIn = double.view.project(pipeline.projectId);
  tools.act("look", `${double.url}/${runsIn ? double.view.pathOf(runsIn) : ""}/-/pipelines/${pipeline.id}`);
  tools.act("", commentOn(cast, mergeRequest));
}
