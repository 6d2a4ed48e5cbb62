// Looks at the end of a life: facts for the model, from the forge, from git, and from what people did.
import { runGit } from "../../gitlab-double/git/run-git.ts";
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { botComments, type Deeds } from "./act.ts";
import { backsyncsOf, type LiveStage, pairsOf } from "./live-stage.ts";
import type { BranchFacts, SourceFacts } from "./model.ts";

/** Files that people put into dist-git by hand. */
const BY_HAND = /^(?:notes|tweak)-\d+\.txt$/;

/** A source merge request and its dist-git side. */
export interface SeenSource {
  readonly facts: SourceFacts;
  readonly mergeRequest: MergeRequest;
  /** The bot's dist-git merge requests, oldest first. */
  readonly pairs: readonly MergeRequest[];
  /** The newest of them, as it is in git. */
  readonly pair: SeenBranch | undefined;
  readonly comments: readonly string[];
}

/** The head of a pair's branch. */
export interface SeenBranch {
  readonly message: string;
  /** What it changes, one line for each file: status, blob, name. */
  readonly changes: readonly string[];
}

/** Looks at a source merge request. */
export async function seeSource(stage: LiveStage, deeds: Deeds, mergeRequest: MergeRequest): Promise<SeenSource> {
  const pairs = pairsOf(stage, mergeRequest);
  const newest = pairs.at(-1);
  return {
    facts: await factsOf(stage, deeds, mergeRequest, newest),
    mergeRequest,
    pairs,
    pair: newest && (await seeBranch(stage, newest)),
    comments: botComments(stage, mergeRequest),
  };
}

async function factsOf(
  stage: LiveStage,
  deeds: Deeds,
  mergeRequest: MergeRequest,
  newest: MergeRequest | undefined,
): Promise<SourceFacts> {
  const { pkg, double, trust } = stage;
  const { state, targetBranch, sha } = mergeRequest;
  if (state === "locked") throw new Error("nothing locks a merge request here");
  const served = targetBranch !== "side";
  const source = double.view.repositoryDir(pkg.source);
  const dist = await filesOf(double.view.repositoryDir(pkg.dist), served ? targetBranch : "c9s");
  const [target, head] = await Promise.all([targetBranch, sha].map((name) => filesOf(source, name, ".distro/")));
  const byHand = dist.filter((name) => BY_HAND.test(name));
  const lacks = (files: readonly string[] = []) => byHand.some((name) => !files.includes(name));
  const foreign = newest && deeds.foreign.get(newest.sourceBranch);
  return {
    state,
    served,
    trusted: trust === "anyone" || deeds.approved.has(sha),
    bad: (await git(source, ["log", "--format=%B", `v1.0..${sha}`])).includes("Patch-id: abc"),
    effect: effectOf({
      changes: (await git(source, ["rev-list", `v1.0..${sha}`, "--", ".", ":(exclude).distro"])) !== "",
      patches: dist.some((name) => name.endsWith(".patch")),
      isSame: byHand.join() === (head ?? []).filter((name) => BY_HAND.test(name)).join(),
    }),
    distAhead: lacks(target) && lacks(head),
    pair: newest ? pairStateOf(newest) : "none",
    foreign: foreign !== undefined && newest !== undefined && foreign === headOf(stage, newest),
    withdrawn: /"withoutEffect":/.test(newest?.description ?? ""),
  };
}

function effectOf(given: { readonly changes: boolean; readonly patches: boolean; readonly isSame: boolean }) {
  if (given.patches || !given.isSame) return "maybe";
  return given.changes ? "yes" : "no";
}

function pairStateOf({ state, description }: MergeRequest): SourceFacts["pair"] {
  // It was replaced, and the one in its place could not be made yet.
  if (/"successor":/.test(description ?? "")) return "none";
  if (state === "merged") return "merged";
  return state === "opened" || /"closedWithSource":true/.test(description ?? "") ? "kept" : "closed-by-hand";
}

/** Head of a merge request's branch in its fork. */
export function headOf({ double }: LiveStage, { sourceProjectId, sourceBranch }: MergeRequest): string | undefined {
  const fork = double.view.project(sourceProjectId);
  return fork && double.view.branches(fork)[sourceBranch];
}

async function seeBranch(stage: LiveStage, pair: MergeRequest): Promise<SeenBranch | undefined> {
  const fork = stage.double.view.project(pair.sourceProjectId);
  const head = headOf(stage, pair);
  if (!fork || !head) return undefined;
  const directory = stage.double.view.repositoryDir(fork);
  const changes = await git(directory, ["diff-tree", "-r", "--no-commit-id", `${head}^1`, head]);
  return {
    message: await git(directory, ["log", "-1", "--format=%B", head]),
    changes: changes.split("\n").map((line) => line.replace(/^\S+ \S+ \S+ /, "")),
  };
}

/** Looks at a dist-git branch. */
export async function seeBranchFacts(stage: LiveStage, branch: string): Promise<BranchFacts> {
  const { double, pkg } = stage;
  const dist = await filesOf(double.view.repositoryDir(pkg.dist), branch);
  const source = await filesOf(double.view.repositoryDir(pkg.source), branch, ".distro/");
  const last = backsyncsOf(stage, branch).at(-1);
  const knows = last?.description?.includes(`"distHead":"${double.view.branches(pkg.dist)[branch]}"`) ?? false;
  const isArrived = /"arrived":true/.test(last?.description ?? "");
  return {
    ahead: dist.some((name) => BY_HAND.test(name) && !source.includes(name)),
    declined: last?.state === "closed" && knows && !isArrived,
  };
}

async function filesOf(directory: string, name: string, below = ""): Promise<readonly string[]> {
  const paths = (await git(directory, ["ls-tree", "-r", "--name-only", name, "--", ...(below ? [below] : [])])).split(
    "\n",
  );
  return paths.map((path) => path.slice(below.length));
}

async function git(directory: string, args: readonly string[]): Promise<string> {
  const { stdout } = await runGit(directory, args);
  return stdout.toString("utf8").trim();
}
