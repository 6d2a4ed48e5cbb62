// Everything that people can see of a world, in words that do not depend on when and on which port it was made.
import { runGit } from "../gitlab-double/git/run-git.ts";
import type { MergeRequest, Project } from "../gitlab-double/state/types.ts";
import type { ChaosWorld } from "./chaos-world.ts";

/** Lines; two worlds in the same state have the same ones. */
export async function stateOf(world: ChaosWorld): Promise<readonly string[]> {
  const { double } = world;
  await double.idle();
  const heads = new Map<string, string>();
  for (const project of double.view.projects())
    for (const [branch, sha] of Object.entries(double.view.branches(project)))
      if (!heads.has(sha)) heads.set(sha, `<head of ${double.view.pathOf(project)} ${branch}>`);
  const lines: string[] = [];
  for (const project of double.view.projects()) {
    lines.push(...(await branchLines(world, project)));
    for (const { url, events, token } of double.view.hooks(project))
      lines.push(`${double.view.pathOf(project)} hook to ${url} for ${events} with ${token}`);
    for (const mergeRequest of double.view.mergeRequests(project))
      lines.push(...mergeRequestLines(world, project, mergeRequest));
    lines.push(...statusLines(world, project));
  }
  return lines.map((line) => normalise(line.replaceAll(double.url, "<forge>"), heads));
}

async function branchLines({ double }: ChaosWorld, project: Project): Promise<readonly string[]> {
  const path = double.view.pathOf(project);
  const directory = double.view.repositoryDir(project);
  const lines: string[] = [];
  for (const [branch, sha] of Object.entries(double.view.branches(project)).sort()) {
    lines.push(`${path} ${branch}: ${sha}`);
    if (!/^src-|^sync-/.test(branch)) continue;
    const text = async (args: readonly string[]) => String((await runGit(directory, args)).stdout);
    lines.push(`${path} ${branch} commit: ${await text(["log", "-1", "--format=%an|%cn|%P|%B", sha])}`);
    lines.push(`${path} ${branch} diff: ${await text(["diff-tree", "-p", "--no-commit-id", `${sha}^1`, sha])}`);
  }
  return lines;
}

function mergeRequestLines({ double }: ChaosWorld, project: Project, mergeRequest: MergeRequest): readonly string[] {
  const { iid, state, title, description, sourceBranch, targetBranch, sha, autoMerge, authorId } = mergeRequest;
  const name = `${double.view.pathOf(project)}!${iid}`;
  return [
    `${name} ${state} by ${authorId}: ${sourceBranch} (${sha}) into ${targetBranch}, ${autoMerge ? "set to merge" : "no auto-merge"}`,
    `${name} title: ${title}`,
    `${name} description: ${description}`,
    ...double.view
      .notes(mergeRequest)
      .map(({ authorId: by, body, emoji }) => `${name} note of ${by} (${emoji.map((each) => each.name)}): ${body}`),
    `${name} pipelines: ${double.view.mergeRequestPipelines(mergeRequest).map(({ sha: of, status }) => `${of} ${status}`)}`,
  ];
}

/** Each row that a posted status made, the replaced ones included: none may be there twice. */
function statusLines({ double }: ChaosWorld, project: Project): readonly string[] {
  return double.view
    .pipelines(project)
    .filter(({ source }) => source === "external")
    .flatMap((pipeline) =>
      double.view
        .jobs(pipeline)
        .map(
          ({ name, status, targetUrl }) =>
            `${double.view.pathOf(project)} status of ${pipeline.sha}: ${name} ${status} ${targetUrl}`,
        ),
    )
    .sort();
}

/** Whoever looks once more sees a pipeline that has not begun; its event would have told of it anyway. */
const NOT_BEGUN = /\| check \|.*\n\| --- .*\n(\|.*· created.*\n)+\n/;

/** What was noticed while a commit was made is told by the attempt that made it: if that dies, only with the next commit. */
const REMARKS = /(, open\n\n)- This branch lacks the newest commits.*\n\n/;

function normalise(line: string, heads: ReadonlyMap<string, string>): string {
  return line
    .replace(NOT_BEGUN, "")
    .replace(REMARKS, "$1")
    .replace(/,"(?:notes":\[[^\]]*\]|distSeen":"[^"]*")/g, "")
    .replace(", and its checks wait to be run", "")
    .replace(/\b[0-9a-f]{40}\b/g, (sha) => heads.get(sha) ?? "<sha>")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/g, "<sha>")
    .replace(/#note_\d+/g, "#note")
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z)?/g, "<time>")
    .replace(/"(\w*(?:[aA]t|[sS]ince))":\d+/g, '"$1":<time>')
    .replace(/[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4} [\d:]+ [+-]\d{4}/g, "<date>");
}
