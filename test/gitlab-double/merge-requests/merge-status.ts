// Whether a merge request can be merged, computed with git and remembered per pair of commits.
import type { App } from "../app.ts";
import { mergeTree } from "../git/commit-files.ts";
import type { MergeRequest } from "../state/types.ts";
import { isDraft } from "./title.ts";

/** What git says about bringing the head into the target branch. */
export interface MergeStatus {
  readonly conflicts: boolean;
  /** GitLab's `detailed_merge_status`. */
  readonly detailed: string;
  /** Merge base; undefined when there is none. */
  readonly base: string | undefined;
  /** Head of the target branch; undefined when it is gone. */
  readonly start: string | undefined;
}

const known = new WeakMap<App, Map<string, Promise<Omit<MergeStatus, "detailed">>>>();

/** The merge status as of now. */
export async function mergeStatus(app: App, mr: MergeRequest): Promise<MergeStatus> {
  const start = app.repository(mr.projectId).branch(mr.targetBranch);
  const cache = known.get(app) ?? new Map();
  known.set(app, cache);
  const key = `${mr.projectId} ${mr.sha} ${start}`;
  const compared = cache.get(key) ?? compare(app, mr, start);
  cache.set(key, compared);
  const status = { ...(await compared) };
  if (mr.state !== "opened") return { ...status, base: mr.baseSha ?? undefined, detailed: "not_open" };
  return { ...status, detailed: detailed(app, mr, status) };
}

async function compare(app: App, mr: MergeRequest, start: string | undefined): Promise<Omit<MergeStatus, "detailed">> {
  const repository = app.repository(mr.projectId);
  if (start === undefined) return { conflicts: true, base: undefined, start };
  const base = await repository.mergeBase(start, mr.sha);
  const fastForward = base === start || base === mr.sha;
  const conflicts = !fastForward && (await mergeTree(repository, start, mr.sha)) === undefined;
  return { conflicts, base, start };
}

function detailed(app: App, mr: MergeRequest, status: Omit<MergeStatus, "detailed">): string {
  if (isDraft(mr.title)) return "draft_status";
  const source = app.world.projects.has(mr.sourceProjectId) ? app.repository(mr.sourceProjectId) : undefined;
  if (source?.branch(mr.sourceBranch) === undefined) return "commits_status";
  if (status.conflicts) return "conflict";
  if (app.world.projectOf(mr.projectId).mergeMethod === "ff" && status.base !== status.start) return "need_rebase";
  return "mergeable";
}
