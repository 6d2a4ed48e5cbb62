// Routes: namespaces and groups.
import { type Context, type Route, requireNamespace, requireUser } from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { ok } from "../http/reply.ts";
import { renderProject } from "../render/project.ts";
import { renderGroup, renderNamespace } from "../render/users.ts";
import { maySee, namespaceLevel, OWNER, projectLevel } from "../state/access.ts";
import type { Project } from "../state/types.ts";

export const namespaceRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/namespaces/:id",
    handler: (context) => {
      const { app } = context;
      const user = requireUser(context);
      const namespace = requireNamespace(context, "Namespace");
      return ok(renderNamespace(app, namespace, namespaceLevel(app.world, user, namespace) >= OWNER));
    },
  },
  {
    method: "GET",
    path: "/groups/:id",
    handler: (context) => ok(renderGroup(context.app, requireNamespace(context, "Group"))),
  },
  {
    method: "GET",
    path: "/groups/:id/projects",
    handler: (context) => {
      const projects = groupProjects(context, context.input.flag("include_subgroups") ?? false);
      const search = context.input.text("search")?.toLowerCase() ?? "";
      const level = context.input.integer("min_access_level") ?? 0;
      const found = projects.filter(
        (each) =>
          each.path.toLowerCase().includes(search) && projectLevel(context.app.world, context.user, each) >= level,
      );
      const by = context.input.choice("order_by", ["created_at", "last_activity_at"]) ?? "created_at";
      const direction = context.input.choice("sort", ["asc", "desc"]) ?? "desc";
      const ordered = sorted(found, (each) => (by === "created_at" ? each.createdAt : each.lastActivityAt), direction);
      return page(context, ordered, (each) => renderProject(context.app, each, context.user));
    },
  },
];

/** The group's projects that this user may see. */
export function groupProjects(context: Context, withSubgroups: boolean): readonly Project[] {
  const { world } = context.app;
  const group = requireNamespace(context, "Group");
  return [...world.projects.values()].filter((project) => {
    const inside = withSubgroups
      ? world.namespaceChain(project.namespaceId).some((each) => each.id === group.id)
      : project.namespaceId === group.id;
    return inside && maySee(world, context.user, project);
  });
}
