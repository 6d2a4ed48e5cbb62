// Reads the world of one source-git merge request from the forges. Changes nothing, starts no git.
import type { DistForge, Forge, MergeRequest, Note, Project, User } from "../../forge/forge.ts";
import { TandemError, userError } from "../../model/errors.ts";
import type { MirrorJob } from "../../model/jobs.ts";
import { distBranchOf, findRoute, findRouteOfSource, type RouteMatch } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";
import type { Home, Homes } from "../homes.ts";
import { isBacksyncRequest, parseBacksyncMark } from "../marks/backsync-mark.ts";
import { isDistMark, parseStatusMark } from "../marks/marker.ts";
import { readCommands } from "./command.ts";
import { findPairRequest, type PairSearch, readPair } from "./find-pair.ts";
import type { Observation, Pair, Subject } from "./world.ts";

/** Where packaging is described in a source-git repository. */
const CONFIG_FILE = ".distro/source-git.yaml";

/** What observing needs. */
export interface ObserveDeps {
  readonly homes: Homes;
  readonly routes: readonly Route[];
  /** Prefix of commands. */
  readonly prefix: string;
  /** Name and address of the bot in dist-git commits. */
  readonly identityOf: (bot: User) => { readonly email: string };
}

/**
 * Reads everything that the plan depends on.
 * @throws TandemError kind `stale`, code `head-unknown`, while the forge prepares the merge request
 */
export async function observe(deps: ObserveDeps, job: MirrorJob): Promise<Observation> {
  const { projectId, iid } = job;
  const home = await deps.homes.source(job.forge);
  const [sourceProject, source] = await Promise.all([
    home.forge.readProject(projectId),
    home.forge.readMergeRequest(projectId, iid),
  ]);
  if (!sourceProject || !source) return outOfScope("the merge request does not exist, or the bot may not see it");
  if (isBacksyncRequest(source, home.bot)) return ownRequest(source, job);
  const served = findRoute(deps.routes, sourceProject, source.targetBranch);
  const match = served ?? findRouteOfSource(deps.routes, sourceProject);
  // Where the branch is not served there is something to do only if it was served before, and then there is a comment.
  if (!match || (!served && source.noteCount === 0)) return unserved(sourceProject, source);
  checkHead(source);
  const distProject = served && begun(readDistProject(deps, served));
  const notes = await home.forge.findNotes(projectId, iid);
  const subject = await readSubject(deps, home, { source, sourceProject, route: match.route, notes });
  if (!served && subject.mark.branch === undefined) return unserved(sourceProject, source);
  const reading = distProject ?? readDistProject(deps, match);
  return observePair(deps, home, { subject, match, served: served !== undefined, distProject: reading });
}

async function readDistProject({ homes }: ObserveDeps, { distProject }: RouteMatch): Promise<Project | undefined> {
  const { forge } = await homes.dist();
  return forge.readProject(distProject);
}

/** Who waits for it hears of a failure; it may also be that nobody does. */
function begun<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => {});
  return reading;
}

function outOfScope(reason: string): Observation {
  return { found: "out-of-scope", reason };
}

function unserved({ path }: Project, { targetBranch }: MergeRequest): Observation {
  return outOfScope(`no route serves branch ${targetBranch} of ${path}`);
}

/** The bot's own way back from dist-git is not mirrored; when it ends, its other side has to look. */
function ownRequest({ state, description }: MergeRequest, { origin }: MirrorJob): Observation {
  const mark = state === "opened" ? undefined : parseBacksyncMark(description);
  const follow = mark && [
    {
      v: 1,
      queue: "backsync",
      forge: "gitlab",
      projectId: mark.distProjectId,
      branch: mark.distBranch,
      origin,
    } as const,
  ];
  return { found: "out-of-scope", reason: "it is the bot's own, from dist-git", ...(follow ? { follow } : {}) };
}

interface SourceReading {
  readonly source: MergeRequest;
  readonly sourceProject: Project;
  readonly route: Route;
  readonly notes: readonly Note[];
}

async function readSubject(deps: ObserveDeps, home: Home, reading: SourceReading): Promise<Subject> {
  const { source, sourceProject, route, notes } = reading;
  const { prefix } = deps;
  const comment = notes.find(({ author, body }) => author.id === home.bot.id && parseStatusMark(body) !== undefined);
  const mark = (comment && parseStatusMark(comment.body)) ?? {};
  const commands = await readCommands(notes, {
    side: "source",
    prefix,
    bot: home.bot,
    after: mark.commands?.note ?? 0,
    isAuthor: ({ id }) => id === source.author.id,
    isMember: (user) => isMember(home.forge, source.projectId, user),
  });
  return { source, sourceProject, route, comment, mark, commands, prefix };
}

