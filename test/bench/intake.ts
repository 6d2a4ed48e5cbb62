// Measures how fast the API takes a burst of deliveries, against a bare express server with one BullMQ `add` on the same Redis,
// and whether each delivery led to its job. Without Redis the service in one process with its embedded queue is measured alone.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { mintWebhookToken } from "../../src/admin/hooks/make-token.ts";
import { Secret } from "../../src/model/secret.ts";
import { openBackend } from "../../src/queue/open-backend.ts";
import { freePort } from "../support/free-port.ts";
import { recordingLogger } from "../support/recording-logger.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import { INTAKE_PROJECT, makeDeliveries, type Proof } from "./intake-deliveries.ts";
import { type LoadResult, sendLoad } from "./intake-load.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

/** The embedded queue is for trying things out, and a hundred times slower. */
const DELIVERIES = Number(process.env.BENCH_DELIVERIES ?? (hasRedis ? 10_000 : 500));
const SUBJECTS = Number(process.env.BENCH_SUBJECTS ?? 200);
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 32);
/** The servers take turns, so that whatever else the machine does meets all of them. */
const ROUNDS = 4;
const WARM_UP = 500;
const AIM = 0.5;
const MAIN = join(import.meta.dirname, "../../src/cli/main.js");
const BARE = join(import.meta.dirname, "intake-bare.js");
const WEBHOOK_SECRET = "bench-webhook-secret-0123456789abcdef";

/** One way to send deliveries to one of the servers. */
interface Way {
  readonly name: string;
  readonly server: ServerProcess;
  readonly port: number;
  readonly path: string;
  readonly proof?: Proof;
  readonly loads: LoadResult[];
}

const print = (text: string) => process.stdout.write(`${text}\n`);

async function measure(root: string): Promise<boolean> {
  const redis = hasRedis ? await startRedis() : undefined;
  if (!redis)
    print("redis-server is not installed: the service in one process, with its embedded queue, and no reference");
  try {
    return await measureWith(root, redis?.url);
  } finally {
    await redis?.stop();
  }
}

async function measureWith(root: string, redisUrl: string | undefined): Promise<boolean> {
  const signingToken = `whsec_${randomBytes(32).toString("base64")}`;
  const token = await mintWebhookToken({ namespace: "packit-service" }, new Secret(WEBHOOK_SECRET));
  const port = await freePort();
  const tandem = await startTandem(join(root, "tandem"), port, signingToken, redisUrl);
  const barePort = await freePort();
  const bare = redisUrl && (await startBare(join(root, "bare"), barePort, `${redisUrl}/1`));
  const path = "/api/webhooks/gitlab";
  const ways: readonly Way[] = [
    ...(bare ? [{ name: "bare", server: bare, port: barePort, path: "/", loads: [] }] : []),
    { name: "tandem, token", server: tandem, port, path, proof: { kind: "token", token }, loads: [] },
    { name: "tandem, signed", server: tandem, port, path, proof: { kind: "signature", signingToken }, loads: [] },
  ];
  try {
    const size = makeDeliveries({ count: 1, subjects: 1, name: "size", host: "", path })[0]?.length ?? 0;
    print(`${DELIVERIES} deliveries of ${size} bytes, ${SUBJECTS} subjects, ${CONNECTIONS} connections; ${showLoad()}`);
    for (const way of ways) await send(way, "warm-up", Math.min(WARM_UP, DELIVERIES));
    const before = ways.map(({ server }) => server.rss());
    for (let round = 0; round < ROUNDS; round++)
      for (const way of ways) way.loads.push(await send(way, `round-${round}`, Math.ceil(DELIVERIES / ROUNDS)));
    print(showWays(ways, before));
    print(showLoad());
    return await isNothingLost(ways, port, redisUrl);
  } finally {
    await Promise.all([tandem.stop(), bare ? bare.stop() : undefined]);
  }
}

function send({ name, port, path, proof }: Way, turn: string, count: number): Promise<LoadResult> {
  const ids = `${name.replace(/[^a-z]+/g, "-")}-${turn}`;
  const common = { count, subjects: SUBJECTS, connections: CONNECTIONS, name: ids, port, path };
  return sendLoad(proof ? { ...common, proof } : common);
}

