// Reads the world of one dist-git branch from the forges. Changes nothing, starts no git.
import type { Forge, MergeRequest, Note, User } from "../../forge/forge.ts";
import type { ForgeName } from "../../model/ids.ts";
import type { BacksyncJob } from "../../model/jobs.ts";
import { findRouteOfDist } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { Home, Homes } from "../homes.ts";
import { isBacksyncComment, isBacksyncRequest, parseBacksyncMark } from "../marks/backsync-mark.ts";
import type { Branch, Request, World } from "./world.ts";

/** What observing needs. */
export interface ObserveDeps {
  readonly homes: Homes;
  readonly routes: readonly Route[];
  /** Name and address of the bot in commits on a forge. */
  readonly identityOf: (bot: User, forge: ForgeName) => { readonly name: string; readonly email: string };
}

/** What `observe` found; `out-of-scope`: nothing that Tandem has to do with. */
export type Observation =
  | { readonly found: "world"; readonly world: World }
  | { readonly found: "out-of-scope"; readonly reason: string };

/** The branch in the bot's source-git fork for a dist-git branch: never named like the one that it is merged into. */
export function backsyncBranch(distBranch: string): string {
  return `sync-from-dist-git/${distBranch}`;
}

/** Reads what the plan depends on, but for the bot's branch. */
export async function observe({ homes, routes }: ObserveDeps, job: BacksyncJob): Promise<Observation> {
  const dist = await homes.dist();
  const distProject = await dist.forge.readProject(job.projectId);
  if (!distProject) return outOfScope("the dist-git project does not exist, or the bot may not see it");
  const match = findRouteOfDist(routes, distProject.path, job.branch);
  if (!match) return outOfScope(`no route leads to branch ${job.branch} of ${distProject.path}`);
  const { route, sourceBranch } = match;
  const source = await homes.source(route.forge);
  const sourceProject = await source.forge.readProject(match.source.path);
  if (sourceProject?.path !== match.source.path)
    return outOfScope(`there is no source-git project ${match.source.path}`);
  const [distHead, sourceHead] = await Promise.all([
    dist.forge.readBranch(distProject.id, job.branch),
    source.forge.readBranch(sourceProject.id, sourceBranch),
  ]);
  if (!distHead) return outOfScope(`${distProject.path} has no branch ${job.branch}`);
  if (!sourceHead) return outOfScope(`${sourceProject.path} has no branch ${sourceBranch}`);
  const branch = backsyncBranch(job.branch);
  const { bot, forge } = source;
  const [own, open] = await Promise.all([
    forge.findMergeRequests(sourceProject.id, { sourceBranch: branch, author: bot }),
    forge.findOpenMergeRequests(sourceProject.id, sourceBranch),
  ]);
  const request = await readRequest(source, { own, sourceBranch, distProjectId: distProject.id });
  const others = open.filter((other) => other.iid !== request?.mergeRequest.iid && !isBacksyncRequest(other, bot));
  const projects = { distProject, distBranch: job.branch, sourceProject, sourceBranch };
  return { found: "world", world: { route, ...projects, bot, branch, request, others } };
}

function outOfScope(reason: string): Observation {
  return { found: "out-of-scope", reason };
}

interface OwnRequests {
  /** Newest first. */
  readonly own: readonly MergeRequest[];
  readonly sourceBranch: string;
  readonly distProjectId: number;
}

async function readRequest(
  home: Home,
  { own, sourceBranch, distProjectId }: OwnRequests,
): Promise<Request | undefined> {
  const candidates = own.filter(({ targetBranch }) => targetBranch === sourceBranch);
  const mergeRequest = candidates.find(({ state }) => state === "opened") ?? candidates.at(0);
  if (!mergeRequest) return undefined;
  const parsed = parseBacksyncMark(mergeRequest.description);
  const mark = parsed?.distProjectId === distProjectId ? parsed : undefined;
  const isSilent = mergeRequest.state !== "opened" || mergeRequest.noteCount === 0;
  return { mergeRequest, mark, comment: isSilent ? undefined : await findComment(home, mergeRequest) };
}

/** The bot's comment on its merge request. */
export async function findComment({ forge, bot }: Home, { projectId, iid }: MergeRequest): Promise<Note | undefined> {
  const notes = await forge.findNotes(projectId, iid);
  return notes.find(({ author, body }) => author.id === bot.id && isBacksyncComment(body));
}

/** Reads the bot's fork and its branch there; only needed where something may be pushed. */
export async function observeBranch(
  { identityOf }: Pick<ObserveDeps, "identityOf">,
  forge: Forge,
  { sourceProject, bot, branch, request }: World,
): Promise<Branch> {
  const fork = await forge.findOwnFork(sourceProject, bot);
  const head = fork?.state === "ready" ? await forge.readBranch(fork.id, branch) : undefined;
  const isOwn = head?.committerEmail === identityOf(bot, sourceProject.forge).email;
  const merged = request?.mergeRequest.state === "merged" ? request.mergeRequest.head : undefined;
  return { fork, head, isForeign: head !== undefined && !isOwn && head.sha !== merged };
}
