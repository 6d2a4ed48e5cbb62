// Measures the main job on the GitLab double: from the webhook to the dist-git merge request and to the comment, with Tandem
// as a process, against plain git and the same number of requests. Then counts what each kind of event costs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { Package } from "../support/package.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import { countsOf } from "../support/run-job.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { playCostStories } from "./cost-stories.ts";
import { type RideTimes, ride, untilQuiet } from "./measure-rides.ts";
import { plainRide } from "./plain-ride.ts";

const RIDES = Number(process.env.BENCH_RIDES ?? 20);
/** Each answer of the forge's API is held back for so long: on a laptop the double is much nearer than a GitLab is. */
const FORGE_MS = Number(process.env.BENCH_FORGE_MS ?? 0);
const AT_ONCE = 4;
/** Calls of the job that opens a dist-git merge request; see docs/architecture.md. */
const CALLS = 16;

interface Times extends RideTimes {
  readonly plain: number;
}

interface Row {
  readonly name: string;
  readonly times: readonly Times[];
}

const print = (text: string) => process.stdout.write(`${text}\n`);

async function measureBackend(root: string, backend: "embedded" | "redis"): Promise<void> {
  const home = join(root, backend);
  const redis = backend === "redis" ? await startRedis() : undefined;
  const stage = await setStage({ home, queue: redis?.url ?? "embedded" });
  try {
    if (FORGE_MS > 0) stage.double.faults.delay({ path: /^\/api\//, times: Number.POSITIVE_INFINITY }, FORGE_MS);
    const packages: Package[] = [];
    for (let nth = 1; nth <= AT_ONCE; nth++) packages.push(await stage.package(`package-${nth}`));
    const groups = (size: number) =>
      Array.from({ length: Math.ceil(RIDES / size) }, (_, group) =>
        Array.from({ length: size }, (_, nth) => packages[(group * size + nth) % packages.length]).flatMap(
          (pkg) => pkg ?? [],
        ),
      );
    const before = await readCosts(stage);
    const rows: Row[] = [
      {
        name: "first of its package",
        times: await takeTurns(
          stage,
          home,
          packages.map((pkg) => [pkg]),
        ),
      },
      { name: "one after the other", times: await takeTurns(stage, home, groups(1)) },
      { name: `${AT_ONCE} at once`, times: await takeTurns(stage, home, groups(AT_ONCE)) },
    ];
    print(
      `\nWebhook to merge request and comment, queue ${backend}, ms (median, p95); plain: git and ${CALLS} requests`,
    );
    print(showTimes(rows));
    print(showCosts(await readCosts(stage), before, rows.flatMap(({ times }) => times).length));
  } finally {
    await stage.close();
    await redis?.stop();
  }
}

/** Tandem and plain git take turns, so that whatever else the machine does meets both. The rides of a group run at once. */
async function takeTurns(
  stage: Stage,
  home: string,
  groups: readonly (readonly Package[])[],
): Promise<readonly Times[]> {
  const all: Times[] = [];
  for (const packages of groups) {
    const rides = await Promise.all(packages.map(async (pkg) => ({ pkg, ...(await ride(stage, pkg)) })));
    await untilQuiet(stage);
    const plain = await Promise.all(
      rides.map(({ pkg, contribution }) =>
        plainRide({ stage, pkg, home: join(home, "plain"), calls: CALLS }, contribution),
      ),
    );
    await untilQuiet(stage);
    all.push(...rides.map(({ times }, index) => ({ ...times, plain: plain[index] ?? Number.NaN })));
  }
  return all;
}

function showTimes(rows: readonly Row[]): string {
  const cell = (values: readonly number[]) => `${share(values, 0.5).toFixed(0)}, ${share(values, 0.95).toFixed(0)}`;
  const lines = rows.map(({ name, times }) => {
    const of = (key: keyof Times) => times.map((each) => each[key]);
    const ratio = share(of("comment"), 0.5) / share(of("plain"), 0.5);
    const cells = [cell(of("mergeRequest")), cell(of("comment")), cell(of("plain")), ratio.toFixed(2)];
    return `${`${name} (${times.length})`.padEnd(28)}${cells.map((text) => text.padStart(15)).join("")}`;
  });
  const heads = ["merge request", "comment", "plain", "ratio"].map((text) => text.padStart(15)).join("");
  return `${"".padEnd(28)}${heads}\n${lines.join("\n")}`;
}

/** The value below which this share of the values lies. */
function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const COSTS = { jobs: "forge_calls_count", calls: "forge_calls_sum", git: "git_commands_sum" } as const;
type Costs = Readonly<Record<keyof typeof COSTS, number>>;

/** What the service has counted in /metrics, all queues together. */
async function readCosts({ service }: Stage): Promise<Costs> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const total = (name: string) =>
    [...text.matchAll(new RegExp(`^tandem_job_${name}\\{[^}]*\\} (\\d+)$`, "gm"))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  return { jobs: total(COSTS.jobs), calls: total(COSTS.calls), git: total(COSTS.git) };
}

function showCosts(now: Costs, before: Costs, rides: number): string {
  const each = (key: keyof Costs) => ((now[key] - before[key]) / rides).toFixed(1);
  return `For one merge request until its checks are told: ${each("jobs")} jobs, ${each("calls")} forge calls, ${each("git")} git commands`;
}

async function printStories(root: string): Promise<void> {
  const home = join(root, "stories");
  const double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  try {
    const columns = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(14)).join("");
    print(`\n${"One job".padEnd(28)}${columns(["reads", "writes", "remotes", "git commands"])}`);
    for (const run of await playCostStories(double, join(home, "tandem"))) {
      const { reads, writes, remotes, gitCommands } = countsOf(run);
      print(`${run.story.padEnd(28)}${columns([reads, writes, remotes, gitCommands])}`);
    }
  } finally {
    await double.close();
  }
}

const root = mkdtempSync(join(tmpdir(), "tandem-bench-"));
try {
  await measureBackend(root, "embedded");
  if (hasRedis) await measureBackend(root, "redis");
  else print("\nredis-server is not installed: not measured with Redis");
  await printStories(root);
} finally {
  rmSync(root, { recursive: true, force: true });
}
