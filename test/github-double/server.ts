// The HTTP server: faults, git, API, and a record of every request.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerApi } from "./api.ts";
import type { App } from "./app.ts";
import type { Fault } from "./faults.ts";
import { parseGitPath, serveGit } from "./git-http.ts";
import type { Reply } from "./reply.ts";

const API = "/api/v3";
const RATE_LIMIT = 5000;

/** Creates the server; the caller listens. */
export function createDoubleServer(app: App): Server {
  return createServer((incoming, response) => {
    const end = app.activity.begin();
    handle(app, incoming, response)
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
        response.end(`fault of the double: ${error instanceof Error ? error.stack : String(error)}`);
      })
      .finally(end);
  });
}

async function handle(app: App, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
  const method = incoming.method ?? "GET";
  const record = (status: number, unknown = false): void => {
    app.requests.push({ method, path, query, status, unknown, userAgent: incoming.headers["user-agent"] });
  };
  const fault = app.faults.take(method, path);
  if (fault?.when === "before") {
    incoming.resume();
    record(disturb(fault, incoming, response));
    return;
  }
  const git = parseGitPath(path);
  if (git !== undefined) {
    record(await serveGit(app, incoming, response, { ...git, query }));
    return;
  }
  const reply = path.startsWith(API) ? await callApi(app, incoming, path.slice(API.length), query) : undefined;
  record(fault === undefined ? (reply?.status ?? 501) : disturb(fault, incoming, response), reply === undefined);
  if (fault === undefined) write(response, reply ?? { status: 501, body: { message: "Not in the double" } });
}

async function callApi(app: App, incoming: IncomingMessage, path: string, query: string): Promise<Reply | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks).toString("utf8");
  const { authorization, "user-agent": userAgent } = incoming.headers;
  return answerApi(app, {
    method: incoming.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    token: /^(?:bearer|token)\s+(.+)$/i.exec(authorization ?? "")?.[1],
    userAgent,
    body: sent === "" ? {} : JSON.parse(sent),
  });
}

/** Returns the status that was answered, 0 for none. */
function disturb({ answer }: Fault, incoming: IncomingMessage, response: ServerResponse): number {
  if (answer === undefined) {
    incoming.socket.destroy();
    return 0;
  }
  write(response, { body: { message: `Fault ${answer.status}` }, ...answer });
  return answer.status;
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "X-RateLimit-Limit": String(RATE_LIMIT),
    "X-RateLimit-Remaining": String(RATE_LIMIT - 1),
    "X-RateLimit-Reset": String(Math.floor(Date.now() / 1000) + 3600),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
