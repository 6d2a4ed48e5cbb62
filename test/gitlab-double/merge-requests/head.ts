// The head of a merge request: GitLab keeps it in the target project as `refs/merge-requests/<iid>/head`.
import type { App } from "../app.ts";
import { createMergeRequestPipeline } from "../pipelines/create-pipeline.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { addSystemNote, announce } from "./announce.ts";
import { stopAutoMerge } from "./stop-auto-merge.ts";

/** Brings the source branch's commits into the target project's repository and notes head and merge base. */
export async function copyHead(app: App, mr: MergeRequest): Promise<void> {
  if (!app.world.projects.has(mr.sourceProjectId)) return;
  const target = app.repository(mr.projectId);
  const source = app.repository(mr.sourceProjectId);
  const head = source.branch(mr.sourceBranch);
  if (head === undefined) return;
  const ref = `refs/merge-requests/${mr.iid}/head`;
  if (source === target) await target.setRef(ref, head);
  else await target.fetch(source.dir, [`${head}:${ref}`]);
  mr.sha = head;
  mr.heads.add(head);
  const start = target.branch(mr.targetBranch);
  mr.baseSha = start === undefined ? null : ((await target.mergeBase(start, head)) ?? null);
}

/** After a push to a source branch: its open merge requests get the new head, an `update` with `oldrev`, a pipeline. */
export async function refreshHeads(
  app: App,
  actor: Actor,
  pushed: { readonly projectId: number; readonly branch: string },
): Promise<void> {
  const open = [...app.world.mergeRequests.values()].filter(
    (mr) => mr.state === "opened" && mr.sourceProjectId === pushed.projectId && mr.sourceBranch === pushed.branch,
  );
  for (const mr of open) {
    const oldrev = mr.sha;
    await copyHead(app, mr);
    if (mr.sha === oldrev) continue;
    stopAutoMerge(app, actor, mr);
    addSystemNote(app, actor, mr, `added commits ${oldrev.slice(0, 8)}...${mr.sha.slice(0, 8)}`);
    await announce(app, actor, mr, { action: "update", oldrev });
    await createMergeRequestPipeline(app, actor, mr);
  }
}