function startTandem(
  home: string,
  port: number,
  signingToken: string,
  redisUrl: string | undefined,
): Promise<ServerProcess> {
  mkdirSync(home);
  const configFile = join(home, "tandem.yaml");
  writeFileSync(configFile, JSON.stringify({ listen: { host: "127.0.0.1" } }));
  return startServer({
    command: [MAIN, redisUrl ? "api" : "start"],
    home,
    environment: {
      TANDEM_ENV: "staging",
      TANDEM_CONFIG: configFile,
      // Nobody listens there: no worker of this measurement gets anything done.
      GITLAB_URL: "http://127.0.0.1:9",
      GITLAB_TOKEN: "glpat-bench",
      GITLAB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      GITLAB_WEBHOOK_SIGNING_TOKENS: `packit-service=${signingToken}`,
      QUEUE_URL: redisUrl ?? `embedded:${join(home, "queue")}`,
      PORT: String(port),
    },
    probe: `http://127.0.0.1:${port}/api/healthz`,
  });
}

function startBare(home: string, port: number, redisUrl: string): Promise<ServerProcess> {
  mkdirSync(home);
  const command = [BARE, String(port), redisUrl];
  return startServer({ command, home, environment: {}, probe: `http://127.0.0.1:${port}/` });
}

function showWays(ways: readonly Way[], rssBefore: readonly number[]): string {
  const reference = ways.find(({ name }) => name === "bare");
  const lines = ways.map((way, index) => {
    const times = way.loads.flatMap((load) => load.times).sort((one, other) => one - other);
    const at = (part: number) => (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
    const ratio = reference ? rate(way) / rate(reference) : Number.NaN;
    const note = !reference || way === reference ? "" : `${(100 * ratio).toFixed(0)} %${ratio < AIM ? " (!)" : ""}`;
    const memory = `${rssBefore[index]?.toFixed(0)} → ${way.server.rss().toFixed(0)}`;
    return [way.name, rate(way).toFixed(0), note, at(0.5), at(0.99), memory];
  });
  const heads = ["", "deliveries/s", `of bare (≥ ${AIM * 100} %)`, "p50 ms", "p99 ms", "RSS MiB"];
  return [heads, ...lines]
    .map((cells) =>
      cells
        .map((cell) => cell.padEnd(17))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}

function rate({ loads }: Way): number {
  const sum = (of: (load: LoadResult) => number) => loads.reduce((total, load) => total + of(load), 0);
  return sum(({ times }) => times.length) / sum(({ seconds }) => seconds);
}

function showLoad(): string {
  return `load of the machine ${loadavg()[0]?.toFixed(1)}`;
}

/** Says whether every delivery was answered with 202, was counted as accepted, and its subject's job stands in the queue. */
async function isNothingLost(ways: readonly Way[], port: number, redisUrl: string | undefined): Promise<boolean> {
  const statuses = new Map<string, number>();
  for (const [status, count] of ways.flatMap(({ loads }) => loads.flatMap((load) => Object.entries(load.statuses))))
    statuses.set(status, (statuses.get(status) ?? 0) + count);
  print(`answers: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(", ")}`);

  const own = ways.filter(({ proof }) => proof);
  const sent = own.length * (ROUNDS * Math.ceil(DELIVERIES / ROUNDS) + Math.min(WARM_UP, DELIVERIES));
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const accepted = Number(
    /^tandem_deliveries_total\{[^}]*event="Merge Request Hook"[^}]*result="accepted"[^}]*\} (\d+)$/m.exec(metrics)?.[1],
  );
  print(`tandem accepted ${accepted} of ${sent} deliveries`);
  const isAnswered = statuses.size === 1 && statuses.has("202") && accepted === sent;
  if (!redisUrl) return isAnswered;
  const subjects = await readSubjects(redisUrl);
  const wanted = Array.from(
    { length: Math.min(SUBJECTS, Math.ceil(DELIVERIES / ROUNDS)) },
    (_, index) => `gitlab/${INTAKE_PROJECT.projectId}!${index + 1}`,
  );
  const missing = wanted.filter((subject) => !subjects.includes(subject));
  print(`${subjects.length} jobs wait for ${wanted.length} subjects; without a job: ${missing.join(", ") || "none"}`);
  return isAnswered && missing.length === 0 && subjects.length === wanted.length;
}

/** What the waiting jobs are about. */
async function readSubjects(redisUrl: string): Promise<readonly string[]> {
  const backend = await openBackend({ kind: "redis", url: new Secret(redisUrl) }, "consume", recordingLogger());
  const queue = backend.openQueue("mirror");
  try {
    const jobs = await queue.getJobs(["waiting", "prioritized", "delayed"]);
    return jobs.flatMap(({ deduplicationId }) => deduplicationId ?? []);
  } finally {
    await queue.close();
    await backend.close();
  }
}

const root = mkdtempSync(join(tmpdir(), "tandem-intake-"));
try {
  if (!(await measure(root))) {
    print("deliveries were lost or jobs are missing");
    process.exitCode = 1;
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
