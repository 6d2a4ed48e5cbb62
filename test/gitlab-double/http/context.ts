// What a route gets to see of a request, and the checks that nearly all routes begin with.
import type { App } from "../app.ts";
import { GUEST, maySee, maySeeNamespace, projectLevel } from "../state/access.ts";
import type { Pipeline } from "../state/ci-types.ts";
import type { Actor, MergeRequest, Namespace, Project, Token, User } from "../state/types.ts";
import type { Input } from "./input.ts";
import { forbidden, notFound, type Reply, unauthorized } from "./reply.ts";

/** One API request. */
export interface Context {
  readonly app: App;
  readonly method: string;
  /** Path below `/api/v4`, still encoded. */
  readonly path: string;
  readonly query: string;
  /** Decoded parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Query and body. */
  readonly input: Input;
  readonly user: User | undefined;
  readonly token: Token | undefined;
  /** `X-Gitlab-Event-UUID` of the request. */
  readonly eventUuid: string | undefined;
}

export type Handler = (context: Context) => Reply | Promise<Reply>;

/** A row of the routing table. `:name` in the path stands for one encoded segment. */
export interface Route {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly handler: Handler;
}

export function param(context: Context, name: string): string {
  const value = context.params[name];
  if (value === undefined) throw new Error(`GitLab double: the route ${context.path} has no :${name}`);
  return value;
}

export function requireUser(context: Context): User {
  if (context.user === undefined) throw unauthorized();
  return context.user;
}

/** Who acts, for everything that leads to events. */
export function requireActor(context: Context): Actor {
  const user = requireUser(context);
  return context.eventUuid === undefined ? { user } : { user, eventUuid: context.eventUuid };
}

/** The project of `:id`. 404 when it does not exist for this user, 403 when a higher level is needed, 401 without user. */
export function requireProject(context: Context, level = 0): Project {
  const { world } = context.app;
  const project = world.findProject(param(context, "id"));
  if (project === undefined || !maySee(world, context.user, project)) throw notFound("Project");
  if (level >= GUEST) {
    const user = requireUser(context);
    if (projectLevel(world, user, project) < level) throw forbidden();
  }
  return project;
}

/** The group (or namespace) of `:id`. */
export function requireNamespace(context: Context, what: "Group" | "Namespace"): Namespace {
  const { world } = context.app;
  const namespace = world.findNamespace(param(context, "id"));
  const wrongKind = what === "Group" && namespace?.kind !== "group";
  if (namespace === undefined || wrongKind || !maySeeNamespace(world, context.user, namespace)) throw notFound(what);
  return namespace;
}

/** The merge request of `:id` and `:iid`. */
export function requireMergeRequest(context: Context): MergeRequest {
  const project = requireProject(context);
  const found = context.app.world.mergeRequestAt(project.id, Number(param(context, "iid")));
  if (found === undefined) throw notFound();
  return found;
}

/** The pipeline of `:id` and `:pipeline_id`. */
export function requirePipeline(context: Context, level = 0): Pipeline {
  const project = requireProject(context, level);
  const pipeline = context.app.world.pipelines.get(Number(param(context, "pipeline_id")));
  if (pipeline === undefined || pipeline.projectId !== project.id) throw notFound();
  return pipeline;
}
