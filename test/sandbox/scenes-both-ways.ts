// Scenes 7 to 9: a commit of dist-git comes back to source-git, and both sides end in step.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../gitlab-double/git/run-git.ts";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { type Cast, commentOn, type Pair, pageOf, short, tellDist, tellInStep, untilTold } from "./cast.ts";
import { readParagraphs, readState } from "./plain-text.ts";
import type { SceneTools } from "./scene.ts";

const BACKSYNC_TITLE = "Sync from dist-git";

/** Mia commits to dist-git. Resolves with the merge request that brings it to source-git. */
export async function comesBack(cast: Cast, pair: Pair, tools: SceneTools): Promise<MergeRequest> {
  const { stage, pkg, mia } = cast;
  const { admin, view } = stage.double;
  const file = `${pkg.name}.spec`;
  const spec = (await view.file(pkg.dist, pkg.branch, file)) ?? "";
  const own = await admin.commit(pkg.dist, {
    branch: pkg.branch,
    user: mia.user,
    message: "Build with gettext\n",
    files: { [file]: spec.replace(/^BuildRequires: +make$/m, "$&\nBuildRequires:  gettext") },
  });
  tools.act("Mia", `pushes ${short(own)} "Build with gettext" to dist-git's ${pkg.branch}, without source-git`);
  const backsync = await tools.until(`the merge request "${BACKSYNC_TITLE}"`, () =>
    view.mergeRequests(pkg.source).find(({ title }) => title === BACKSYNC_TITLE),
  );
  const path = view.pathOf(pkg.source);
  tools.act("Tandem", `opens ${path}!${backsync.iid} "${backsync.title}", and on Alice's merge request it says:`);
  const comment = await tools.until(`a comment on Alice's merge request that names !${backsync.iid}`, () =>
    stage
      .comments(pair.contribution.mergeRequest)
      .find((text) => /^stopped/.test(readState(text)) && text.includes(`/merge_requests/${backsync.iid})`)),
  );
  tools.act("", readState(comment));
  tools.act("", readParagraphs(comment).find((text) => text.includes(`!${backsync.iid}`)) ?? "");
  await tellDist(cast, pair, tools);
  tools.act("look", pageOf(cast, backsync));
  tools.act("", commentOn(cast, pair.contribution.mergeRequest));
  return backsync;
}

/** Mia merges that merge request, and Alice rebases hers onto it. */
export async function isRebased(
  cast: Cast,
  pair: Pair & { readonly backsync: MergeRequest },
  tools: SceneTools,
): Promise<void> {
  await merge(cast, pair.backsync);
  tools.act("Mia", `merges !${pair.backsync.iid} "${pair.backsync.title}"`);
  const rebased = await rebase(cast, pair);
  tools.act("Alice", `rebases her branch onto ${cast.pkg.branch} and force-pushes ${short(rebased)}`);
  await tellInStep(cast, pair, tools, rebased);
  const { view } = cast.stage.double;
  const tip = view.branches(cast.pkg.dist)[cast.pkg.branch] ?? "";
  const fork = view.project(pair.dist.sourceProjectId ?? 0);
  const head = fork && (await view.commit(fork, pair.dist.sourceBranch));
  if (head?.parents[0] !== tip) throw new Error(`the dist-git commit stands on ${head?.parents[0]}, not on ${tip}`);
  tools.act("", `and stands on Mia's ${short(tip)}`);
  tools.act("look", pageOf(cast, pair.dist));
}

/** As in a clone of her fork: fetch, rebase, push --force. Resolves with the new head. */
async function rebase({ stage, pkg }: Cast, { contribution }: Pair): Promise<string> {
  const { admin, view } = stage.double;
  const { fork, branch } = contribution;
  const clone = await mkdtemp(join(tmpdir(), "tandem-rebase-"));
  const git = (...args: readonly string[]) => {
    const { name, email } = stage.alice.user;
    const env = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
    return runGit(join(clone, ".git"), ["-C", clone, `--work-tree=${clone}`, ...args], { env });
  };
  try {
    await git("init", "--quiet");
    await git("fetch", "--quiet", view.repositoryDir(pkg.source), pkg.branch);
    await git("branch", "upstream", "FETCH_HEAD");
    await git("fetch", "--quiet", view.repositoryDir(fork), branch);
    await git("checkout", "--quiet", "-b", branch, "FETCH_HEAD");
    await git("rebase", "--quiet", "upstream");
    const head = (await git("rev-parse", "HEAD")).stdout.toString("utf8").trim();
    await admin.fetchInto(fork, clone, [`+refs/heads/${branch}:refs/tmp/rebased`]);
    await admin.setBranch(fork, branch, head, stage.alice.user);
    return head;
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

/** Mia merges Alice's merge request, then the one in dist-git. Nothing goes round in circles afterwards. */
export async function isMerged(cast: Cast, pair: Pair, tools: SceneTools): Promise<void> {
  const { stage } = cast;
  const { dist } = pair;
  const { mergeRequest } = pair.contribution;
  await merge(cast, mergeRequest);
  tools.act("Mia", `merges Alice's !${mergeRequest.iid} in source-git`);
  tools.act("Tandem", readState(await untilTold(cast, mergeRequest, tools, /this merge request is merged/)));
  const onDist = await untilTold(cast, dist, tools, /is merged/);
  tools.act("", `And on dist-git's !${dist.iid}: ${readState(onDist)}`);
  const log = stage.service.log.length;
  await merge(cast, dist);
  tools.act("Mia", `merges !${dist.iid} in dist-git`);
  const told = await untilTold(cast, mergeRequest, tools, /the dist-git merge request is merged/);
  tools.act("Tandem", `${readState(told)} ${readParagraphs(told).find((text) => text.includes("left to do")) ?? ""}`);
  // The merge pushed to dist-git's branch, which Tandem looks at like at any push there.
  await tools.until("Tandem's look at what the merge pushed", () =>
    stage.service.log.slice(log).some(({ queue, state }) => queue === "backsync" && state !== undefined),
  );
  await stage.double.idle();
  tools.act("In the end", countAtTheEnd(cast));
  tools.act("look", pageOf(cast, mergeRequest));
  tools.act("", pageOf(cast, dist));
}

function countAtTheEnd({ stage, pkg }: Cast): string {
  const { view } = stage.double;
  const source = view.mergeRequests(pkg.source);
  const dist = view.mergeRequests(pkg.dist);
  const list = (all: readonly MergeRequest[]) => all.map(({ iid, state }) => `!${iid} ${state}`).join(", ");
  const text = `source-git has ${source.length} merge requests (${list(source)}), dist-git has ${dist.length} (${list(dist)})`;
  const isDone = [...source, ...dist].every(({ state }) => state === "merged");
  const comments = source.map((each) => stage.comments(each).length);
  if (!isDone || source.length !== 2 || dist.length !== 1 || Math.max(...comments) > 1)
    throw new Error(`${text}, with ${comments.join(" and ")} comments of Tandem: something went round in circles`);
  return `${text}; nothing goes to and fro.`;
}

async function merge({ stage, mia }: Cast, { projectId, iid }: MergeRequest): Promise<void> {
  const path = `/projects/${projectId}/merge_requests/${iid}/merge`;
  const answer = await stage.double.request("PUT", path, { token: mia.token });
  if (answer.status !== 200) throw new Error(`merging !${iid}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
