// Routes: users, tokens, version.
import { param, type Route, requireUser } from "../http/context.ts";
import { page, sorted } from "../http/paginate.ts";
import { notFound, ok, unauthorized } from "../http/reply.ts";
import { renderProject } from "../render/project.ts";
import { renderCurrentUser, renderProfile, renderToken, renderUser } from "../render/users.ts";
import { maySee } from "../state/access.ts";

export const userRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/user",
    handler: (context) => ok(renderCurrentUser(context.app, requireUser(context))),
  },
  {
    method: "GET",
    path: "/personal_access_tokens/self",
    handler: (context) => {
      if (context.token === undefined) throw unauthorized();
      return ok(renderToken(context.token));
    },
  },
  {
    method: "GET",
    path: "/version",
    handler: (context) => {
      requireUser(context);
      return ok({ version: context.app.settings.version, revision: "0123456789a", enterprise: false });
    },
  },
  {
    method: "GET",
    path: "/metadata",
    handler: (context) => {
      requireUser(context);
      return ok({ version: context.app.settings.version, revision: "0123456789a", kas: null, enterprise: false });
    },
  },
  {
    method: "GET",
    path: "/users",
    handler: (context) => {
      const username = context.input.text("username")?.toLowerCase();
      const all = [...context.app.world.users.values()];
      const found = username === undefined ? all : all.filter((each) => each.username.toLowerCase() === username);
      if (username === undefined) requireUser(context);
      return page(context, found, (each) => renderUser(context.app, each));
    },
  },
  {
    method: "GET",
    path: "/users/:id/projects",
    handler: (context) => {
      const { app, user } = context;
      const owner = app.world.users.get(Number(param(context, "id")));
      if (owner === undefined) throw notFound("User");
      const owned = [...app.world.projects.values()].filter(
        (each) => app.world.namespaceOf(each.namespaceId).ownerId === owner.id && maySee(app.world, user, each),
      );
      return page(
        context,
        sorted(owned, (each) => each.id, "desc"),
        (each) => renderProject(app, each, user),
      );
    },
  },
  {
    method: "GET",
    path: "/users/:id",
    handler: (context) => {
      const user = context.app.world.users.get(Number(param(context, "id")));
      if (user === undefined) throw notFound("User");
      return ok(renderProfile(context.app, user));
    },
  },
];
