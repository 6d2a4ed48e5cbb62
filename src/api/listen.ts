// Puts the application on a port, and takes it off again without losing a delivery.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../model/clock.ts";
import { TandemError } from "../model/errors.ts";

/** Where to listen. Port 0 picks a free one. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no new request, lets those under way end, and cuts what is left after a few seconds. */
  close(): Promise<void>;
}

/** A delivery of 25 MiB on a slow line has that long to arrive; a sender that dribbles is cut off. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
const CLOSE_MS = 5_000;

/** Starts to listen. Throws kind `environment`, code `cannot-listen`, when the address cannot be used. */
export async function listen(app: RequestListener, { host, port, clock }: ListenOptions): Promise<Listening> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS }, app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const fix = "Choose another address: listen.host and listen.port in the configuration, or PORT.";
      reject(new TandemError("environment", `Cannot listen on ${host}:${port}`, { code: "cannot-listen", fix, cause }));
    });
    server.listen(port, host, resolve);
  });
  const close = async () => {
    const closed = new AbortController();
    const ended = new Promise<void>((resolve) => {
      server.close(() => {
        closed.abort();
        resolve();
      });
    });
    server.closeIdleConnections();
    clock.sleep(CLOSE_MS, closed.signal).then(
      () => server.closeAllConnections(),
      () => {},
    );
    await ended;
  };
  return { port: (server.address() as AddressInfo).port, close };
}
