// Posts one delivery, on a connection of its own.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

const STORED_BODY_BYTES = 8192;

/**
 * Posts a body.
 * @throws Error when there is no answer within the time.
 */
export function send(
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const open = url.startsWith("https:") ? requestHttps : requestHttp;
    const length = String(Buffer.byteLength(options.body));
    const outgoing = open(
      url,
      {
        method: "POST",
        agent: false,
        signal: options.signal,
        headers: { ...options.headers, "Content-Length": length },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          clearTimeout(timer);
          const body = Buffer.concat(chunks).subarray(0, STORED_BODY_BYTES).toString("utf8");
          const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
          resolve({ status: incoming.statusCode ?? 0, body, headers: Object.fromEntries(headers) });
        });
      },
    );
    const timer = setTimeout(() => outgoing.destroy(new Error("Net::ReadTimeout")), options.timeoutMs);
    outgoing.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(options.body);
  });
}
