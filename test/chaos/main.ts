// npm run chaos: breaks things at length, and says what was tried. CHAOS_SEED repeats a run, CHAOS_SECONDS bounds it (0: no
// bound), CHAOS_STORIES chooses stories by their names (a regular expression).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type GoodRun,
  isTelling,
  type KillTrial,
  killTrialsOf,
  type Place,
  playWell,
  sayTrial,
  tryKill,
} from "./kill-trials.ts";
import { seeded, shuffled } from "./random.ts";
import { STORIES } from "./stories.ts";
import { startWorker } from "./worker.ts";

const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 0);
const CHOSEN = new RegExp(process.env.CHAOS_STORIES ?? ".");
const LANES = 2;

const print = (text: string) => process.stdout.write(`${text}\n`);

interface Row {
  readonly name: string;
  of: number;
  tried: number;
  bad: number;
}

/** Works on all items, some at once, until the time is up. */
async function inLanes<T>(
  places: readonly Place[],
  items: readonly T[],
  work: (place: Place, item: T) => Promise<void>,
) {
  const rest = [...items];
  const deadline = SECONDS > 0 ? performance.now() + SECONDS * 1_000 : Number.POSITIVE_INFINITY;
  await Promise.all(
    places.map(async (place) => {
      for (let item = rest.shift(); item !== undefined && performance.now() < deadline; item = rest.shift())
        await work(place, item);
    }),
  );
}

async function kills(places: readonly Place[], random: () => number): Promise<readonly Row[]> {
  const goods: GoodRun[] = [];
  await inLanes(
    places,
    STORIES.filter(({ name }) => CHOSEN.test(name)),
    async (place, story) => {
      goods.push(await playWell(place, story));
    },
  );
  const rows = new Map(goods.map(({ story: { name } }) => [name, { name, of: 0, tried: 0, bad: 0 }]));
  const trials = goods.flatMap((good) => killTrialsOf(good, () => random() < 0.3).map((trial) => ({ good, trial })));
  for (const { trial } of trials) at(rows, trial.story.name).of++;
  const inTurn = shuffled(trials, random).toSorted((one, other) => rank(one.trial) - rank(other.trial));
  await inLanes(places, inTurn, async (place, { good, trial }) => {
    const row = at(rows, trial.story.name);
    const wrong = await tryKill(place, good, trial);
    row.tried++;
    if (wrong.length === 0) return;
    row.bad++;
    print(`✗ ${sayTrial(trial)}\n  ${wrong.join("\n  ")}`);
  });
  return [...rows.values()];
}

/** What tells most comes first, as the time may be short. */
function rank(trial: KillTrial): number {
  return isTelling(trial) ? 0 : 1;
}

function at(rows: ReadonlyMap<string, Row>, name: string): Row {
  const row = rows.get(name);
  if (!row) throw new Error(`no row ${name}`);
  return row;
}

function table(head: string, rows: readonly Row[]): void {
  print(`\n| ${head} | there are | tried | not as without the fault |\n| --- | --- | --- | --- |`);
  for (const { name, of, tried, bad } of rows) print(`| ${name} | ${of} | ${tried} | ${bad} |`);
}

async function main(): Promise<number> {
  print(`seed ${SEED}`);
  const random = seeded(SEED);
  const root = mkdtempSync(join(tmpdir(), "tandem-chaos-"));
  const places = Array.from({ length: LANES }, () => ({ worker: startWorker(), root }));
  try {
    const killed = await kills(places, random);
    table("kill points of the story", killed);
    return killed.some(({ bad }) => bad > 0) ? 1 : 0;
  } finally {
    for (const { worker } of places) worker.close();
    rmSync(root, { recursive: true, force: true });
  }
}

process.exitCode = await main();
