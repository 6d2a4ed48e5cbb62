// A load generator in a thread of its own. It writes ready-made bytes to sockets and reads no more of an answer than its
// status and length, so that it costs a small part of what a server does.
import { connect, type Socket } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type DeliveryPlan, makeDeliveries } from "./intake-deliveries.ts";

/** What to send, and where to. */
export interface LoadPlan extends Omit<DeliveryPlan, "host"> {
  readonly port: number;
  /** Connections that are kept, with one request under way on each. */
  readonly connections: number;
}

/** What came back. */
export interface LoadResult {
  readonly seconds: number;
  /** How often each status came; 0 stands for a connection that ended without an answer. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Milliseconds that each answer took. */
  readonly times: readonly number[];
}

/** Sends all requests; resolves when each of them was answered or lost. */
export function sendLoad(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: plan });
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

async function run({ port, connections, ...plan }: LoadPlan): Promise<LoadResult> {
  const requests = makeDeliveries({ ...plan, host: `127.0.0.1:${port}` });
  const statuses: Record<number, number> = {};
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  const sendOneAfterTheOther = async () => {
    let socket: Socket | undefined;
    for (let request = requests[next++]; request; request = requests[next++]) {
      if (!socket || socket.destroyed) socket = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", ignore);
      const sent = performance.now();
      const status = await ask(socket, request);
      times.push(performance.now() - sent);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    socket?.destroy();
  };
  await Promise.all(Array.from({ length: connections }, sendOneAfterTheOther));
  return { seconds: (performance.now() - started) / 1_000, statuses, times };
}

/** The status of the answer; 0 when the connection ends before the answer does. */
function ask(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let received = "";
    const finish = (status: number) => {
      socket.off("data", onData).off("close", onClose);
      resolve(status);
    };
    const onData = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
      if (received.length >= end + 4 + length) finish(Number(received.slice(9, 12)));
    };
    const onClose = () => finish(0);
    socket.on("data", onData).on("close", onClose);
    socket.write(request);
  });
}

/** A connection that fails is closed, too; that is what counts. */
function ignore(): void {}

if (!isMainThread) parentPort?.postMessage(await run(workerData as LoadPlan));
