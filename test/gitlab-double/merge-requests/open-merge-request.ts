// Opens a merge request with GitLab's refusals.
import type { App } from "../app.ts";
import { invalidField, refused } from "../http/reply.ts";
import { createMergeRequestPipeline } from "../pipelines/create-pipeline.ts";
import type { Actor, MergeRequest, Project } from "../state/types.ts";
import { announce } from "./announce.ts";
import { checkTexts } from "./check-texts.ts";
import { copyHead } from "./head.ts";
import { extractCommands, runCommands } from "./quick-actions.ts";

/** What a new merge request is made of. */
export interface NewMergeRequest {
  readonly source: Project;
  readonly sourceBranch: string;
  readonly target: Project;
  readonly targetBranch: string;
  readonly title: string;
  readonly description: string | null;
  readonly labels?: readonly string[];
  readonly assigneeIds?: readonly number[];
  readonly reviewerIds?: readonly number[];
  readonly allowCollaboration?: boolean;
  readonly removeSourceBranch?: boolean;
  readonly squash?: boolean;
}

/**
 * Opens the merge request, copies its head to the target project, tells the hooks, starts a pipeline.
 * @throws ApiError 400, 409 or 422 as GitLab answers.
 */
export async function openMergeRequest(app: App, actor: Actor, wanted: NewMergeRequest): Promise<MergeRequest> {
  check(app, wanted);
  const { commands, rest } = extractCommands(wanted.description ?? "");
  const mr = insert(app, actor, { ...wanted, description: commands.length > 0 ? rest : wanted.description });
  await copyHead(app, mr);
  await announce(app, actor, mr, {
    action: "open",
    changes: { merge_status: { previous: "preparing", current: "unchecked" } },
  });
  await createMergeRequestPipeline(app, actor, mr);
  await runCommands(app, actor, mr, commands);
  return mr;
}

function check(app: App, wanted: NewMergeRequest): void {
  const { source, target, sourceBranch, targetBranch } = wanted;
  checkTexts(wanted);
  if (source.id === target.id && sourceBranch === targetBranch) {
    throw refused(422, ["You can't use same project/branch for source and target"]);
  }
  if (source.id !== target.id && !related(app, source, target)) {
    throw refused(422, ["Source project is not a fork of the target project"]);
  }
  const missing = app.repository(source.id).branch(sourceBranch) === undefined;
  if (missing) throw invalidField("source_branch", `"${sourceBranch}" does not exist`);
  if (app.repository(target.id).branch(targetBranch) === undefined) {
    throw invalidField("target_branch", `"${targetBranch}" does not exist`);
  }
  refuseSecond(app, { sourceProjectId: source.id, sourceBranch, projectId: target.id, targetBranch });
}

/** Throws 409 when another open merge request has the same source project, source and target branch. */
export function refuseSecond(
  app: App,
  wanted: Pick<MergeRequest, "sourceProjectId" | "sourceBranch" | "projectId" | "targetBranch">,
): void {
  const same = [...app.world.mergeRequests.values()].find(
    (each) =>
      each !== wanted &&
      each.state === "opened" &&
      each.sourceProjectId === wanted.sourceProjectId &&
      each.sourceBranch === wanted.sourceBranch &&
      each.projectId === wanted.projectId &&
      each.targetBranch === wanted.targetBranch,
  );
  if (same === undefined) return;
  throw refused(409, [`Another open merge request already exists for this source branch: !${same.iid}`]);
}

/** True when both belong to one network of forks. */
function related(app: App, a: Project, b: Project): boolean {
  const root = (project: Project): number => {
    const parent = project.forkedFromId === null ? undefined : app.world.projects.get(project.forkedFromId);
    return parent === undefined ? project.id : root(parent);
  };
  return root(a) === root(b);
}

function insert(app: App, actor: Actor, wanted: NewMergeRequest): MergeRequest {
  const now = app.world.now();
  wanted.target.lastMergeRequestIid += 1;
  const mr: MergeRequest = {
    id: app.world.nextId("mergeRequest"),
    iid: wanted.target.lastMergeRequestIid,
    projectId: wanted.target.id,
    sourceProjectId: wanted.source.id,
    sourceBranch: wanted.sourceBranch,
    authorId: actor.user.id,
    createdAt: now,
    targetBranch: wanted.targetBranch,
    title: wanted.title,
    description: wanted.description,
    state: "opened",
    sha: app.repository(wanted.source.id).branch(wanted.sourceBranch) ?? "",
    baseSha: null,
    labels: [...(wanted.labels ?? [])],
    assigneeIds: [...(wanted.assigneeIds ?? [])],
    reviewerIds: [...(wanted.reviewerIds ?? [])],
    approvedBy: [],
    updatedAt: now,
    lastEditedAt: null,
    lastEditedById: null,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    closedAt: null,
    closedById: null,
    allowCollaboration: wanted.allowCollaboration ?? false,
    removeSourceBranch: wanted.removeSourceBranch ?? false,
    squash: wanted.squash ?? false,
    autoMerge: null,
    heads: new Set(),
    slowReadsLeft: app.settings.slowMergeRequests,
  };
  app.world.mergeRequests.set(mr.id, mr);
  return mr;
}
