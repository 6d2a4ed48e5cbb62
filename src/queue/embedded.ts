// The queue without a server: PostgreSQL compiled to WebAssembly (PGlite) in this process, files in a directory.
// BullMQ reaches it through a Unix socket inside that directory, which also serves as the lock: one process at a time.
import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { ClientBase, Notification, Pool } from "pg";
import { TandemError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import type { Backend } from "./backend.ts";
import { openPool } from "./postgres.ts";

// The longest path that fits into sockaddr_un on Linux (108) and macOS (104), with the closing NUL.
const MAX_SOCKET_PATH = 103;

/**
 * Opens the queue in a directory, creating it when it is missing.
 * @throws TandemError kind `environment`, code `queue-in-use` when another process has it open
 */
export async function openEmbedded(directory: string, logger: Logger): Promise<Backend> {
  const home = resolve(directory);
  const socket = socketOf(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (await answers(socket))
    throw new TandemError("environment", `Another process uses the embedded queue in ${home}`, {
      code: "queue-in-use",
      fix: "Run one `tandem start` for it, or use Redis (QUEUE_URL=redis://…) for several processes.",
    });
  await rm(socket, { force: true });

  const database = await PGlite.create(join(home, "data"));
  // PGlite is one session for all clients, so the search path is set once, here.
  await database.exec("create schema if not exists bullmq; set search_path to bullmq");
  const server = new PGLiteSocketServer({ db: database, path: socket, maxConnections: 100 });
  await server.start();
  const backend = await openPool(
    { host: home, port: 5432, user: "postgres", database: "postgres" },
    logger,
    relayNotifications(),
  );
  return {
    ...backend,
    async close() {
      await backend.close();
      await server.stop();
      await database.close();
    },
  };
}

/** Whether a process has the embedded queue of a directory open. Throws kind `environment` for a path that is too long. */
export async function isEmbeddedInUse(directory: string): Promise<boolean> {
  return await answers(socketOf(resolve(directory)));
}

function socketOf(home: string): string {
  // pg's name for a Unix socket of port 5432 in a directory.
  const socket = join(home, ".s.PGSQL.5432");
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH)
    throw new TandemError("environment", `The path of the embedded queue is too long for a socket: ${home}`, {
      code: "queue-path-too-long",
      fix: "Set QUEUE_URL=embedded:<dir> with a shorter path.",
    });
  return socket;
}

/**
 * In one shared session a NOTIFY comes back to the client that sent it, not to the one that asked to LISTEN. This hands
 * each notification to all other clients, so that a worker wakes at once instead of at its next poll (5 s).
 */
function relayNotifications(): (pool: Pool) => void {
  const clients = new Set<ClientBase>();
  let relaying = false;
  return (pool) => {
    pool.on("connect", (client) => {
      clients.add(client);
      client.on("notification", (message: Notification) => {
        if (relaying) return;
        relaying = true;
        try {
          for (const other of clients) if (other !== client) other.emit("notification", message);
        } finally {
          relaying = false;
        }
      });
    });
    pool.on("remove", (client) => clients.delete(client));
  };
}

/** Whether somebody listens on a Unix socket. A socket file left by a killed process refuses connections. */
function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      settle(true);
    });
    probe.once("error", () => settle(false));
  });
}
