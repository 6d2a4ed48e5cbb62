// Does what a life says, as people do it: through the API with their own tokens, and by pushing. Notes what they did.
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { type Account, helloSource } from "../../support/package.ts";
import { backsyncsOf, type LiveStage, pairsOf } from "./live-stage.ts";
import type { Action } from "./random-life.ts";

/** What people did that the final state of the forge does not tell. */
export interface Deeds {
  /** Heads that a member let pass while the bot asked about them. */
  readonly approved: Set<string>;
  /** The last foreign commit on each of the bot's branches. */
  readonly foreign: Map<string, string>;
  /** Ids of dist-git merge requests that the maintainer closed while they were not marked as closed by the bot. */
  readonly closedByHand: Set<number>;
  /** Number of the next text. */
  next: number;
  /** How often which action took place, and how often it could not. */
  readonly counts: Map<string, number>;
}

/** Nothing done yet. */
export function noDeeds(): Deeds {
  return { approved: new Set(), foreign: new Map(), closedByHand: new Set(), next: 1, counts: new Map() };
}

/** Carries an action out, or leaves it out where it is not possible. */
export async function act(stage: LiveStage, deeds: Deeds, action: Action): Promise<void> {
  const isDone = "mr" in action ? await actOnPair(stage, deeds, action) : await actOnBranch(stage, deeds, action);
  const name = isDone ? action.do : `no ${action.do}`;
  deeds.counts.set(name, (deeds.counts.get(name) ?? 0) + 1);
}

type OnPair = Extract<Action, { readonly mr: unknown }>;

async function actOnPair(stage: LiveStage, deeds: Deeds, action: OnPair): Promise<boolean> {
  // Where there is only one, it is that.
  const { mergeRequest } = stage.contributions[action.mr] ?? stage.contributions[0] ?? {};
  if (!mergeRequest || mergeRequest.state === "merged") return false;
  switch (action.do) {
    case "push":
      return push(stage, deeds, mergeRequest, action);
    case "command":
      return command(stage, deeds, mergeRequest, action);
    case "merge":
      return put(stage, mergeRequest, stage.maintainer, {}, "/merge");
    case "dist-close":
    case "dist-reopen":
    case "dist-push":
    case "dist-merge":
      return actOnDist(stage, deeds, mergeRequest, action.do);
    default:
      return put(stage, mergeRequest, stage.author, changeOf(action, mergeRequest, deeds.next++));
  }
}

function changeOf(
  action: Exclude<
    OnPair,
    { do: "push" | "command" | "merge" | "dist-close" | "dist-reopen" | "dist-push" | "dist-merge" }
  >,
  { title }: MergeRequest,
  number: number,
): object {
  switch (action.do) {
    case "retitle":
      return { title: `${title.startsWith("Draft: ") ? "Draft: " : ""}Title ${number}` };
    case "describe":
      return { description: `Description ${number}.` };
    case "draft":
      return { title: `${action.on ? "Draft: " : ""}${title.replace(/^Draft: /, "")}` };
    case "label":
      return { labels: `label-${number}` };
    case "close":
    case "reopen":
      return { state_event: action.do };
    case "retarget":
      return { target_branch: action.to };
  }
}

async function push(
  stage: LiveStage,
  deeds: Deeds,
  mergeRequest: MergeRequest,
  { content, onto }: Extract<Action, { do: "push" }>,
): Promise<boolean> {
  const { double, author, pkg, start } = stage;
  const fork = double.view.project(mergeRequest.sourceProjectId);
  const branch = mergeRequest.sourceBranch;
  if (!fork) return false;
  // What the target has must be there to be built upon.
  await double.admin.fetchInto(fork, double.view.repositoryDir(pkg.source), ["+refs/heads/*:refs/target/*"]);
  const target = double.view.branches(pkg.source)[mergeRequest.targetBranch] ?? start;
  const parent = { head: double.view.branches(fork)[branch] ?? start, target, start }[onto];
  const number = deeds.next++;
  const yaml = ".distro/source-git.yaml";
  const files =
    content === "packaging"
      ? { [yaml]: `${await double.view.file(fork, parent, yaml)}# ${number}\n` }
      : { [branch === "fix" ? "hello.c" : "bye.c"]: helloSource(`Hello ${number}`) };
  const message = `Change ${number}\n${content === "bad-trailer" ? "\nPatch-id: abc\n" : ""}`;
  await double.admin.commit(fork, { branch, parent, message, files, user: author.user });
  return true;
}

