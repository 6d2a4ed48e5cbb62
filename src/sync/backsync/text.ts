// What people read of a merge request from dist-git: its title, its description and the one comment on it. Pure; the same
// facts give the same text to the byte.
import { splitMessage } from "../../engine/commit-text.ts";
import type { Commit } from "../../git/repository.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { BACKSYNC_COMMENT_MARK, renderBacksyncMark } from "../marks/backsync-mark.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import { webLink } from "../marks/web-link.ts";
import type { Brought, Request, Telling, World } from "./world.ts";

/** Known since the predecessor. Tandem recognises its own by author and mark, not by this. */
export const TITLE = "Sync from dist-git";

const MAX_COMMITS = 100;
const MAX_NOTES = 10;

/** The description. */
export function renderDescription(world: World, { commits, distHead, notes }: Brought): string {
  const { distProject, distBranch, sourceBranch, branch } = world;
  const mark = renderBacksyncMark({ distProjectId: distProject.id, distBranch, distHead });
  const project = webLink(neutraliseProse(distProject.path), distProject.webUrl);
  const more = commits.length > MAX_COMMITS ? [`- and ${commits.length - MAX_COMMITS} more`] : [];
  return [
    `${mark}\nTandem, a bot, made this from dist-git: branch ${inlineCode(distBranch)} of ${project} has commits that ${inlineCode(sourceBranch)} lacks. Each is here once more, with its author, date and message, and changes files below \`.distro\` only:`,
    [...commits.slice(0, MAX_COMMITS).map((commit) => commitLine(world, commit)), ...more].join("\n"),
    notes
      .slice(0, MAX_NOTES)
      .map((note) => `- ${neutraliseProse(note)}`)
      .join("\n"),
    "**What to do:** please review and merge this. As long as it is open, merge requests that would take these commits back are not brought to dist-git. It follows dist-git while it is open, and nothing here is mirrored back. Closed, it stays closed until dist-git gets another commit.",
    `**Conflicts?** Push a commit that resolves them to ${inlineCode(branch)}: Tandem never overwrites it. Or make the change in source-git yourself, in a commit whose message ends with ${inlineCode(`${DIST_TRAILER}: ${distHead}`)}; then this is closed.`,
  ]
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

function commitLine({ distProject }: World, { sha, message, author }: Commit): string {
  const { subject } = splitMessage(message);
  const link = commitLink(distProject.webUrl, sha);
  return `- ${link} ${neutraliseProse(subject, 200)} (${neutraliseProse(author.name, 100)})`;
}

/** Dist-git is on GitLab. */
function commitLink(projectUrl: string, sha: Sha): string {
  return webLink(inlineCode(shortSha(sha)), `${projectUrl}/-/commit/${sha}`);
}

/** The same description with a mark that says that Tandem closed it. Undefined where there is no mark. */
export function markArrived({ mark, mergeRequest }: Request): string | undefined {
  if (!mark) return undefined;
  const [, ...lines] = mergeRequest.description.split("\n");
  return [renderBacksyncMark({ ...mark, arrived: true }), ...lines].join("\n");
}

/** The comment. */
export function renderComment(telling: Telling, { distBranch, sourceBranch }: World): string {
  return `${BACKSYNC_COMMENT_MARK}\n**Tandem**: ${wordsFor(telling, { distBranch, sourceBranch })}`;
}

function wordsFor(telling: Telling, { distBranch, sourceBranch }: Pick<World, "distBranch" | "sourceBranch">): string {
  const branches = `branch ${inlineCode(distBranch)} of dist-git`;
  switch (telling.tells) {
    case "arrived":
      return `${inlineCode(sourceBranch)} has everything of ${branches} now, so this is closed.`;
    case "following":
      return `this follows ${branches} again.`;
    case "problem": {
      const { message, fix } = telling.error;
      const remedy = fix === undefined ? "" : `\n\n**What to do:** ${neutraliseProse(fix)}`;
      return `${branches} moved on, but this cannot follow. ${neutraliseProse(message)}${remedy}`;
    }
    case "failure":
      return `${branches} moved on, but this could not follow: ${neutraliseProse(telling.error.message)}\n\nThe operators of this service were told; the next change in dist-git is tried again.`;
  }
}
