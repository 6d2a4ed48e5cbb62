// Stands between the worker and the API of the double, over real sockets, and spoils the answers of one kind of call.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { routeOf } from "../../src/forge/gitlab/transport.ts";

/** What goes wrong. `spoil` sends something instead of the answer. */
export interface AnswerFault {
  readonly name: string;
  /** Whether there has to be a real answer to be spoilt, so that the call has taken effect. */
  readonly needsAnswer: boolean;
  spoil(response: ServerResponse, answer: Buffer): void;
}

/** Calls of one kind that are spoilt. */
export interface Spoilt {
  /** E.g. `POST projects/:id/fork`. */
  readonly deed: string;
  readonly fault: AnswerFault;
  /** Whether the call has its effect nevertheless. */
  readonly when: "before" | "after";
  /** How many of them, from the first one on. */
  readonly times: number;
}

/** A limit of the worker's that `no answer` and `slow body` exceed. */
export const CALL_MS = 1_500;

const html = "<!DOCTYPE html><html><head><title>Oh no</title></head><body>Please wait a moment.</body></html>";
const status = (code: number, headers: Readonly<Record<string, string>> = {}): AnswerFault => ({
  name: [String(code), ...Object.keys(headers)].join(" with "),
  needsAnswer: false,
  spoil: (response) => response.writeHead(code, { "content-type": "text/html", ...headers }).end(html),
});

/** All kinds. */
export const ANSWER_FAULTS: readonly AnswerFault[] = [
  status(429, { "Retry-After": "1" }),
  // As a forge says it whose clock is years behind.
  status(429, { "RateLimit-Reset": "1000000000" }),
  status(429),
  status(500),
  status(502),
  status(503),
  status(504),
  { ...status(301, { Location: "https://elsewhere.invalid/" }), name: "301 to elsewhere" },
  { ...status(200), name: "HTML instead of JSON" },
  {
    name: "JSON of another shape",
    needsAnswer: false,
    spoil: (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"hello":["world"]}'),
  },
  { name: "reset", needsAnswer: false, spoil: ({ socket }) => socket?.resetAndDestroy() },
  // Whoever waits is let go when the proxy closes.
  { name: "no answer", needsAnswer: false, spoil: () => {} },
  {
    name: "half answer",
    needsAnswer: true,
    spoil(response, answer) {
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
      response.write(answer.subarray(0, answer.length / 2), () => response.socket?.destroy());
    },
  },
  {
    name: "slow body",
    needsAnswer: true,
    spoil(response, answer) {
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
      response.write(answer.subarray(0, answer.length / 2));
    },
  },
];

/** A running proxy. */
export interface FaultyProxy {
  readonly url: string;
  /** How many calls of a kind were spoilt. */
  spoilt(deed: string): number;
  close(): void;
}

/** Starts one in front of a double. Of each kind of call one fault at the most. */
export async function startFaultyProxy(target: string, faults: readonly Spoilt[]): Promise<FaultyProxy> {
  const counts = new Map<string, number>();
  const take = (deed: string): Spoilt | undefined => {
    const found = faults.find((each) => each.deed === deed);
    const count = counts.get(deed) ?? 0;
    if (!found || count >= found.times) return undefined;
    counts.set(deed, count + 1);
    return found;
  };
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const url = new URL(request.url ?? "/", target);
    const taken = take(`${request.method} ${routeOf(url)}`);
    if (taken?.when === "before") return taken.fault.spoil(response, Buffer.alloc(0));
    const answer = await forward(request, url, body);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (taken) return taken.fault.spoil(response, bytes);
    response.writeHead(answer.status, { ...withoutHop(answer.headers), "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoilt: (deed) => counts.get(deed) ?? 0,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function forward(request: IncomingMessage, url: URL, body: Buffer<ArrayBuffer>): Promise<Response> {
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return fetch(url, {
    method: request.method ?? "GET",
    headers: { ...withoutHop(headers) },
    redirect: "manual",
    ...(body.length > 0 ? { body } : {}),
  });
}

/** What belongs to one connection goes no further. */
function withoutHop(headers: Headers): Record<string, string> {
  const hop = ["connection", "content-length", "host", "keep-alive", "transfer-encoding"];
  return Object.fromEntries([...headers].filter(([name]) => !hop.includes(name)));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
