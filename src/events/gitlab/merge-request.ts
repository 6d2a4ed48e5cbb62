// GitLab's merge request payload. Action, state, title and the rest are not read: the worker reads the merge request anew.
import { z } from "zod";
import type { MergeRequestChanged } from "../../model/events.ts";

const id = z.int().positive();

const payloadSchema = z.object({
  object_kind: z.literal("merge_request"),
  project: z.object({ id: id.nullish() }),
  object_attributes: z.object({ iid: id, target_project_id: id.nullish() }),
});

/** Parses the payload of a Merge Request Hook. Its `project` is the target project. */
export function parseMergeRequest(payload: unknown, projectPath: string): MergeRequestChanged | z.ZodError {
  const parsed = payloadSchema
    .transform(({ project, object_attributes: { iid, target_project_id } }, context) => {
      // Older payloads name the project's id only as the merge request's target.
      const projectId = project.id ?? target_project_id;
      if (projectId) return { projectId, iid };
      context.addIssue({ code: "custom", path: ["project", "id"], message: "expected a project id" });
      return z.NEVER;
    })
    .safeParse(payload);
  if (!parsed.success) return parsed.error;
  return { kind: "merge-request-changed", forge: "gitlab", projectPath, ...parsed.data };
}