interface PairReading {
  readonly subject: Subject;
  readonly match: RouteMatch;
  readonly served: boolean;
  /** The one that the route leads to, being read. */
  readonly distProject: Promise<Project | undefined>;
}

async function observePair(
  deps: ObserveDeps,
  home: Home,
  { subject, match, served, distProject: reading }: PairReading,
): Promise<Observation> {
  const { source, mark, route } = subject;
  const dist = await deps.homes.dist();
  const distBranch = distBranchOf(route, source.targetBranch);
  let packagedAnswer: Promise<boolean> | undefined;
  const askPackaged = () => {
    packagedAnswer ??= begun(isPackaged(home, source));
    return packagedAnswer;
  };
  try {
    const distProject = await reading;
    checkDistProject(distProject, match.distProject, dist.bot);
    const botEmail = deps.identityOf(dist.bot).email;
    const search: PairSearch = { dist: dist.forge, bot: dist.bot, botEmail, source, distProject, distBranch, mark };
    const [found, distHead] = await Promise.all([
      findPairRequest(search),
      served ? dist.forge.readBranch(distProject.id, distBranch) : undefined,
      // Most likely it is new.
      mark.branch === undefined ? askPackaged() : undefined,
    ]);
    const pair = found.mergeRequest && (await readWholePair(search, found.mergeRequest));
    const packaged = pair !== undefined || (await askPackaged());
    const trusted = !packaged || (await isTrusted(home, route, source));
    const commands = [...subject.commands, ...(pair?.commands ?? [])];
    const { pairBranch, predecessor } = found;
    return {
      found: "world",
      world: {
        ...{ ...subject, commands, bot: dist.bot, served, distProject, distBranch, distHead, pairBranch },
        ...{ pair: pair?.pair, predecessor, packaged, trusted },
      },
    };
  } catch (thrown) {
    if (!(thrown instanceof TandemError && thrown.kind === "user")) throw thrown;
    if (!(await askPackaged())) return outOfScope("it is no open merge request with a package");
    return { found: "blocked", subject, error: thrown };
  }

  async function readWholePair(search: PairSearch, mergeRequest: MergeRequest) {
    const [pair, notes] = await Promise.all([readPair(search, mergeRequest), readDistNotes(dist.forge, mergeRequest)]);
    const commands = await readCommands(notes, {
      side: "dist",
      prefix: deps.prefix,
      bot: dist.bot,
      after: mark.commands?.distNote ?? 0,
      isAuthor: ({ id }) => source.forge === "gitlab" && id === source.author.id,
      isMember: (user) => isMember(dist.forge, mergeRequest.projectId, user),
    });
    const comment = notes.find(({ author, body }) => author.id === dist.bot.id && isDistMark(body));
    return { pair: { ...pair, comment } satisfies Pair, commands };
  }
}

function readDistNotes(dist: DistForge, { projectId, iid, noteCount }: MergeRequest): Promise<readonly Note[]> {
  return noteCount === 0 ? Promise.resolve([]) : dist.findNotes(projectId, iid);
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

/** The forge still prepares a new merge request, and sends no further event when it has done so. */
function checkHead({ state, head, webUrl }: MergeRequest): void {
  if (state === "opened" && !head)
    throw new TandemError("stale", `The head of ${webUrl} is not known yet`, { code: "head-unknown" });
}

/** Only an open merge request is asked about: others never get a pair. */
async function isPackaged({ forge }: Home, source: MergeRequest): Promise<boolean> {
  if (source.state !== "opened" || source.head === undefined) return false;
  return forge.hasFile(source.projectId, CONFIG_FILE, source.head);
}

async function isTrusted(
  { forge }: Home,
  { trust }: Route,
  { state, projectId, author }: MergeRequest,
): Promise<boolean> {
  return trust === "anyone" || state !== "opened" || isMember(forge, projectId, author);
}

/** Where the bot may not see who is a member, nobody is: a stranger's comment must not stop the job. */
async function isMember(forge: Forge, projectId: number, user: User): Promise<boolean> {
  try {
    return await forge.isMember(projectId, user);
  } catch (error) {
    if (error instanceof TandemError && error.kind === "user") return false;
    throw error;
  }
}