async function command(
  stage: LiveStage,
  deeds: Deeds,
  mergeRequest: MergeRequest,
  { on, name, by }: Extract<Action, { do: "command" }>,
): Promise<boolean> {
  const where = on === "source" ? mergeRequest : pairsOf(stage, mergeRequest).at(-1);
  if (!where) return false;
  if (on === "source" && name === "ok" && by === "member") {
    const asked = /"awaits":"([0-9a-f]+)"/.exec(botComments(stage, mergeRequest)[0] ?? "")?.[1];
    if (asked) deeds.approved.add(asked);
  }
  const path = `/projects/${where.projectId}/merge_requests/${where.iid}/notes`;
  const { token } = stage[by];
  const { status } = await stage.double.request("POST", path, { token, body: { body: `/tandem ${name}` } });
  return status < 300;
}

async function actOnDist(
  stage: LiveStage,
  deeds: Deeds,
  mergeRequest: MergeRequest,
  what: "dist-close" | "dist-reopen" | "dist-push" | "dist-merge",
): Promise<boolean> {
  const pair = pairsOf(stage, mergeRequest).at(-1);
  if (!pair) return false;
  switch (what) {
    case "dist-close": {
      const isMarked = /"closedWithSource":true/.test(pair.description ?? "");
      if (!isMarked && pair.state === "opened") deeds.closedByHand.add(pair.id);
      return put(stage, pair, stage.maintainer, { state_event: "close" });
    }
    case "dist-reopen":
      deeds.closedByHand.delete(pair.id);
      return put(stage, pair, stage.maintainer, { state_event: "reopen" });
    case "dist-merge":
      return put(stage, pair, stage.maintainer, {}, "/merge");
    case "dist-push": {
      const fork = stage.double.view.project(pair.sourceProjectId);
      if (!fork || pair.state !== "opened") return false;
      const sha = await stage.double.admin.commit(fork, {
        branch: pair.sourceBranch,
        message: "A tweak by hand\n",
        files: { [`tweak-${deeds.next++}.txt`]: "by hand\n" },
        user: stage.maintainer.user,
      });
      deeds.foreign.set(pair.sourceBranch, sha);
      return true;
    }
  }
}

async function actOnBranch(stage: LiveStage, deeds: Deeds, action: Exclude<Action, OnPair>): Promise<boolean> {
  const { branch } = action;
  if (action.do === "dist-commit") {
    const number = deeds.next++;
    await stage.double.admin.commit(stage.pkg.dist, {
      branch,
      message: `Add notes ${number}\n`,
      files: { [`notes-${number}.txt`]: `${number}\n` },
      user: stage.maintainer.user,
    });
    return true;
  }
  const open = [branch, "c9s", "c10s"].flatMap((each) => backsyncsOf(stage, each));
  const request = open.find(({ state }) => state === "opened");
  if (!request) return false;
  return action.do === "backsync-merge"
    ? put(stage, request, stage.maintainer, {}, "/merge")
    : put(stage, request, stage.maintainer, { state_event: "close" });
}

/** The bot's comments on a merge request. */
export function botComments({ double, botUser }: LiveStage, mergeRequest: MergeRequest): readonly string[] {
  return double.view
    .notes(mergeRequest)
    .filter(({ authorId }) => authorId === botUser.user.id)
    .map(({ body }) => body);
}

/** False where GitLab refuses: a merge with conflicts, a second open one. */
async function put(
  { double }: LiveStage,
  { projectId, iid }: MergeRequest,
  { token }: Account,
  body: object,
  suffix = "",
): Promise<boolean> {
  const path = `/projects/${projectId}/merge_requests/${iid}${suffix}`;
  const { status } = await double.request("PUT", path, { token, body });
  if (status >= 500) throw new Error(`PUT ${path}: ${status}`);
  return status < 300;
}
