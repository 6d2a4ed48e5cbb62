// The tour: the life of a merge request, and of a commit that goes the other way, in nine scenes.
import type { Stage } from "../support/stage.ts";
import { storyOn } from "../support/story.ts";
import type { Cast } from "./cast.ts";
import type { Narrator } from "./narrator.ts";
import { readTrouble } from "./plain-text.ts";
import { createScenes } from "./scene.ts";
import { comesBack, isMerged, isRebased } from "./scenes-both-ways.ts";
import { isDraftedAndRenamed, isMended, isOpened, isPushed, isRefused, isRetested } from "./scenes-one-way.ts";

const SCENE_MS = 45_000;

/** Plays all scenes. Fails with the first that does not come to its end within its time. */
export async function tour(stage: Stage, narrator: Narrator): Promise<void> {
  const { double } = stage;
  const cast = await gather(stage);
  const paths = { source: double.view.pathOf(cast.pkg.source), dist: double.view.pathOf(cast.pkg.dist) };
  narrator.say(`
One package, two repositories: source-git with its code and packaging, where people work, and
dist-git with spec file and patches, which the distribution builds and checks. Alice contributes,
Mia maintains the package, and Tandem, a bot, keeps the two in step.

   source-git  ${paths.source}, branch ${cast.pkg.branch}
   dist-git    ${paths.dist}, branch ${cast.pkg.branch}
   GitLab      ${double.url}
   Tandem      ${stage.service.url} (health: /api/readyz, metrics: /metrics)

Each scene tells who did what, what Tandem's comment on Alice's merge request says then, where the
merge request in dist-git stands, and where to look at it.`);
  const scene = createScenes({ narrator, withinMs: SCENE_MS, situation: () => situation(cast) });

  const pair = await scene("Alice opens a merge request", (tools) => isOpened(cast, tools));
  const pushed = await scene("She pushes another commit", (tools) => isPushed(cast, pair, tools));
  await scene("She gets a trailer wrong", (tools) => isRefused(cast, pair, tools));
  await scene("She mends it", (tools) => isMended(cast, { ...pair, pushed }, tools));
  await scene("She makes it a draft, and then ready with a better title", (tools) =>
    isDraftedAndRenamed(cast, pair, tools),
  );
  await scene("She wants the checks to run again", (tools) => isRetested(cast, pair, tools));
  const backsync = await scene("Mia commits to dist-git directly", (tools) => comesBack(cast, pair, tools));
  await scene("Mia merges what came back, and Alice rebases", (tools) => isRebased(cast, { ...pair, backsync }, tools));
  await scene("Mia merges on both sides", (tools) => isMerged(cast, pair, tools));

  narrator.say("\nThat was the tour: all nine scenes went as they should.\n");
}

async function gather(stage: Stage): Promise<Cast> {
  const { admin } = stage.double;
  const pkg = await stage.package("hello");
  // Developer: the bot may set a status on a commit of a merge request.
  admin.addMember(pkg.source, stage.bot.user, 30);
  const mia = { user: pkg.maintainer, token: admin.createToken(pkg.maintainer, { value: "glpat-mia" }).value };
  return { stage, story: storyOn(stage), pkg, mia };
}

/** Each merge request and what Tandem says there. */
function situation({ stage, pkg }: Cast): string {
  const { view } = stage.double;
  const lines = [pkg.source, pkg.dist].flatMap((project) =>
    view.mergeRequests(project).map((mergeRequest) => {
      const says = stage.comments(mergeRequest).map((comment) => readTrouble(comment));
      return `  ${view.pathOf(project)}!${mergeRequest.iid}, ${mergeRequest.state}: Tandem says ${says.join(" / ") || "nothing"}`;
    }),
  );
  return lines.length === 0 ? "There is no merge request." : ["At that time:", ...lines].join("\n");
}
