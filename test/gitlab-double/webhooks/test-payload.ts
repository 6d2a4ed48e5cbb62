// What the "Test" button sends: real data of the project, but no action and no oldrev.
import type { App } from "../app.ts";
import type { HookEvent } from "../state/hook-types.ts";
import type { Project, User } from "../state/types.ts";
import { mergeRequestPayload } from "./merge-request-payload.ts";
import { notePayload } from "./note-payload.ts";
import { pipelinePayload } from "./pipeline-payload.ts";
import { pushPayload } from "./push-payload.ts";

/** The payload, or undefined when the project has nothing to show for this event. */
export async function testPayload(app: App, project: Project, event: HookEvent, user: User) {
  const { world } = app;
  const [mr] = [...world.mergeRequests.values()].filter((each) => each.projectId === project.id).reverse();
  if (event === "merge_requests" && mr !== undefined) {
    const changes = { total_time_spent: { previous: null, current: 0 } };
    return mergeRequestPayload(app, mr, { user, changes });
  }
  if (event === "note" && mr !== undefined) {
    const note = world.notesOf(mr).findLast((each) => !each.system);
    return note === undefined ? undefined : notePayload(app, note, { user, action: "create" });
  }
  if (event === "pipeline") {
    const [pipeline] = world.pipelinesOf(project.id);
    return pipeline === undefined ? undefined : pipelinePayload(app, pipeline);
  }
  const head = project.defaultBranch === null ? undefined : app.repository(project.id).branch(project.defaultBranch);
  if (event !== "push" || head === undefined) return undefined;
  const before = (await app.repository(project.id).commit(head))?.parents[0];
  return pushPayload(app, project, { ref: `refs/heads/${project.defaultBranch}`, before, after: head }, user);
}
