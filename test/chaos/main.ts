// npm run chaos: breaks things at length, and says what was tried. CHAOS_SEED repeats a run, CHAOS_SECONDS bounds each part (0:
// no bound), CHAOS_STORIES and CHAOS_PARTS (kills, faults) choose by regular expressions.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchesOf, type FaultTrial, faultTrialsOf, sayFault, tryFaults } from "./fault-trials.ts";
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
const PARTS = new RegExp(process.env.CHAOS_PARTS ?? ".");
const LANES = Number(process.env.CHAOS_LANES ?? 2);
/** Kinds of calls that fail in one run. */
const AT_ONCE = 5;

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

async function playAll(places: readonly Place[]): Promise<readonly GoodRun[]> {
  const goods: GoodRun[] = [];
  const chosen = STORIES.filter(({ name }) => CHOSEN.test(name));
  await inLanes(places, chosen, async (place, story) => {
    goods.push(await playWell(place, story));
  });
  return chosen.flatMap((story) => goods.find((good) => good.story === story) ?? []);
}

async function kills(places: readonly Place[], goods: readonly GoodRun[], random: () => number) {
  const rows = rowsFor(goods.map(({ story: { name } }) => name));
  const trials = goods.flatMap((good) => killTrialsOf(good, () => random() < 0.3).map((trial) => ({ good, trial })));
  for (const { trial } of trials) at(rows, trial.story.name).of++;
  const ranked = shuffled(trials, random).toSorted((one, other) => rank(one.trial) - rank(other.trial));
  const inTurn = takeTurns(ranked, ({ trial }) => trial.story);
  await inLanes(places, inTurn, async (place, { good, trial }) =>
    note([at(rows, trial.story.name)], sayTrial(trial), await tryKill(place, good, trial)),
  );
  return [...rows.values()];
}

async function faults(places: readonly Place[], goods: readonly GoodRun[], random: () => number) {
  const trials = faultTrialsOf(goods, random);
  const rows = {
    kinds: rowsFor(trials.map(({ fault }) => fault)),
    calls: rowsFor(trials.map(({ deed }) => deed)),
  };
  const own = ({ fault, deed }: FaultTrial) => [at(rows.kinds, fault), at(rows.calls, deed)];
  for (const trial of trials) for (const row of own(trial)) row.of++;
  await inLanes(places, batchesOf(shuffled(trials, random), AT_ONCE), async (place, batch) => {
    const { tried, wrong } = await tryFaults(place, batch);
    note(tried.flatMap(own), tried.map(sayFault).join("; "), wrong);
  });
  return { kinds: [...rows.kinds.values()], calls: [...rows.calls.values()] };
}

function note(rows: readonly Row[], what: string, wrong: readonly string[]): void {
  for (const row of rows) {
    row.tried++;
    if (wrong.length > 0) row.bad++;
  }
  if (wrong.length > 0) print(`✗ ${what}\n  ${wrong.join("\n  ")}`);
}

function rowsFor(names: readonly string[]): ReadonlyMap<string, Row> {
  return new Map(names.map((name) => [name, { name, of: 0, tried: 0, bad: 0 }]));
}

/** The first of each group, then the second of each: a short run tries all of them. */
function takeTurns<T>(items: readonly T[], groupOf: (item: T) => unknown): readonly T[] {
  const counts = new Map<unknown, number>();
  const turns = items.map((item) => {
    const turn = counts.get(groupOf(item)) ?? 0;
    counts.set(groupOf(item), turn + 1);
    return { item, turn };
  });
  return turns.toSorted((one, other) => one.turn - other.turn).map(({ item }) => item);
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
    const goods = await playAll(places);
    const killed = PARTS.test("kills") ? await kills(places, goods, random) : [];
    table("kill points of the story", killed);
    const faulty = PARTS.test("faults") ? await faults(places, goods, random) : { kinds: [], calls: [] };
    table("faults of the kind", faulty.kinds);
    table("faults of the call", faulty.calls);
    return [...killed, ...faulty.kinds].some(({ bad }) => bad > 0) ? 1 : 0;
  } finally {
    for (const { worker } of places) worker.close();
    rmSync(root, { recursive: true, force: true });
  }
}

process.exitCode = await main();
