// A real HTTP server that answers as it was told, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** Answers one request. */
export type Answer = (response: ServerResponse) => void;

export interface ToldRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ToldServer {
  /** `http://host:port`. */
  readonly url: string;
  readonly requests: readonly ToldRequest[];
  /** What the next requests get, one each; the ones after them get a 500. Forgets all requests so far. */
  tell(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startToldServer(): Promise<ToldServer> {
  const answers: Answer[] = [];
  const requests: ToldRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    requests.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
    (answers.shift() ?? json(500, { message: "no answer left" }))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    tell(...given) {
      answers.splice(0, answers.length, ...given);
      requests.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
}

export function redirect(location: string, status = 301): Answer {
  return (response) => response.writeHead(status, { location }).end();
}

export const reset: Answer = (response) => response.socket?.destroy();

export const silence: Answer = () => {};

export const halfAnAnswer: Answer = (response) => response.writeHead(200, { "content-length": "99" }).end("{");

/** Does not say its length, and never ends while somebody listens. */
export const endless: Answer = (response) => {
  const chunk = Buffer.alloc(1024 * 1024, " ");
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
};

/** Small on the wire, 60 MiB when it is unpacked. */
export const bomb: Answer = (response) =>
  response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(60 * 1024 * 1024, " ")));

/** Says that it is larger than it ever becomes. */
export const boasting: Answer = (response) => response.writeHead(200, { "content-length": "99999999" }).write("{");
