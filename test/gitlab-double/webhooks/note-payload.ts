// The "Note Hook" payload of a comment on a merge request.
import type { App } from "../app.ts";
import { mergeRequestUrl } from "../render/merge-request.ts";
import type { Note, User } from "../state/types.ts";
import { mergeRequestPart } from "./merge-request-payload.ts";
import { fullProjectPart, hookTime, repositoryPart, userPart } from "./payload-parts.ts";

export async function notePayload(app: App, note: Note, event: { user: User; action: "create" | "update" }) {
  const mr = app.world.mergeRequestOf(note.mergeRequestId);
  const project = app.world.projectOf(mr.projectId);
  return {
    object_kind: "note",
    event_type: note.internal ? "confidential_note" : "note",
    user: userPart(event.user),
    project_id: project.id,
    project: fullProjectPart(app, project),
    repository: repositoryPart(app, project),
    object_attributes: {
      attachment: null,
      author_id: note.authorId,
      change_position: null,
      commit_id: null,
      created_at: hookTime(note.createdAt),
      discussion_id: note.discussionId,
      id: note.id,
      internal: note.internal,
      line_code: null,
      note: note.body,
      noteable_id: mr.id,
      noteable_type: "MergeRequest",
      original_position: null,
      position: null,
      project_id: project.id,
      resolved_at: null,
      resolved_by_id: null,
      resolved_by_push: null,
      st_diff: null,
      system: note.system,
      type: null,
      updated_at: hookTime(note.updatedAt),
      updated_by_id: null,
      description: note.body,
      url: `${mergeRequestUrl(app, mr)}#note_${note.id}`,
      action: event.action,
    },
    merge_request: await mergeRequestPart(app, mr),
  };
}
