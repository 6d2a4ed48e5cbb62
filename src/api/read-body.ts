// Reads a request's raw body, up to a limit.
import type { IncomingMessage } from "node:http";
import type { Clock } from "../model/clock.ts";

/** What became of reading. Of a body that is too large nothing is kept. */
export type Body = Buffer | "too-large" | "cut-off";

/** Time that a sender of too much gets to finish, so that it reads our answer; then the connection is cut. */
const DISCARD_MS = 5_000;

/** Reads the body; stops as soon as it is known to be longer than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  // The length is announced as a rule: then not a byte is read.
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.resolve("too-large");
  if (request.destroyed) return Promise.resolve("cut-off");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      request.off("data", onData);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else finish("too-large");
    };
    request.on("data", onData);
    request.once("end", () => finish(Buffer.concat(chunks)));
    request.once("error", () => finish("cut-off"));
    request.once("close", () => finish("cut-off"));
  });
}

/**
 * Throws the rest of a body away after it was answered. To close at once would reset the connection, and the sender would
 * see a broken pipe instead of the answer; to wait for ever would let it hold the connection.
 */
export async function discardBody(request: IncomingMessage, clock: Clock): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const ended = new AbortController();
  request.once("end", () => ended.abort());
  request.once("close", () => ended.abort());
  request.on("error", () => ended.abort());
  request.resume();
  try {
    await clock.sleep(DISCARD_MS, ended.signal);
    request.destroy();
  } catch {
    // It ended in time.
  }
}
