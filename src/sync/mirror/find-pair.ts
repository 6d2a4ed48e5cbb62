// Finds the dist-git merge request of a source merge request: by the name of its branch, its author and its mark.
import type { DistForge, ForgeCommit, MergeRequest, Project, User } from "../../forge/forge.ts";
import { isBranchName } from "../../model/branch-name.ts";
import { type TandemError, userError } from "../../model/errors.ts";
import type { MergeRequestRef } from "../../model/ids.ts";
import { pairBranchName, parsePairBranch, SOURCE_TRAILER } from "../../model/pair.ts";
import { readTrailer } from "../../model/trailers.ts";
import { readChecks, readPipelines } from "../checks/read-pipelines.ts";
import { parsePairMark, type StatusMark } from "../marks/marker.ts";
import type { Pair } from "./world.ts";

/** What finding needs. */
export interface PairSearch {
  readonly dist: DistForge;
  readonly bot: User;
  /** The bot's address in commits. */
  readonly botEmail: string;
  readonly source: MergeRequest;
  readonly distProject: Project;
  readonly distBranch: string;
  readonly mark: StatusMark;
}

/** What was found. */
export interface FoundPair {
  /** The branch on which the pair goes on, also when there is no pair yet. */
  readonly pairBranch: string;
  readonly mergeRequest: MergeRequest | undefined;
  /** The one that it replaces, when the comment still names that one's branch. */
  readonly predecessor: MergeRequest | undefined;
}

/** Each `recreate` adds one; a chain that long was not made by people. */
const MAX_SUCCESSORS = 50;

/** Looks for the merge request. Throws kind `user`, code `branch-taken`. */
export async function findPairRequest(search: PairSearch): Promise<FoundPair> {
  const { source, distBranch, mark } = search;
  const kept = keptBranch(mark, source.iid);
  let pairBranch = kept ?? pairBranchName({ iid: source.iid, branch: distBranch });
  let predecessor: MergeRequest | undefined;
  // Without a comment of the bot it is most likely new, and then both are needed.
  let [mergeRequest, unnamed] = await Promise.all([
    findOnBranch(search, pairBranch),
    kept === undefined ? findUnnamed(search) : undefined,
  ]);
  if (mergeRequest) unnamed = undefined;
  for (let hops = 0; hops < MAX_SUCCESSORS; hops++) {
    const successor = mergeRequest && successorOf(mergeRequest, source);
    if (successor === undefined) break;
    predecessor = mergeRequest;
    pairBranch = successor;
    mergeRequest = await findOnBranch(search, pairBranch);
  }
  return { pairBranch: unnamed?.sourceBranch ?? pairBranch, mergeRequest: mergeRequest ?? unnamed, predecessor };
}

/** Reads what belongs to the merge request: its branch, its pipelines, the bot's comment on it. */
export async function readPair(search: PairSearch, mergeRequest: MergeRequest): Promise<Omit<Pair, "comment">> {
  const { dist } = search;
  const { sourceProjectId, sourceBranch, description } = mergeRequest;
  const head = sourceProjectId === undefined ? undefined : await dist.readBranch(sourceProjectId, sourceBranch);
  const pipelines = head ? await readPipelines(dist, mergeRequest, head.sha, [head]) : [];
  return {
    mergeRequest,
    mark: parsePairMark(description),
    head,
    headIsOurs: head !== undefined && isOurs(head, { branch: sourceBranch, botEmail: search.botEmail }),
    pipelines: await readChecks(dist, pipelines),
  };
}

/**
 * A commit of ours has the trailer and the bot as its committer: whoever amends it becomes the committer. The service
 * that Tandem succeeds had another address; on branches with its names the trailer is enough.
 */
export function isOurs(
  { message, committerEmail }: ForgeCommit,
  { branch, botEmail }: { readonly branch: string; readonly botEmail: string },
): boolean {
  const isFormer = !branch.startsWith("src-");
  return readTrailer(message, SOURCE_TRAILER) !== undefined && (isFormer || committerEmail === botEmail);
}

/**
 * The branch that the comment's mark names. Maintainers of the source project can edit the bot's comment, so a name counts
 * only when it could be this pair's: no other branch of the bot's fork can be overwritten with it.
 */
function keptBranch({ branch }: StatusMark, iid: number): string | undefined {
  return branch !== undefined && isBranchName(branch) && parsePairBranch(branch)?.iid === iid ? branch : undefined;
}

function successorOf({ description }: MergeRequest, { iid }: MergeRequest): string | undefined {
  const successor = parsePairMark(description)?.successor;
  return successor !== undefined && parsePairBranch(successor)?.iid === iid ? successor : undefined;
}

/**
 * An open one wins over others, then the newest. One that was closed because its fork is gone cannot be reopened, so it
 * is none.
 */
async function findOnBranch(
  { dist, bot, source, distProject }: PairSearch,
  branch: string,
): Promise<MergeRequest | undefined> {
  const found = await dist.findMergeRequests(distProject.id, { sourceBranch: branch, author: bot });
  const ours = found.filter((candidate) => isPairOf(candidate, source));
  const taken = found.find((candidate) => candidate.state === "opened" && !ours.includes(candidate));
  if (taken) throw branchTaken(branch, taken);
  return (
    ours.find(({ state }) => state === "opened") ??
    ours.find(({ state, sourceProjectId }) => state !== "closed" || sourceProjectId !== undefined)
  );
}

/**
 * An open merge request whose branch nobody can name: the comment that named it was removed or never came to be, and the
 * target changed since; or it is the predecessor's, whose branch names hold a version.
 */
async function findUnnamed({ dist, bot, source, distProject }: PairSearch): Promise<MergeRequest | undefined> {
  const open = await dist.findOpenMergeRequestsBy(distProject.id, bot);
  return open.findLast((candidate) => isMarkedFor(candidate, source) || isFormer(candidate, source));
}

function isMarkedFor({ description }: MergeRequest, source: MergeRequest): boolean {
  const mark = parsePairMark(description);
  return mark !== undefined && mark.successor === undefined && isSame(mark.source, source);
}

function isFormer({ sourceBranch, description }: MergeRequest, { iid, webUrl }: MergeRequest): boolean {
  return !sourceBranch.startsWith("src-") && parsePairBranch(sourceBranch)?.iid === iid && description.includes(webUrl);
}

/** Whose pair a merge request of the bot's is. Without a mark it is this one's: somebody edited its description. */
function isPairOf({ description }: MergeRequest, source: MergeRequest): boolean {
  const named = parsePairMark(description)?.source;
  return named === undefined || isSame(named, source);
}

function isSame(one: MergeRequestRef, other: MergeRequestRef): boolean {
  return one.forge === other.forge && one.projectId === other.projectId && one.iid === other.iid;
}

function branchTaken(branch: string, { webUrl }: MergeRequest): TandemError {
  return userError("branch-taken", `The branch ${branch} belongs to ${webUrl}, which is for another merge request`, {
    fix: "Close that one, or ask the operator of this service whether two routes lead to one dist-git branch.",
  });
}
