// What may happen to a pair, each as one job on a GitLab double: what the job asks of the forge and of git is counted.
import { parseSha } from "../../src/model/ids.ts";
import type { Job } from "../../src/model/jobs.ts";
import type { GitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import {
  type Account,
  type Contribution,
  contribute,
  createPackage,
  helloSource,
  type Package,
} from "../support/package.ts";
import { createJobRunner, type JobRun } from "../support/run-job.ts";

/** One job that was worked on. */
export interface StoryRun extends JobRun {
  readonly story: StoryName;
}

/** All stories, in the order in which they happen, and how their job ends. */
export const STORIES = [
  { name: "new, first of its package", ends: "done" },
  { name: "new", ends: "done" },
  { name: "pipeline event", ends: "done" },
  { name: "after a pipeline event", ends: "done" },
  { name: "in step", ends: "noop" },
  { name: "title edited", ends: "done" },
  { name: "push", ends: "done" },
  { name: "close", ends: "done" },
  { name: "reopen", ends: "done" },
  { name: "merge", ends: "done" },
  { name: "mistake", ends: "refused" },
  { name: "mended", ends: "done" },
  { name: "retest", ends: "done" },
  { name: "recreate", ends: "done" },
  { name: "backsync, nothing to do", ends: "noop" },
  { name: "backsync, new", ends: "done" },
  { name: "backsync, up to date", ends: "noop" },
  { name: "dist-git moved", ends: "done" },
  { name: "sweep, full", ends: "done" },
] as const;

type StoryName = (typeof STORIES)[number]["name"];

const DEVELOPER = 30;
const ANY = { v: 1, forge: "gitlab", origin: "cost" } as const;

/**
 * Plays all stories, one after the other. The bot is Developer in the source-git project, as the documentation of a package's
 * onboarding asks for, and has not this right in the contributor's fork.
 * @param home directory for the git cache
 */
export async function playCostStories(double: GitLabDouble, home: string): Promise<readonly StoryRun[]> {
  const bot: Account = double.admin.createUser("tandem-bot", { name: "Tandem", token: "glpat-cost-bot" });
  const alice: Account = double.admin.createUser("alice", { name: "Alice Contributor" });
  double.settings.pipelineMode = "manual";
  const runner = createJobRunner({ double, bot, home });
  const pkg = await createPackage(double, {
    name: "hello",
    source: "packit-service/src/hello",
    dist: "packit-service/rpms/hello",
  });
  double.admin.addMember(pkg.source, bot.user, DEVELOPER);
  const runs: StoryRun[] = [];
  const play = async (story: StoryName, job: Job) => {
    const run = await runner.run(job);
    runs.push({ story, ...run });
    return run;
  };
  const world: World = { double, alice, pkg, play };
  // The process asks once who it is.
  await runner.run(mirrorOf({ projectId: pkg.source.id, iid: 999 }));
  const first = await playPair(world);
  await playCommands(world, first);
  await playBacksync(world);
  await play("dist-git moved", mirrorOf(first.mergeRequest));
  await play("sweep, full", { v: 1, queue: "sweep", route: "staging", full: true, origin: "cost" });
  return runs;
}

interface World {
  readonly double: GitLabDouble;
  readonly alice: Account;
  readonly pkg: Package;
  readonly play: (story: StoryName, job: Job) => Promise<JobRun>;
}

/** Returns the first of two contributions, whose pair stays open. */
async function playPair(world: World): Promise<Contribution> {
  const { double, alice, pkg, play } = world;
  const first = await contribute(double, pkg, alice, { branch: "first" });
  await play("new, first of its package", mirrorOf(first.mergeRequest));
  const { fork, branch, mergeRequest } = await contribute(double, pkg, alice, { branch: "second" });
  const job = mirrorOf(mergeRequest);
  const edit = (body: object) => put(world, mergeRequest, { body, token: alice.token });
  await play("new", job);
  await play("pipeline event", pipelineJob(world, pairOf(world, mergeRequest)));
  await play("after a pipeline event", job);
  await play("in step", job);
  await edit({ title: "Greet very politely" });
  await play("title edited", job);
  const files = { "hello.c": helloSource("Good evening") };
  await double.admin.commit(fork, { user: alice.user, branch, message: "Good evening\n", files });
  await play("push", job);
  await edit({ state_event: "close" });
  await play("close", job);
  await edit({ state_event: "reopen" });
  await play("reopen", job);
  await put(world, mergeRequest, { action: "/merge", body: {}, token: maintainerToken(world) });
  await play("merge", job);
  return first;
}

async function playCommands(world: World, { mergeRequest, fork, branch }: Contribution): Promise<void> {
  const { double, alice, play } = world;
  const job = mirrorOf(mergeRequest);
  const good = mergeRequest.sha;
  const push = (message: string) =>
    double.admin.commit(fork, { user: alice.user, branch, parent: good, message, files: { "good.c": "int good;\n" } });
  await push("Good night\n\nPatch-id: seven\n");
  await play("mistake", job);
  await push("Good night\n\nPatch-id: 7\n");
  await play("mended", job);
  await say(world, mergeRequest, "/tandem-stg retest", maintainerToken(world));
  await play("retest", job);
  // The comments on the one that is replaced are read.
  await say(world, pairOf(world, mergeRequest), "Nice.");
  await say(world, mergeRequest, "/tandem-stg recreate");
  await play("recreate", job);
}

async function playBacksync({ double, pkg, play }: World): Promise<void> {
  const job = { ...ANY, queue: "backsync", projectId: pkg.dist.id, branch: pkg.branch } as const;
  await play("backsync, nothing to do", job);
  await double.admin.commit(pkg.dist, {
    branch: pkg.branch,
    user: pkg.maintainer,
    message: "Gate it\n",
    files: { "gating.yaml": "--- !Policy\n" },
  });
  await play("backsync, new", job);
  await play("backsync, up to date", job);
}

function mirrorOf({ projectId, iid }: Pick<MergeRequest, "projectId" | "iid">): Job {
  return { ...ANY, queue: "mirror", projectId, iid };
}

function pairOf({ double, pkg }: World, { iid }: MergeRequest): MergeRequest {
  const found = double.view
    .mergeRequests(pkg.dist)
    .find(({ sourceBranch }) => sourceBranch === `src-${iid}-${pkg.branch}`);
  if (!found) throw new Error(`!${iid} has no pair`);
  return found;
}

/** The job of the newest pipeline of a pair. */
function pipelineJob({ double }: World, pair: MergeRequest): Job {
  const [pipeline] = double.view.mergeRequestPipelines(pair);
  const sha = pipeline && parseSha(pipeline.sha);
  if (!sha) throw new Error(`!${pair.iid} has no pipeline`);
  return { ...ANY, queue: "ci", projectId: pipeline.projectId, sha, ref: pipeline.ref };
}

async function put({ double }: World, { projectId, iid }: MergeRequest, change: Change): Promise<void> {
  const { action = "", body, token } = change;
  const answer = await double.request("PUT", `/projects/${projectId}/merge_requests/${iid}${action}`, { token, body });
  if (answer.status !== 200) throw new Error(`PUT of !${iid}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

function maintainerToken({ double, pkg }: World): string {
  return double.admin.createToken(pkg.maintainer, { value: "glpat-cost-maintainer" }).value;
}

async function say(
  { double, alice }: World,
  { projectId, iid }: MergeRequest,
  body: string,
  token = alice.token,
): Promise<void> {
  const path = `/projects/${projectId}/merge_requests/${iid}/notes`;
  const { status } = await double.request("POST", path, { token, body: { body } });
  if (status !== 201) throw new Error(`a comment on !${iid}: ${status}`);
}

interface Change {
  readonly action?: "/merge";
  readonly body: object;
  readonly token: string;
}
