// The HTTP server: faults first, then git, API or page; everything is logged.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { App } from "../app.ts";
import type { RequestFault } from "../faults/faults.ts";
import { admit, parseGitPath, serveGit } from "../git/serve-git.ts";
import { answerPage } from "../pages/answer-page.ts";
import type { RequestRecord } from "../state/logs.ts";
import { type ApiReply, answerApi, isApiPath } from "./api.ts";
import { RateLimiter, type RateState } from "./rate-limiter.ts";
import type { Reply } from "./reply.ts";

/** One exchange while it is handled. */
interface Exchange {
  readonly app: App;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly username: string | undefined;
  readonly rate: RateState;
  readonly faults: readonly RequestFault[];
}

/** Creates the server of a double; the caller listens. */
export function createDoubleServer(app: App): Server {
  const limiter = new RateLimiter();
  return createServer((incoming, response) => {
    const end = app.activity.begin();
    handle(app, limiter, incoming, response)
      .catch((error: unknown) => {
        app.log(`fault of the double: ${error instanceof Error ? error.stack : String(error)}`);
        if (!response.headersSent) response.writeHead(500, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ message: "500 Internal Server Error" }));
      })
      .finally(end);
  });
}

async function handle(
  app: App,
  limiter: RateLimiter,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = Date.now();
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
  const method = incoming.method ?? "GET";
  const username = nameOf(app, incoming);
  const rate = limiter.count(username ?? "", app.settings.rateLimit.limit);
  const faults = app.faults.takeForRequest(method, path);
  const exchange = { app, incoming, response, method, path, query, username, rate, faults };
  await app.faults.intercept("before", { method, path, username, status: undefined });
  const delay = faults.reduce((sum, fault) => sum + (fault.kind === "delay" ? fault.ms : 0), 0);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  const outcome = await respond(exchange);
  const userAgent = incoming.headers["user-agent"];
  const durationMs = Date.now() - started;
  app.logs.requests.push({ method, path, query, username, userAgent, time: started, durationMs, ...outcome });
  if (outcome.unknown) app.log(`unknown request ${method} ${path}`);
}

type Outcome = Pick<RequestRecord, "status" | "unknown" | "parameters" | "requestBody">;

type Computed = ApiReply & Pick<RequestRecord, "requestBody">;

function outcomeOf(status: number, reply?: Computed): Outcome {
  const { unknown = false, parameters = [], requestBody = "" } = reply ?? {};
  return { status, unknown, parameters, requestBody };
}

async function respond(exchange: Exchange): Promise<Outcome> {
  const main = exchange.faults.find((fault) => fault.kind !== "delay");
  if (main !== undefined && main.when === "before") return disturb(exchange, main);
  const git = parseGitPath(exchange.path);
  if (git !== undefined) return respondGit(exchange, git, main);
  const reply = await compute(exchange);
  await announceAfter(exchange, reply.status);
  if (main !== undefined) return disturb(exchange, main, reply);
  writeReply(exchange, reply);
  return outcomeOf(reply.status, reply);
}

async function compute(exchange: Exchange): Promise<Computed> {
  const body = await readBody(exchange.incoming);
  return { ...(await computeReply(exchange, body)), requestBody: body.toString("utf8") };
}

async function computeReply({ app, method, path, query, incoming, rate }: Exchange, body: Buffer): Promise<ApiReply> {
  if (app.settings.rateLimit.enforced && rate.exceeded) {
    const headers = { "Retry-After": String(rate.retryAfterSeconds) };
    return { status: 429, text: "Retry later\n", contentType: "text/plain", headers };
  }
  if (isApiPath(path)) return answerApi(app, { method, path, query, headers: incoming.headers, body });
  return answerPage(app, path);
}

async function respondGit(
  exchange: Exchange,
  target: { readonly projectPath: string; readonly action: string },
  after: Exclude<RequestFault, { kind: "delay" }> | undefined,
): Promise<Outcome> {
  const { app, incoming, response, query } = exchange;
  const admission = admit(app, incoming, target, query);
  if ("status" in admission) {
    incoming.resume();
    const headers = admission.status === 401 ? { "WWW-Authenticate": 'Basic realm="GitLab"' } : {};
    writeReply(exchange, { status: admission.status, text: admission.text, contentType: "text/plain", headers });
    return outcomeOf(admission.status);
  }
  response.setHeader("Cache-Control", "no-cache");
  const afterEffect = (status: number): Promise<void> => announceAfter(exchange, status);
  const request = { ...admission, action: target.action, query, afterEffect };
  const status = await serveGit(app, incoming, after === undefined ? response : undefined, request);
  return after === undefined ? outcomeOf(status) : disturb(exchange, after);
}

function announceAfter(exchange: Exchange, status: number): Promise<void> {
  const { app, method, path, username } = exchange;
  return app.faults.intercept("after", { method, path, username, status });
}

function disturb(exchange: Exchange, fault: Exclude<RequestFault, { kind: "delay" }>, reply?: Computed): Outcome {
  if (fault.kind === "reset") {
    const { socket } = exchange.incoming;
    // git repeats a request by itself when a reused connection dies without a byte: give it one.
    if (parseGitPath(exchange.path) === undefined) socket.destroy();
    else socket.write("HTTP/1.1 200 OK\r\n", () => socket.destroy());
    return outcomeOf(0, reply);
  }
  exchange.incoming.resume();
  writeReply(exchange, fault.answer);
  return outcomeOf(fault.answer.status, reply);
}

function writeReply(exchange: Exchange, reply: Reply): void {
  const { response, rate, app } = exchange;
  const isText = reply.text !== undefined;
  const payload = isText ? reply.text : reply.body === undefined ? "" : JSON.stringify(reply.body);
  const type = reply.contentType ?? (isText ? "text/plain" : "application/json");
  const hasType = isText || reply.body !== undefined;
  const headers = {
    ...(hasType ? { "Content-Type": type } : {}),
    ...rate.headers,
    "X-Request-Id": randomUUID(),
    "X-Gitlab-Meta": JSON.stringify({ correlation_id: "double", version: "1" }),
    ...reply.headers,
  };
  response.writeHead(reply.status, headers);
  response.end(exchange.method === "HEAD" || reply.status === 204 ? undefined : payload);
  if (reply.status >= 400) app.log(`${exchange.method} ${exchange.path} ${reply.status}`);
}

function nameOf(app: App, incoming: IncomingMessage): string | undefined {
  const { headers } = incoming;
  const basic = /^Basic\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const password = basic && Buffer.from(basic, "base64").toString("utf8").split(":").slice(1).join(":");
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const token = app.world.tokens.get(String(headers["private-token"] ?? bearer ?? password ?? ""));
  return token === undefined ? undefined : app.world.userOf(token.userId).username;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
