// Reads a request's raw body, up to a limit.
import type { IncomingMessage } from "node:http";
import type { Clock } from "../model/clock.ts";
import type { MemoryBudget } from "./memory-budget.ts";

/** What became of reading. Of a body that is not whole nothing is kept. */
export type Body = Buffer | "too-large" | "no-room" | "cut-off";

/** Time that a sender of too much gets to finish, so that it reads our answer; then the connection is cut. */
const DISCARD_MS = 5_000;

/**
 * Reads the body; stops as soon as it is known to be longer than `limit` bytes. The bytes of a body that is returned are
 * claimed from the budget, and the caller gives them back; of any other nothing is claimed in the end.
 */
export function readBody(request: IncomingMessage, limit: number, budget: MemoryBudget): Promise<Body> {
  // The length is announced as a rule: then not a byte is read.
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.resolve("too-large");
  if (request.destroyed) return Promise.resolve("cut-off");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let finished = false;
    const finish = (body: Body) => {
      if (finished) return;
      finished = true;
      request.off("data", onData);
      if (!Buffer.isBuffer(body)) budget.give(size);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      if (size + chunk.length > limit) return finish("too-large");
      if (!budget.take(chunk.length)) return finish("no-room");
      size += chunk.length;
      chunks.push(chunk);
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
