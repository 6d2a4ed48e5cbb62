// The Redis of deploy/, really started by its script: durable, never forgetting, and closed to who has no password.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { hasRedis } from "../support/redis-server.ts";

const component = join(import.meta.dirname, "../../deploy/components/redis");
const PASSWORD = "0123456789abcdef";

/** A copy of the component with another place and port: nothing else is changed. */
function copyComponent(directory: string, port: number): void {
  cpSync(component, directory, { recursive: true });
  const conf = readFileSync(join(directory, "redis.conf"), "utf8").replace("dir /data", `dir ${directory}`);
  writeFileSync(join(directory, "redis.conf"), `${conf}port ${port}\n`);
}

const run = (mode: "start" | "ping", url: string) => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-queue-url-"));
  writeFileSync(join(directory, "QUEUE_URL"), `${url}\n`);
  const env = { PATH: process.env.PATH, QUEUE_URL_FILE: join(directory, "QUEUE_URL") };
  const { status, stderr } = spawnSync("sh", [join(component, "redis.sh"), mode], { env, encoding: "utf8" });
  rmSync(directory, { recursive: true });
  return { status, stderr };
};

it.each(["redis://redis:6379", "redis://:@redis:6379", "redis://:a%20b@redis:6379", "redis://:a b@redis:6379", ""])(
  "does not start with QUEUE_URL %j",
  (url) => {
    expect(run("start", url)).toEqual({ status: 1, stderr: expect.stringContaining("QUEUE_URL needs a password") });
  },
);

(hasRedis ? describe : describe.skip)("Redis as it is deployed", () => {
  let directory: string;
  let child: ChildProcess;
  let client: Redis;
  let ping: () => number | null;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "tandem-redis-"));
    const port = await freePort();
    copyComponent(directory, port);
    writeFileSync(join(directory, "QUEUE_URL"), `redis://default:${PASSWORD}@tandem-redis:6379/0\n`);
    const env = { PATH: process.env.PATH, QUEUE_URL_FILE: join(directory, "QUEUE_URL") };
    child = spawn("sh", [join(directory, "redis.sh"), "start"], { env, stdio: "ignore" });
    client = new Redis({ port, host: "127.0.0.1", password: PASSWORD, maxRetriesPerRequest: null });
    client.on("error", () => {});
    // redis-cli asks on the standard port, unless it is told otherwise.
    const cli = spawnSync("sh", ["-c", "command -v redis-cli"], { encoding: "utf8" }).stdout.trim();
    writeFileSync(join(directory, "redis-cli"), `#!/bin/sh\nexec ${cli} -p ${port} "$@"\n`, { mode: 0o755 });
    const probeEnv = { ...env, PATH: `${directory}:${process.env.PATH}` };
    ping = () => spawnSync("sh", [join(directory, "redis.sh"), "ping"], { env: probeEnv }).status;
    await client.ping();
  });
  afterAll(async () => {
    if (client.status === "ready") await client.quit();
    child.kill("SIGTERM");
    await eventually(() => child.exitCode !== null, { what: "the end of Redis" });
    rmSync(directory, { recursive: true });
  });

  it("keeps every job, on the disk and in memory", async () => {
    const settings = ["appendonly", "appendfsync", "maxmemory-policy", "save", "requirepass"];
    const values = await Promise.all(settings.map(async (name) => (await client.config("GET", name)) as string[]));
    expect(Object.fromEntries(values)).toEqual({
      appendonly: "yes",
      appendfsync: "everysec",
      "maxmemory-policy": "noeviction",
      save: "",
      requirepass: PASSWORD,
    });
  });

  it("wants the password, which is in nobody's arguments", async () => {
    const stranger = new Redis({ port: client.options.port ?? 0, host: "127.0.0.1", enableReadyCheck: false });
    stranger.on("error", () => {});
    await expect(stranger.get("bull:mirror:meta")).rejects.toThrow("NOAUTH");
    stranger.disconnect();
    const { stdout } = spawnSync("ps", ["-ww", "-o", "args=", "-p", String(child.pid)], { encoding: "utf8" });
    expect(stdout).toContain("redis-server");
    expect(stdout).not.toContain(PASSWORD);
  });

  it("is asked by its probe, and ends at once on SIGTERM: the script is not in between", async () => {
    expect(ping()).toBe(0);
    await client.quit();
    child.kill("SIGTERM");
    await eventually(() => child.exitCode !== null, { what: "the end of Redis" });
    expect(ping()).not.toBe(0);
  });
});
