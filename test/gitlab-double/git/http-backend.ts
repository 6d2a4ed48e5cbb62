// Runs `git http-backend` as a CGI program and streams both ways.
import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname } from "node:path";
import { gitEnvironment } from "./run-git.ts";

/** One smart HTTP request for a repository on disk. */
export interface BackendRequest {
  readonly repositoryDir: string;
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly action: string;
  readonly query: string;
  readonly username: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Serves the request. `beforeEnd` runs when git is done and before the client learns of it.
 * @param response undefined: the work is done, the answer thrown away (a connection that breaks after the effect).
 * @returns the HTTP status that git answered.
 */
export function runBackend(
  request: BackendRequest,
  incoming: IncomingMessage,
  response: ServerResponse | undefined,
  beforeEnd: (status: number) => Promise<void>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env: environment(request, incoming) });
    let header: Buffer | undefined = Buffer.alloc(0);
    let status = 200;
    child.stdout.on("data", (chunk: Buffer) => {
      if (header === undefined) {
        // A client that is gone takes nothing more; git goes on, and what it says is thrown away.
        if (response && !response.destroyed && !response.write(chunk)) waitForDrain(child.stdout, response);
        return;
      }
      header = Buffer.concat([header, chunk]);
      const end = header.indexOf("\r\n\r\n");
      if (end === -1) return;
      const rest = header.subarray(end + 4);
      status = writeHead(header.subarray(0, end).toString("latin1"), response);
      header = undefined;
      if (rest.length > 0) response?.write(rest);
    });
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", () => {
      beforeEnd(status).then(() => {
        response?.end();
        resolve(status);
      }, reject);
    });
    response?.on("close", () => {
      if (!response.writableFinished) child.stdout.resume();
    });
    incoming.pipe(child.stdin);
  });
}

function waitForDrain(stream: NodeJS.ReadableStream, response: ServerResponse): void {
  stream.pause();
  response.once("drain", () => stream.resume());
}

function environment(request: BackendRequest, incoming: IncomingMessage): Record<string, string> {
  const { headers } = incoming;
  const one = (name: string, value: string | string[] | undefined) =>
    value === undefined ? {} : { [name]: String(value) };
  return gitEnvironment({
    GIT_PROJECT_ROOT: dirname(request.repositoryDir),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${request.repositoryDir.slice(dirname(request.repositoryDir).length + 1)}/${request.action}`,
    REQUEST_METHOD: incoming.method ?? "GET",
    QUERY_STRING: request.query,
    REMOTE_ADDR: incoming.socket.remoteAddress ?? "",
    ...one("REMOTE_USER", request.username),
    ...one("CONTENT_TYPE", headers["content-type"]),
    ...one("CONTENT_LENGTH", headers["content-length"]),
    ...one("HTTP_CONTENT_ENCODING", headers["content-encoding"]),
    ...one("GIT_PROTOCOL", headers["git-protocol"]),
    ...request.environment,
  });
}

function writeHead(text: string, response: ServerResponse | undefined): number {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") status = Number(value.split(" ")[0]);
    else response?.setHeader(name, value);
  }
  if (response !== undefined) response.statusCode = status;
  return status;
}
