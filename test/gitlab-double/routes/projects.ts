// Routes: projects, forks, members.
import { type Context, param, type Route, requireActor, requireProject, requireUser } from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { ApiError, created, invalidField, notFound, ok, type Reply } from "../http/reply.ts";
import { createProject } from "../projects/create-project.ts";
import { forkProject } from "../projects/fork-project.ts";
import { renderImport, renderProject, renderProjectWithAccess } from "../render/project.ts";
import { renderMember } from "../render/users.ts";
import { DEVELOPER, MAINTAINER, maySee, namespaceLevel, projectLevel } from "../state/access.ts";
import type { Namespace, Project } from "../state/types.ts";

const VISIBILITIES = ["private", "internal", "public"] as const;

export const projectRoutes: readonly Route[] = [
  { method: "POST", path: "/projects", handler: postProject },
  { method: "GET", path: "/projects/:id", handler: (context) => show(context, requireProject(context)) },
  { method: "PUT", path: "/projects/:id", handler: putProject },
  { method: "GET", path: "/projects/:id/forks", handler: listForks },
  { method: "POST", path: "/projects/:id/fork", handler: postFork },
  {
    method: "GET",
    path: "/projects/:id/import",
    handler: (context) => {
      requireUser(context);
      return ok(renderImport(context.app, requireProject(context)));
    },
  },
  { method: "GET", path: "/projects/:id/members", handler: (context) => listMembers(context, false) },
  { method: "GET", path: "/projects/:id/members/all", handler: (context) => listMembers(context, true) },
  { method: "GET", path: "/projects/:id/members/:user_id", handler: (context) => showMember(context, false) },
  { method: "GET", path: "/projects/:id/members/all/:user_id", handler: (context) => showMember(context, true) },
];

function show(context: Context, project: Project): Reply {
  return ok(renderProjectWithAccess(context.app, project, context.user));
}

async function postProject(context: Context): Promise<Reply> {
  const { app, input } = context;
  const user = requireUser(context);
  const id = input.integer("namespace_id");
  const namespace = id === undefined ? app.world.namespaceAt(user.username) : app.world.namespaces.get(id);
  if (namespace === undefined || namespaceLevel(app.world, user, namespace) < DEVELOPER) {
    throw invalidField("namespace", "is not valid");
  }
  const name = input.text("name");
  const path = input.text("path") ?? name?.toLowerCase().replace(/[^a-z0-9_.-]+/g, "-") ?? "";
  if (path === "")
    throw new ApiError(400, { error: "name, path are missing, at least one parameter must be provided" });
  const project = await createProject(app, user, {
    namespace,
    path,
    name,
    description: input.text("description"),
    visibility: input.choice("visibility", VISIBILITIES),
    defaultBranch: input.text("default_branch"),
  });
  return created(renderProject(app, project, user));
}

function putProject(context: Context): Reply {
  const project = requireProject(context, MAINTAINER);
  const { input } = context;
  project.name = input.text("name") ?? project.name;
  project.description = input.text("description") ?? project.description;
  project.visibility = input.choice("visibility", VISIBILITIES) ?? project.visibility;
  project.mergeMethod = input.choice("merge_method", ["merge", "ff"]) ?? project.mergeMethod;
  const inParent = input.flag("ci_allow_fork_pipelines_to_run_in_parent_project");
  project.forksRunInParent = inParent ?? project.forksRunInParent;
  const branch = input.text("default_branch");
  if (branch !== undefined) {
    if (context.app.repository(project.id).branch(branch) === undefined) {
      throw invalidField("base", "Could not set the default branch");
    }
    project.defaultBranch = branch;
  }
  return show(context, project);
}

function listForks(context: Context): Promise<Reply> {
  const { app, input, user } = context;
  const project = requireProject(context);
  const owned = input.flag("owned") ?? false;
  const level = input.integer("min_access_level") ?? 0;
  const forks = [...app.world.projects.values()].filter((each) => {
    if (each.forkedFromId !== project.id || !maySee(app.world, user, each)) return false;
    if (owned && (user === undefined || app.world.namespaceOf(each.namespaceId).ownerId !== user.id)) return false;
    return projectLevel(app.world, user, each) >= level;
  });
  const newest = sorted(forks, (each) => each.createdAt, input.choice("sort", ["asc", "desc"]) ?? "desc");
  return page(context, newest, (each) => renderProject(app, each, user));
}

async function postFork(context: Context): Promise<Reply> {
  const { app, input } = context;
  const actor = requireActor(context);
  const parent = requireProject(context);
  const fault = app.faults.takeForFork();
  const fork = await forkProject(
    app,
    actor,
    parent,
    {
      namespace: forkTarget(context),
      path: input.text("path") ?? parent.path,
      name: input.text("name") ?? input.text("path") ?? parent.name,
      visibility: input.choice("visibility", VISIBILITIES),
      branch: input.text("branches"),
    },
    fault,
  );
  if (fault === "race-409") throw new ApiError(409, { message: ["Path has already been taken"] });
  return created(renderProject(app, fork, actor.user));
}

function forkTarget(context: Context): Namespace {
  const { app, input } = context;
  const user = requireUser(context);
  const asked = input.text("namespace_id") ?? input.text("namespace_path") ?? input.text("namespace");
  const namespace = app.world.findNamespace(asked ?? user.username);
  if (namespace === undefined || namespaceLevel(app.world, user, namespace) < DEVELOPER) {
    throw new ApiError(404, { message: "404 Target Namespace Not Found" });
  }
  return namespace;
}

/** Level of each member; with `inherited` those of the groups above count too. */
function membersOf(context: Context, inherited: boolean): ReadonlyMap<number, number> {
  const { world } = context.app;
  const project = requireProject(context);
  const chain = inherited ? world.namespaceChain(project.namespaceId) : [];
  const levels = new Map<number, number>();
  const add = (userId: number, level: number) => levels.set(userId, Math.max(level, levels.get(userId) ?? 0));
  for (const key of [`project:${project.id}`, ...chain.map((each) => `group:${each.id}`)]) {
    for (const [userId, level] of world.members.get(key) ?? []) add(userId, level);
  }
  const { ownerId } = world.namespaceOf(project.namespaceId);
  if (ownerId !== null) add(ownerId, projectLevel(world, world.userOf(ownerId), project));
  return levels;
}

function listMembers(context: Context, inherited: boolean): Promise<Reply> {
  requireUser(context);
  const members = [...membersOf(context, inherited)];
  const { app } = context;
  return page(context, members, ([userId, level]) => renderMember(app, app.world.userOf(userId), level));
}

function showMember(context: Context, inherited: boolean): Reply {
  requireUser(context);
  const userId = Number(param(context, "user_id"));
  const level = membersOf(context, inherited).get(userId);
  if (level === undefined) throw notFound();
  return ok(renderMember(context.app, context.app.world.userOf(userId), level));
}
