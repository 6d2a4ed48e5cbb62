// The play: a contributor opens a merge request, and what follows from it is told as it happens.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { MergeRequest, Project } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { type Contribution, contribute, helloSource, type Package, specFile } from "../support/package.ts";
import type { Stage } from "../support/stage.ts";
import type { Narrator } from "./narrator.ts";

const run = promisify(execFile);

/** What the walk ended with. */
export interface Walk {
  readonly contribution: Contribution;
  readonly pair: MergeRequest;
  /** The bot's fork of dist-git. */
  readonly fork: Project;
}

const PIPELINE_STATUS = "Dist-git MR CI Pipeline";
/** A step has that long. The whole walk is held to a minute by main.ts. */
const STEP = { withinMs: 55_000 };

/** Opens the merge request and follows it until its pipeline's result is back. */
export async function walk(stage: Stage, pkg: Package, commits: Commits, narrator: Narrator): Promise<Walk> {
  const { double, alice } = stage;
  const { view } = double;
  const distPath = view.pathOf(pkg.dist);

  const contribution = await contribute(double, pkg, alice, { branch: "polite-greeting", ...commits });
  const { mergeRequest } = contribution;
  const { iid, sha } = mergeRequest;
  narrator.tell(
    "contributor",
    `Alice forks, commits ${counted(commits.commits.length)}, opens !${iid} "${commits.title}"`,
    `${double.url}/${view.pathOf(pkg.source)}/-/merge_requests/${iid}`,
  );

  const delivery = await eventually(
    () =>
      double.logs.deliveries.find(
        ({ event, responseStatus }) => event === "merge_requests" && responseStatus !== undefined,
      ),
    { ...STEP, what: "a delivery" },
  );
  narrator.tell(
    "delivery",
    `GitLab posts a Merge Request Hook, Tandem answers ${delivery.responseStatus} in ${delivery.durationMs} ms`,
    delivery.responseBody.trim(),
  );
  if (delivery.responseStatus !== 202) throw new Error("the delivery was not accepted");

  const fork = await eventually(() => view.forks(pkg.dist)[0], { ...STEP, what: "the bot's fork" });
  narrator.tell("job", `mirror: the bot forks ${distPath}`, view.pathOf(fork));
  const pairBranch = `src-${iid}-${pkg.branch}`;
  const commit = await eventually(() => refused(stage, mergeRequest) ?? view.branches(fork)[pairBranch], {
    ...STEP,
    what: "the dist-git branch",
  });
  narrator.tell("dist-git branch", `${pairBranch} is pushed`, `commit ${commit}, made from source-git commit ${sha}`);
  if ((await view.file(fork, pairBranch, ".gitlab-ci.yml")) !== undefined)
    narrator.tell("CI file", ".gitlab-ci.yml is in the commit, so that a pipeline runs");
  const pair = await eventually(() => stage.distMergeRequest(pkg, iid), {
    ...STEP,
    what: "the dist-git merge request",
  });
  narrator.tell(
    "dist-git MR",
    `!${pair.iid} "${pair.title}" is open`,
    `${double.url}/${distPath}/-/merge_requests/${pair.iid}`,
  );

  await followPipeline(stage, pkg, { contribution, pair, fork }, narrator);
  return { contribution, pair, fork };
}

/** The change that the contributor makes. */
export interface Commits {
  readonly title: string;
  readonly description: string;
  readonly commits: readonly { readonly message: string; readonly files: Readonly<Record<string, string>> }[];
}

/** A change of the code and a change of the packaging, for the sandbox's own packages. */
export function politeGreeting(name: string): Commits {
  return {
    title: "Greet politely",
    description: "The old greeting was too short for a program of this standing.",
    commits: [
      {
        message:
          "Greet politely\n\nA program of this standing should take its time.\n\nPatch-name: greet-politely.patch\n",
        files: { "hello.c": helloSource("Good morning, dear user") },
      },
      {
        message: "Bump the release\n",
        files: { [`.distro/${name}.spec`]: specFile(name, "1.0", 2) },
      },
    ],
  };
}

/** A harmless change for any repository. */
export const ANY_CHANGE: Commits = {
  title: "Add a note for the sandbox",
  description: "Made by Tandem's sandbox to try this repository.",
  commits: [
    { message: "Add a note for the sandbox\n\nIt changes nothing.\n", files: { "TANDEM-SANDBOX.txt": "Hello.\n" } },
  ],
};

/** Why the walk cannot go on, as the bot told it. */
function refused(stage: Stage, mergeRequest: MergeRequest): never | undefined {
  const comment = stage.comments(mergeRequest)[0];
  if (comment && !comment.includes("in step")) throw new Error(`Tandem refused:\n${comment}`);
  return undefined;
}

async function followPipeline(
  stage: Stage,
  pkg: Package,
  { contribution, pair }: Walk,
  narrator: Narrator,
): Promise<void> {
  const { double } = stage;
  const { view } = double;
  const { mergeRequest } = contribution;
  const told = new Set<string>();
  const once = (what: string, text: string, ...details: readonly string[]) => {
    if (!told.has(text)) narrator.tell(what, text, ...details);
    told.add(text);
  };
  const statusOnSource = () =>
    [contribution.fork, pkg.source]
      .flatMap((project) => view.statuses(project, mergeRequest.sha).map((row) => ({ project, row })))
      .find(({ row }) => row.name === PIPELINE_STATUS);
  const { project, row } = await eventually(
    () => {
      const pipeline = view.mergeRequestPipelines(pair)[0];
      const runsIn = pipeline && view.project(pipeline.projectId);
      if (!runsIn) return undefined;
      const url = `${double.url}/${view.pathOf(runsIn)}/-/pipelines/${pipeline.id}`;
      once("pipeline", `${pipeline.id} is ${pipeline.status}`, ...(told.size === 0 ? [url] : []));
      const status = statusOnSource();
      if (status) once("status", `"${PIPELINE_STATUS}" on ${mergeRequest.sha.slice(0, 8)} is ${status.row.status}`);
      return status && isFinal(status.row.status) ? status : undefined;
    },
    { ...STEP, what: "the pipeline's result on the source commit" },
  );
  await eventually(() => stage.comments(mergeRequest)[0]?.includes(` ${row.status} |`), {
    ...STEP,
    what: "the result in the comment",
  });
  narrator.tell(
    "comment",
    `one comment on !${mergeRequest.iid} tells all of it (the status is in ${view.pathOf(project)})`,
  );
  if (row.status !== "success") throw new Error(`the pipeline ended with ${row.status}`);
}

function isFinal(status: string): boolean {
  return ["success", "failed", "canceled", "skipped"].includes(status);
}

/** The change that the dist-git merge request brings, as a maintainer reads it. */
export async function distGitDiff(stage: Stage, pkg: Package, { fork, pair }: Walk): Promise<string> {
  const cwd = stage.double.view.repositoryDir(fork);
  const range = `${pkg.branch}...${pair.sourceBranch}`;
  const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
  const stat = await run("git", ["diff", "--stat=100", range, "--"], options);
  const diff = await run("git", ["diff", range, "--"], options);
  return `${stat.stdout}\n${diff.stdout}`;
}

function counted(changes: number): string {
  return changes === 1 ? "a change" : `${changes} changes`;
}
