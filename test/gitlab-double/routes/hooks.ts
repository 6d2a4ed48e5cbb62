// Routes: project and group hooks.
import type { App } from "../app.ts";
import { type Context, param, type Route, requireNamespace, requireProject, requireUser } from "../http/context.ts";
import { page } from "../http/paginate.ts";
import { ApiError, created, forbidden, invalidField, noContent, notFound, ok, type Reply } from "../http/reply.ts";
import { renderDelivery, renderHook } from "../render/hook.ts";
import { MAINTAINER, namespaceLevel, OWNER } from "../state/access.ts";
import type { Hook, HookEvent } from "../state/hook-types.ts";
import { testHook } from "../webhooks/test-hook.ts";

type Owner = Hook["owner"];

const HOOKS = "/projects/:id/hooks";
const EVENTS: readonly HookEvent[] = [
  "push",
  "tag_push",
  "merge_requests",
  "note",
  "pipeline",
  "job",
  "issues",
  "releases",
];

export const hookRoutes: readonly Route[] = [
  ...crud(HOOKS, projectOwner),
  ...crud("/groups/:id/hooks", groupOwner),
  { method: "GET", path: `${HOOKS}/:hook_id/events`, handler: listEvents },
  { method: "POST", path: `${HOOKS}/:hook_id/events/:log_id/resend`, handler: resend },
];

function crud(path: string, owner: (context: Context) => Owner): readonly Route[] {
  const one = (context: Context): Hook => {
    const { kind, id } = owner(context);
    const hook = context.app.world.hooks.get(Number(param(context, "hook_id")));
    if (hook === undefined || hook.owner.kind !== kind || hook.owner.id !== id) throw notFound();
    return hook;
  };
  const list = (context: Context) => {
    const { kind, id } = owner(context);
    const hooks = [...context.app.world.hooks.values()];
    return page(
      context,
      hooks.filter((hook) => hook.owner.kind === kind && hook.owner.id === id),
      renderHook,
    );
  };
  const remove = (context: Context): Reply => {
    context.app.world.hooks.delete(one(context).id);
    return noContent();
  };
  return [
    { method: "GET", path, handler: list },
    { method: "POST", path, handler: (context) => created(renderHook(post(context, owner(context)))) },
    { method: "GET", path: `${path}/:hook_id`, handler: (context) => ok(renderHook(one(context))) },
    { method: "PUT", path: `${path}/:hook_id`, handler: (context) => ok(renderHook(put(context, one(context)))) },
    { method: "DELETE", path: `${path}/:hook_id`, handler: remove },
    { method: "POST", path: `${path}/:hook_id/test/:trigger`, handler: (context) => test(context, one(context)) },
  ];
}

function projectOwner(context: Context): Owner {
  requireUser(context);
  return { kind: "project", id: requireProject(context, MAINTAINER).id };
}

function groupOwner(context: Context): Owner {
  const user = requireUser(context);
  const group = requireNamespace(context, "Group");
  if (group.plan === "free" || namespaceLevel(context.app.world, user, group) < OWNER) throw forbidden();
  return { kind: "group", id: group.id };
}

/** A new hook without events. @throws ApiError 422 for an address that is none. */
export function newHook(app: App, owner: Owner, url: string): Hook {
  if (!isUrl(url)) throw new ApiError(422, { error: "Invalid url given" });
  const hook: Hook = {
    id: app.world.nextId("hook"),
    owner,
    createdAt: app.world.now(),
    url,
    name: null,
    description: null,
    token: null,
    signingToken: null,
    events: [],
    branchFilter: null,
    sslVerification: true,
    failures: 0,
    disabledUntil: 0,
  };
  app.world.hooks.set(hook.id, hook);
  return hook;
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}

function post(context: Context, owner: Owner): Hook {
  const hook = newHook(context.app, owner, context.input.needText("url"));
  hook.events = context.input.flag("push_events") === false ? [] : ["push"];
  return put(context, hook);
}

function put(context: Context, hook: Hook): Hook {
  const { input } = context;
  const signing = input.text("signing_token");
  if (signing !== undefined && !/^whsec_[A-Za-z0-9+/]{22,}=*$/.test(signing)) {
    throw invalidField("signing_token", "is invalid", 422);
  }
  const url = input.text("url") ?? hook.url;
  if (!isUrl(url)) throw new ApiError(422, { error: "Invalid url given" });
  hook.name = input.text("name") ?? hook.name;
  hook.description = input.text("description") ?? hook.description;
  // A token is not sent to an address for which it was not meant (web_hook.rb).
  hook.token = input.text("token") ?? (url === hook.url ? hook.token : null);
  hook.url = url;
  hook.signingToken = signing ?? hook.signingToken;
  hook.branchFilter = input.text("push_events_branch_filter") ?? hook.branchFilter;
  hook.sslVerification = input.flag("enable_ssl_verification") ?? hook.sslVerification;
  hook.events = EVENTS.filter((event) => input.flag(`${event}_events`) ?? hook.events.includes(event));
  return hook;
}

function requireProjectHook(context: Context): Hook {
  const { id } = projectOwner(context);
  const hook = context.app.world.hooks.get(Number(param(context, "hook_id")));
  if (hook === undefined || hook.owner.kind !== "project" || hook.owner.id !== id) throw notFound();
  return hook;
}

async function test(context: Context, hook: Hook): Promise<Reply> {
  const event = EVENTS.find((each) => `${each}_events` === param(context, "trigger"));
  if (event === undefined) throw new ApiError(400, { error: "trigger does not have a valid value" });
  await testHook(context.app, hook, event, requireUser(context));
  return created({ message: "201 Created" });
}

function listEvents(context: Context): Promise<Reply> {
  const hook = requireProjectHook(context);
  const rows = context.app.logs.deliveries.filter((each) => each.hookId === hook.id && each.outcome !== "pending");
  return page(context, [...rows].reverse(), renderDelivery);
}

async function resend(context: Context): Promise<Reply> {
  const hook = requireProjectHook(context);
  const id = Number(param(context, "log_id"));
  const found = context.app.logs.deliveries.some((each) => each.id === id && each.hookId === hook.id);
  if (!found) throw notFound();
  const delivery = await context.app.dispatcher.redeliver(id);
  return created({ response_status: delivery.responseStatus ?? null });
}
