// Reads the world of one source-git merge request from the forge. Changes nothing, starts no git.
import type { Forge, MergeRequest, Note, Project, User } from "../../forge/forge.ts";
import { isBranchName } from "../../model/branch-name.ts";
import { TandemError, userError } from "../../model/errors.ts";
import { pairBranchName, parsePairBranch } from "../../model/pair.ts";
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

/**
 * Reads everything that the plan depends on.
 * @throws TandemError kind `stale`, code `head-unknown`, while GitLab prepares the merge request
 */
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
  checkHead(source);

  const [distProject, notes] = await Promise.all([
    forge.readProject(match.distProject),
    forge.findNotes(projectId, iid, bot.id),
  ]);
  const comment = notes.find((note) => parseStatusMark(note.body) !== undefined);
  const distBranch = distBranchOf(match.route, source.targetBranch);
  const kept = comment && keptBranch(comment, iid);
  try {
    const { route } = match;
    const pairBranch = kept ?? pairBranchName({ iid, branch: distBranch });
    checkDistProject(distProject, match.distProject, bot);
    const pair = await findPair({ forge, bot }, { source, distProject, pairBranch });
    const packaged = pair !== undefined || (await isPackaged(forge, source));
    return {
      found: "world",
      world: { bot, route, sourceProject, source, distProject, distBranch, pairBranch, pair, packaged, comment },
    };
  } catch (thrown) {
    if (!(thrown instanceof TandemError && thrown.kind === "user")) throw thrown;
    if (!(await isPackaged(forge, source))) return outOfScope("it is no open merge request with a package");
    return { found: "blocked", source, comment, ...(kept === undefined ? {} : { pairBranch: kept }), error: thrown };
  }
}

function outOfScope(reason: string): Observation {
  return { found: "out-of-scope", reason };
}

function checkDistProject(found: Project | undefined, path: string, bot: User): asserts found is Project {
  if (!found)
    throw userError("dist-git-missing", `The dist-git project ${path} does not exist, or the bot may not see it`, {
      fix: `Create the project, or give the bot's account (${bot.username}) access to it.`,
    });
  // GitLab leads from a project's old address to its new one.
  if (found.path !== path)
    throw userError("dist-git-moved", `The dist-git project ${path} of the route is now ${found.path}`, {
      fix: "Ask the operator of this service to adapt the route: nothing is written where no route leads.",
    });
}

function branchTaken(branch: string, { webUrl }: MergeRequest): TandemError {
  return userError("branch-taken", `The branch ${branch} belongs to ${webUrl}, which is for another merge request`, {
    fix: "Close that one, or ask the operator of this service whether two routes lead to one dist-git branch.",
  });
}

/** GitLab still prepares a new merge request, and sends no further event when it has done so. */
function checkHead({ state, head, webUrl }: MergeRequest): void {
  if (state === "opened" && !head)
    throw new TandemError("stale", `GitLab does not know the head of ${webUrl} yet`, { code: "head-unknown" });
}

/** Only an open merge request is asked about: others never get a pair. */
async function isPackaged(forge: Forge, source: MergeRequest): Promise<boolean> {
  if (source.state !== "opened" || source.head === undefined) return false;
  return forge.hasFile(source.projectId, CONFIG_FILE, source.head);
}

/**
 * The branch that the comment's mark names. Maintainers of the source project can edit the bot's comment, so a name counts
 * only when it could be this pair's: no other branch of the bot's fork can be overwritten with it.
 */
function keptBranch(comment: Note, iid: number): string | undefined {
  const branch = parseStatusMark(comment.body)?.branch;
  return branch !== undefined && isBranchName(branch) && parsePairBranch(branch)?.iid === iid ? branch : undefined;
}

/** Whose pair a merge request of the bot's is. Without a mark it is this one's: somebody edited its description. */
function ownership({ description }: MergeRequest, source: MergeRequest): "ours" | "another's" {
  const named = parsePairMark(description)?.source;
  return !named || (named.projectId === source.projectId && named.iid === source.iid) ? "ours" : "another's";
}

/**
 * Finds the pair by branch name, author and mark. An open one wins over others, then the newest. One that was closed
 * because its fork is gone cannot be reopened, so it is none.
 */
async function findPair(
  { forge, bot }: Pick<ObserveDeps, "forge" | "bot">,
  { source, distProject, pairBranch }: { source: MergeRequest; distProject: Project; pairBranch: string },
): Promise<Pair | undefined> {
  const found = await forge.findMergeRequests(distProject.id, { sourceBranch: pairBranch, authorId: bot.id });
  const ours = found.filter((candidate) => ownership(candidate, source) === "ours");
  const taken = found.find((candidate) => candidate.state === "opened" && !ours.includes(candidate));
  if (taken) throw branchTaken(pairBranch, taken);
  const mergeRequest =
    ours.find(({ state }) => state === "opened") ??
    ours.find(({ state, sourceProjectId }) => state !== "closed" || sourceProjectId !== undefined);
  if (!mergeRequest) return undefined;
  const [head, pipelines] = await Promise.all([
    mergeRequest.sourceProjectId === undefined ? undefined : forge.readBranch(mergeRequest.sourceProjectId, pairBranch),
    forge.findMergeRequestPipelines(distProject.id, mergeRequest.iid),
  ]);
  const mark = parsePairMark(mergeRequest.description);
  return {
    mergeRequest,
    closedWithSource: mark?.closedWithSource === true,
    withoutEffect: mark?.withoutEffect,
    head,
    pipeline: pipelines.find(({ sha }) => sha === head?.sha),
  };
}
