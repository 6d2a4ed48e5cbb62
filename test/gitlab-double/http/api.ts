// The API below `/api/v4`: from a request to a reply.
import type { IncomingHttpHeaders } from "node:http";
import type { App } from "../app.ts";
import { branchRoutes } from "../routes/branches.ts";
import { commitRoutes } from "../routes/commits.ts";
import { fileRoutes } from "../routes/files.ts";
import { hookRoutes } from "../routes/hooks.ts";
import { mergeRequestRoutes } from "../routes/merge-requests.ts";
import { namespaceRoutes } from "../routes/namespaces.ts";
import { noteRoutes } from "../routes/notes.ts";
import { pipelineRoutes } from "../routes/pipelines.ts";
import { projectRoutes } from "../routes/projects.ts";
import { userRoutes } from "../routes/users.ts";
import { authenticateApi } from "./authenticate.ts";
import { Input, parseBody, parseUrlEncoded } from "./input.ts";
import { ApiError, type Reply } from "./reply.ts";
import { Router } from "./router.ts";

const PREFIX = "/api/v4";

const router = new Router([
  ...userRoutes,
  ...namespaceRoutes,
  ...projectRoutes,
  ...branchRoutes,
  ...commitRoutes,
  ...fileRoutes,
  ...mergeRequestRoutes,
  ...noteRoutes,
  ...pipelineRoutes,
  ...hookRoutes,
]);

/** A request as it arrived. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export function isApiPath(path: string): boolean {
  return path.startsWith("/api/");
}

/** A reply, and what the request log wants to know of the request. */
export interface ApiReply extends Reply {
  readonly unknown?: boolean;
  readonly parameters?: readonly string[];
}

/** Answers a request. Refusals are answers too; only a fault of the double itself is thrown. */
export async function answerApi(app: App, request: RawRequest): Promise<ApiReply> {
  let input = new Input({});
  const answer = async (): Promise<ApiReply> => {
    const body = parseBody(request.headers["content-type"] ?? "application/json", request.body);
    input = new Input({ ...parseUrlEncoded(request.query), ...plainKeys(body) });
    return dispatch(app, request, input);
  };
  const reply = await answer().catch((error: unknown) => {
    if (error instanceof ApiError) return error.reply;
    throw error;
  });
  return { ...reply, parameters: Object.keys(input.values) };
}

async function dispatch(app: App, request: RawRequest, input: Input): Promise<ApiReply> {
  const identity = authenticateApi(app.world, request.headers);
  const path = request.path.startsWith(PREFIX) ? request.path.slice(PREFIX.length) : "";
  const match = router.find(request.method, path);
  if (match === undefined) return unknown(request);
  checkScope(identity.token?.scopes, request.method);
  const eventUuid = request.headers["x-gitlab-event-uuid"];
  return match.route.handler({
    app,
    method: request.method,
    path,
    query: request.query,
    params: match.params,
    input,
    ...identity,
    eventUuid: typeof eventUuid === "string" ? eventUuid : undefined,
  });
}

/** `api` may everything, `read_api` and `read_user` may read, other scopes are not for the API. */
function checkScope(scopes: readonly string[] | undefined, method: string): void {
  if (scopes === undefined || scopes.includes("api")) return;
  const reads = method === "GET" || method === "HEAD";
  if (!reads || !scopes.some((scope) => scope === "read_api" || scope === "read_user")) throw insufficientScope();
}

/** Clients also send JSON keys like `labels[]`. */
function plainKeys(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key.replace(/\[\]$/, ""), value]));
}

function insufficientScope(): ApiError {
  const description = "The request requires higher privileges than provided by the access token.";
  return new ApiError(403, { error: "insufficient_scope", error_description: description, scope: "api" });
}

function unknown(request: RawRequest): ApiReply {
  const message = `The GitLab double does not know ${request.method} ${request.path}. Add it to test/gitlab-double/routes.`;
  return { status: 501, body: { message }, unknown: true };
}
