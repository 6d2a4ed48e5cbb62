// Reads the world of one source-git merge request from the forge. Changes nothing, starts no git.
import type { Forge, MergeRequest, Project, User } from "../../forge/forge.ts";
import { type TandemError, userError } from "../../model/errors.ts";
import { pairBranchName } from "../../model/pair.ts";
import { distBranchOf, findRoute } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import { parsePairMark, parseStatusMark } from "../marks/marker.ts";
import type { Observation, Pair } from "./world.ts";

/** Where packaging is described in a source-git repository. */
const CONFIG_FILE = ".distro/source-git.yaml";

/** What observing needs. */
export interface ObserveDeps {
  readonly forge: Forge;
  readonly bot: User;
  readonly routes: readonly Route[];
}

/** Reads everything that the plan depends on. */
export async function observe(
  { forge, bot, routes }: ObserveDeps,
  { projectId, iid }: { readonly projectId: number; readonly iid: number },
): Promise<Observation> {
  const [sourceProject, source] = await Promise.all([
    forge.readProject(projectId),
    forge.readMergeRequest(projectId, iid),
  ]);
  if (!sourceProject || !source) return outOfScope("the merge request does not exist, or the bot may not see it");
  const match = findRoute(routes, sourceProject.path, source.targetBranch);
  if (!match) return outOfScope(`no route serves branch ${source.targetBranch} of ${sourceProject.path}`);

  const [distProject, notes] = await Promise.all([
    forge.readProject(match.distProject),
    forge.findNotes(projectId, iid, bot.id),
  ]);
  const comment = notes.find((note) => parseStatusMark(note.body) !== undefined);
  const distBranch = distBranchOf(match.route, source.targetBranch);
  const pairBranch = (comment && parseStatusMark(comment.body)?.branch) ?? pairBranchName({ iid, branch: distBranch });
  if (!distProject) {
    if (!(await isPackaged(forge, source))) return outOfScope("it is no open merge request with a package");
    return { found: "blocked", source, comment, error: distProjectMissing(match.distProject, bot) };
  }
  const pair = await findPair({ forge, bot }, { source, distProject, pairBranch });
  const packaged = pair !== undefined || (await isPackaged(forge, source));
  const { route } = match;
  return {
    found: "world",
    world: { bot, route, sourceProject, source, distProject, distBranch, pairBranch, pair, packaged, comment },
  };
}

function outOfScope(reason: string): Observation {
  return { found: "out-of-scope", reason };
}

function distProjectMissing(path: string, bot: User): TandemError {
  return userError("dist-git-missing", `The dist-git project ${path} does not exist, or the bot may not see it`, {
    fix: `Create the project, or give the bot's account (${bot.username}) access to it.`,
  });
}

/** Only an open merge request is asked about: others never get a pair. */
async function isPackaged(forge: Forge, source: MergeRequest): Promise<boolean> {
  if (source.state !== "opened" || source.head === undefined) return false;
  return forge.hasFile(source.projectId, CONFIG_FILE, source.head);
}

/**
 * Finds the dist-git merge request by branch name, author and mark. An open one wins over closed ones, then the newest.
 */
async function findPair(
  { forge, bot }: Pick<ObserveDeps, "forge" | "bot">,
  { source, distProject, pairBranch }: { source: MergeRequest; distProject: Project; pairBranch: string },
): Promise<Pair | undefined> {
  const found = await forge.findMergeRequests(distProject.id, { sourceBranch: pairBranch, authorId: bot.id });
  const ours = found.flatMap((mergeRequest) => {
    const mark = parsePairMark(mergeRequest.description);
    const isOurs = mark?.source.projectId === source.projectId && mark.source.iid === source.iid;
    return isOurs ? [{ mergeRequest, closedWithSource: mark.closedWithSource === true }] : [];
  });
  const pair = ours.find(({ mergeRequest }) => mergeRequest.state === "opened") ?? ours[0];
  if (!pair) return undefined;
  const { mergeRequest } = pair;
  const [head, pipelines] = await Promise.all([
    mergeRequest.sourceProjectId === undefined ? undefined : forge.readBranch(mergeRequest.sourceProjectId, pairBranch),
    forge.findMergeRequestPipelines(distProject.id, mergeRequest.iid),
  ]);
  return { ...pair, head, pipeline: pipelines.find(({ sha }) => sha === head?.sha) };
}
