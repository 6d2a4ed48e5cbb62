// Routes: branches, protected branches, tags.
import { type Context, param, type Route, requireActor, requireProject } from "../http/context.ts";
import { page } from "../http/paginate.ts";
import { ApiError, badRequest, created, noContent, notFound, ok, type Reply } from "../http/reply.ts";
import { applyRefChange } from "../projects/apply-ref-change.ts";
import { protectBranch } from "../projects/protect-default-branch.ts";
import { renderBranch, renderCommitAt } from "../render/repository.ts";
import { DEVELOPER, isProtected, MAINTAINER } from "../state/access.ts";
import type { AccessLevel, ProtectedBranch } from "../state/types.ts";

export const branchRoutes: readonly Route[] = [
  { method: "GET", path: "/projects/:id/repository/branches", handler: listBranches },
  { method: "POST", path: "/projects/:id/repository/branches", handler: postBranch },
  { method: "GET", path: "/projects/:id/repository/branches/:branch", handler: showBranch },
  {
    method: "HEAD",
    path: "/projects/:id/repository/branches/:branch",
    handler: async (context) => ({ status: (await showBranch(context)).status === 200 ? 204 : 404 }),
  },
  { method: "DELETE", path: "/projects/:id/repository/branches/:branch", handler: deleteBranch },
  { method: "GET", path: "/projects/:id/protected_branches", handler: listProtected },
  { method: "POST", path: "/projects/:id/protected_branches", handler: postProtected },
  {
    method: "GET",
    path: "/projects/:id/protected_branches/:name",
    handler: (context) => ok(renderProtected(requireProtection(context, DEVELOPER))),
  },
  { method: "DELETE", path: "/projects/:id/protected_branches/:name", handler: deleteProtected },
  { method: "GET", path: "/projects/:id/repository/tags", handler: listTags },
  {
    method: "GET",
    path: "/projects/:id/repository/tags/:tag",
    handler: async (context) => ok(await renderTag(context, param(context, "tag"))),
  },
];

function listBranches(context: Context): Promise<Reply> {
  const project = requireProject(context);
  const search = context.input.text("search") ?? "";
  const names = context.app.repository(project.id).names("refs/heads/");
  const matches = (name: string): boolean => {
    if (search.startsWith("^")) return name.startsWith(search.slice(1));
    return search.endsWith("$") ? name.endsWith(search.slice(0, -1)) : name.includes(search);
  };
  return page(context, names.filter(matches), (name) => renderBranch(context.app, project, name, context.user));
}

async function showBranch(context: Context): Promise<Reply> {
  const project = requireProject(context);
  const name = param(context, "branch");
  if (context.app.repository(project.id).branch(name) === undefined) throw notFound("Branch");
  return ok(await renderBranch(context.app, project, name, context.user));
}

async function postBranch(context: Context): Promise<Reply> {
  const actor = requireActor(context);
  const project = requireProject(context, DEVELOPER);
  const { app, input } = context;
  const name = input.needText("branch");
  const repository = app.repository(project.id);
  const after = await repository.resolve(input.needText("ref"));
  if (repository.branch(name) !== undefined) throw new ApiError(400, { message: "Branch already exists" });
  if (after === undefined)
    throw new ApiError(400, { message: `Failed to create branch '${name}': invalid reference name` });
  if (/[\s~^:?*[\\]|\.\.|^-|\/$|\.lock$/.test(name)) throw badRequest("Branch name is invalid");
  const ref = `refs/heads/${name}`;
  await repository.setRef(ref, after).catch(() => {
    throw new ApiError(400, { message: `Failed to create branch '${name}'` });
  });
  const reply = created(await renderBranch(app, project, name, actor.user));
  await applyRefChange(app, actor, project, { ref, before: undefined, after });
  return reply;
}

async function deleteBranch(context: Context): Promise<Reply> {
  const actor = requireActor(context);
  const project = requireProject(context, DEVELOPER);
  const name = param(context, "branch");
  const repository = context.app.repository(project.id);
  const before = repository.branch(name);
  if (before === undefined) throw notFound("Branch");
  if (isProtected(project, name))
    throw new ApiError(403, { message: "403 Forbidden - Protected branch can't be removed" });
  const ref = `refs/heads/${name}`;
  await repository.setRef(ref, undefined);
  await applyRefChange(context.app, actor, project, { ref, before, after: undefined });
  return noContent();
}

function renderProtected(protection: ProtectedBranch) {
  const level = (access: number) => [{ id: protection.id, access_level: access, access_level_description: "" }];
  return {
    id: protection.id,
    name: protection.name,
    push_access_levels: level(protection.pushLevel),
    merge_access_levels: level(protection.mergeLevel),
    allow_force_push: protection.allowForcePush,
  };
}

function listProtected(context: Context): Promise<Reply> {
  return page(context, requireProject(context, DEVELOPER).protectedBranches, renderProtected);
}

function postProtected(context: Context): Reply {
  const project = requireProject(context, MAINTAINER);
  const { app, input } = context;
  const name = input.needText("name");
  if (project.protectedBranches.some((each) => each.name === name)) {
    throw new ApiError(409, { message: `Protected branch '${name}' already exists` });
  }
  const level = (field: string) => (input.integer(field) ?? MAINTAINER) as AccessLevel;
  const added = protectBranch(app, project, {
    name,
    pushLevel: level("push_access_level"),
    mergeLevel: level("merge_access_level"),
    allowForcePush: input.flag("allow_force_push") ?? false,
  });
  return created(renderProtected(added));
}

function requireProtection(context: Context, level: number): ProtectedBranch {
  const name = param(context, "name");
  const found = requireProject(context, level).protectedBranches.find((each) => each.name === name);
  if (found === undefined) throw notFound();
  return found;
}

function deleteProtected(context: Context): Reply {
  const gone = requireProtection(context, MAINTAINER);
  const project = requireProject(context);
  project.protectedBranches = project.protectedBranches.filter((each) => each !== gone);
  return noContent();
}

function listTags(context: Context): Promise<Reply> {
  const project = requireProject(context);
  const names = context.app.repository(project.id).names("refs/tags/");
  const found = names.filter((name) => name.includes(context.input.text("search") ?? ""));
  return page(context, [...found].reverse(), (name) => renderTag(context, name));
}

async function renderTag(context: Context, name: string) {
  const project = requireProject(context);
  const target = context.app.repository(project.id).refs.get(`refs/tags/${name}`);
  if (target === undefined) throw notFound("Tag");
  const commit = await renderCommitAt(context.app, project, target);
  return { name, message: "", target, commit, release: null, protected: false, created_at: null };
}
