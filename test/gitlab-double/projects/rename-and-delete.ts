// Other paths for projects and groups, and the end of a project. Ids, hooks and repositories stay with the project.
import type { App } from "../app.ts";
import type { Namespace, Project } from "../state/types.ts";

/** Changes the last part of the path; what lies below a group moves with it. */
export function rename(app: App, what: Project | Namespace, path: string): void {
  what.path = path;
  if (!("fullPath" in what)) return;
  const parent = what.parentId === null ? undefined : app.world.namespaceOf(what.parentId);
  what.fullPath = parent === undefined ? path : `${parent.fullPath}/${path}`;
  for (const each of app.world.namespaces.values()) if (each.parentId === what.id) rename(app, each, each.path);
}

/** Forgets the project with all that belongs to it. */
export function deleteProject(app: App, project: Project): void {
  const { world } = app;
  world.projects.delete(project.id);
  world.members.delete(`project:${project.id}`);
  for (const hook of world.hooks.values()) {
    if (hook.owner.kind === "project" && hook.owner.id === project.id) world.hooks.delete(hook.id);
  }
  for (const pipeline of world.pipelines.values()) {
    if (pipeline.projectId !== project.id) continue;
    for (const job of world.jobsOf(pipeline.id)) world.jobs.delete(job.id);
    world.pipelines.delete(pipeline.id);
  }
  for (const mr of world.mergeRequests.values()) {
    if (mr.projectId !== project.id) continue;
    for (const note of world.notesOf(mr)) world.notes.delete(note.id);
    world.mergeRequests.delete(mr.id);
  }
}
