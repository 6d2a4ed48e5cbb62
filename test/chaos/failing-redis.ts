// A Redis that fails as servers do: killed and started again on its files, out of reach, or a replica from one moment on.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";

/** The server, behind an address that stays. */
export interface FailingRedis {
  /** For clients. */
  readonly url: string;
  /** How many of them are connected. */
  readonly clients: number;
  /** Kills the server and starts it again on its append-only file. */
  killAndRestart(): Promise<void>;
  /** Cuts all connections and takes no new ones until the function that is returned is called. */
  cut(): () => void;
  /**
   * Another server, which has the same data, takes over. The old one stays and answers `READONLY`; open connections stay with
   * it, and new ones come to the new one.
   */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

interface Server {
  readonly port: number;
  readonly directory: string;
  child: ChildProcess;
}

/** Starts it with its files below a directory. */
export async function startFailingRedis(root: string): Promise<FailingRedis> {
  const servers = [await launch(join(root, "redis-1"))];
  const current = () => servers.at(-1) as Server;
  const open = new Set<Socket>();
  let isCut = false;
  const front = createServer((client) => {
    const server = createConnection(current().port, "127.0.0.1");
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    if (isCut) client.destroy();
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((done) => front.listen(0, "127.0.0.1", done));
  return {
    get clients() {
      return open.size / 2;
    },
    url: `redis://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async killAndRestart() {
      const server = current();
      await end(server.child);
      server.child = await run(server);
    },
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
      return () => {
        isCut = false;
      };
    },
    async failOver() {
      const old = current();
      const next = await launch(join(root, `redis-${servers.length + 1}`));
      await command(next, `REPLICAOF 127.0.0.1 ${old.port}`);
      await eventually(async () => (await command(next, "INFO replication")).includes("master_link_status:up"));
      await command(next, "REPLICAOF NO ONE");
      servers.push(next);
      await command(old, `REPLICAOF 127.0.0.1 ${next.port}`);
    },
    async stop() {
      front.close();
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map(({ child }) => end(child)));
    },
  };
}

async function launch(directory: string): Promise<Server> {
  mkdirSync(directory, { recursive: true });
  const place = { port: await freePort(), directory };
  return { ...place, child: await run(place) };
}

function run({ port, directory }: Omit<Server, "child">): Promise<ChildProcess> {
  const options = { port, bind: "127.0.0.1", dir: directory, save: "", appendonly: "yes", appendfsync: "always" };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ready to accept connections")) resolve(child);
    });
    child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** An inline command; resolves with the beginning of the answer. */
function command({ port }: Server, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.write(`${text}\r\n`));
    socket.once("error", reject);
    socket.once("data", (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
  });
}
