// Measures `update-dist-git`: as a whole process, the engine alone, and plain git doing the same raw work. Prints a table.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeDistGitTree } from "../../src/engine/make-dist-git-tree.ts";
import { resolveIn } from "../../src/engine/range.ts";
import { openJoinedStore } from "../../src/git/joined-store.ts";
import { localSettings, openWorkTree } from "../../src/git/open-work-tree.ts";
import { type BenchPair, git, gitEnvironment, makePair, type PairSize } from "./make-pair.ts";

const RUNS = 5;
const SIZES: readonly PairSize[] = [
  { name: "10 patches", files: 100, upstream: 100, downstream: 10 },
  { name: "100 patches", files: 100, upstream: 100, downstream: 100 },
  { name: "500 patches", files: 100, upstream: 100, downstream: 500 },
  { name: "100 patches, large", files: 2000, upstream: 20_000, downstream: 100 },
];
const MAIN = join(import.meta.dirname, "../../src/cli/main.js");
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write("maxRSS " + process.resourceUsage().maxRSS + "\\n"));',
)}`;

interface Row {
  readonly size: PairSize;
  /** Milliseconds, medians. */
  readonly whole: number;
  readonly engine: number;
  readonly plain: number;
  /** Megabytes of the whole process. */
  readonly memory: number;
}

type Run = (source: string, dist: string) => unknown;

async function measure(root: string, size: PairSize): Promise<Row> {
  const directory = join(root, size.name.replaceAll(/\W+/g, "-"));
  const pair = makePair(directory, size);
  const [whole = 0, engine = 0, plain = 0] = await medians(pair, [runWhole, runEngine, runPlainGit]);
  const said = runWhole(pair.source, freshCopy(pair.dist), ["--import", REPORT_MEMORY]);
  const memory = Number(/maxRSS (\d+)/.exec(said)?.[1]) / 1024;
  rmSync(directory, { recursive: true });
  return { size, whole, engine, plain, memory };
}

/**
 * Milliseconds of each, every time on a dist-git that never saw the result; making that is not measured. They take turns,
 * so that whatever else the machine does meets all of them.
 */
async function medians({ source, dist }: BenchPair, runs: readonly Run[]): Promise<readonly number[]> {
  const times = runs.map((): number[] => []);
  for (let count = 0; count < RUNS; count++) {
    for (const [index, run] of runs.entries()) {
      const copy = freshCopy(dist);
      const start = performance.now();
      await run(source, copy);
      times[index]?.push(performance.now() - start);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN);
}

let copies = 0;

function freshCopy(dist: string): string {
  const copy = `${dist}-${copies++}`;
  cpSync(dist, copy, { recursive: true });
  git(copy, ["update-index", "-q", "--refresh"]);
  return copy;
}

/** The command as a user runs it. Returns its messages. */
function runWhole(source: string, dist: string, options: readonly string[] = []): string {
  const args = [...options, MAIN, "source-git", "update-dist-git", "-m", "Update", source, dist];
  const result = spawnSync(process.execPath, args, { env: gitEnvironment(), encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stderr;
}

/** From the two work trees to a dist-git tree in a store; modules are loaded already. */
async function runEngine(source: string, dist: string): Promise<void> {
  const settings = localSettings(process.env.PATH);
  const first = await openWorkTree({ path: source, shown: source, settings });
  const second = await openWorkTree({ path: dist, shown: dist, settings });
  const store = await openJoinedStore([first.objects, second.objects], settings);
  const sourceHead = (await first.head()).commit;
  const distHead = (await second.head()).commit;
  await makeDistGitTree(store.repository, {
    sourceHead,
    distHead,
    copyCiFile: "as-listed",
    patchComments: "full",
    resolveUpstreamRef: resolveIn(first.repository, sourceHead),
  });
  await store.close();
}

/** What nobody can do without: patches into the work tree of dist-git, added and committed. */
function runPlainGit(source: string, dist: string): void {
  git(source, ["format-patch", "-q", "-N", "--no-signature", "-o", dist, "v1.0..HEAD", "--", ".", ":(exclude).distro"]);
  git(dist, ["add", "-A"]);
  git(dist, ["commit", "-q", "-m", "Update"]);
}

function show(rows: readonly Row[]): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(9);
  const lines = rows.map(
    ({ size, whole, engine, plain, memory }) =>
      `${size.name.padEnd(20)}${ms(whole)}${ms(engine)}${ms(plain)}${(whole / plain).toFixed(2).padStart(9)}${`${memory.toFixed(0)} MB`.padStart(9)}`,
  );
  const [, hundred, most] = rows;
  const growth =
    hundred && most ? `from 100 to 500 patches: ${(most.whole / hundred.whole).toFixed(2)} times the time\n` : "";
  return `${"".padEnd(20)}    whole   engine  plain git  ratio   memory\n${lines.join("\n")}\n${growth}`;
}

const root = mkdtempSync(join(tmpdir(), "tandem-bench-"));
try {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(await measure(root, size));
  process.stdout.write(`update-dist-git, median of ${RUNS} runs\n${show(rows)}`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
