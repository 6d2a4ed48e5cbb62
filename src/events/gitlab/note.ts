// GitLab's payload of a comment. Who wrote it, and whether that person may, is decided by the worker, which reads it anew.
import { z } from "zod";
import { isCommand } from "../../model/commands.ts";
import { type Ignored, ignored, type MergeRequestChanged } from "../../model/events.ts";

const id = z.int().positive();

const payloadSchema = z.object({
  object_kind: z.literal("note"),
  event_type: z.string().nullish(),
  project: z.object({ id }),
  object_attributes: z.object({
    note: z.string().nullish(),
    noteable_type: z.string(),
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
  }),
  merge_request: z.unknown(),
});

const mergeRequestSchema = z.object({ merge_request: z.object({ iid: id }) });

/** Parses the payload of a Note Hook. Only a command on a merge request is worth a look at it. */
export function parseNote(
  payload: unknown,
  projectPath: string,
  commandPrefix: string,
): MergeRequestChanged | Ignored | z.ZodError {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { project, event_type, object_attributes: note } = parsed.data;
  if (note.noteable_type !== "MergeRequest") return ignored("The comment is not on a merge request");
  if (note.system === true) return ignored("GitLab's own comments are not read");
  if (note.internal === true || event_type === "confidential_note") return ignored("Internal comments are not read");
  if (!isCommand(note.note ?? "", commandPrefix)) return ignored("The comment is no command");
  const named = mergeRequestSchema.safeParse(parsed.data);
  if (!named.success) return named.error;
  const { iid } = named.data.merge_request;
  return { kind: "merge-request-changed", forge: "gitlab", projectId: project.id, projectPath, iid };
}
