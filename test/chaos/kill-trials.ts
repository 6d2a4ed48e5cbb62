// Kills the worker at every moment of a story that a good run has shown, and looks what becomes of the world.
import { join } from "node:path";
import { type Attempt, type ChaosWorld, type Disturbance, makeChaosWorld } from "./chaos-world.ts";
import type { KillPoint } from "./orders.ts";
import type { Story } from "./stories.ts";
import type { Worker } from "./worker.ts";
import { stateOf } from "./world-state.ts";

/** A story without a fault. */
export interface GoodRun {
  readonly story: Story;
  readonly attempts: readonly Attempt[];
  readonly state: readonly string[];
  /** Requests of git, e.g. `POST git git-receive-pack`. */
  readonly gitRequests: readonly string[];
}

/** A moment at which the worker is killed, in one of a story's jobs. */
export interface KillTrial extends KillPoint {
  readonly story: Story;
  readonly job: number;
  readonly losesDisk: boolean;
}

/** Where trials happen. */
export interface Place {
  readonly worker: Worker;
  /** An existing directory; each trial gets one below it. */
  readonly root: string;
}

let worlds = 0;

/** Plays a story without a fault. Fails when a job of it fails. */
export async function playWell(place: Place, story: Story): Promise<GoodRun> {
  const run = await play(place, story, () => ({}));
  const failed = run.attempts.find(({ answer }) => answer === "killed" || "error" in answer);
  if (failed) throw new Error(`${story.name}: ${JSON.stringify(failed)}`);
  return { story, ...run };
}

/** Plays a story and disturbs its jobs, but not what led to them. */
export async function play(
  { worker, root }: Place,
  story: Story,
  disturb: (world: ChaosWorld) => Disturbance | Promise<Disturbance>,
): Promise<Omit<GoodRun, "story">> {
  const world = await makeChaosWorld(worker, join(root, `world-${++worlds}`));
  try {
    const jobs = await story.prepare(world);
    await world.double.idle();
    const from = world.double.logs.requests.length;
    const attempts = await world.run(jobs, await disturb(world));
    const state = await stateOf(world);
    const gitRequests = world.double.logs.requests.slice(from).flatMap((request) => gitRequestOf(request) ?? []);
    return { attempts, state, gitRequests };
  } finally {
    await world.close();
  }
}

/**
 * Every moment of a good run: before and after each call of the forge and each git command.
 * @param losesDisk whether the nth trial starts again with an empty disk
 */
export function killTrialsOf({ story, attempts }: GoodRun, losesDisk: (nth: number) => boolean): readonly KillTrial[] {
  let nth = 0;
  return attempts.flatMap(({ number: job, answer }) => {
    if (answer === "killed") return [];
    return (["forge", "git"] as const).flatMap((of) =>
      numbered(answer.deeds[of]).flatMap(({ deed, at }) =>
        (["before", "after"] as const).map((when) => ({
          ...{ story, job, of, deed, at, when },
          losesDisk: losesDisk(nth++),
        })),
      ),
    );
  });
}

/** Each deed with how often it was done up to then. */
function numbered(deeds: readonly string[]): readonly { readonly deed: string; readonly at: number }[] {
  return deeds.map((deed, index) => ({ deed, at: deeds.slice(0, index + 1).filter((each) => each === deed).length }));
}

/**
 * Whether the world is another one after this deed than before. A read changes nothing: killed before it, after it or before
 * what follows, the worker leaves the same behind.
 */
export function isTelling({ of, when, deed }: KillTrial): boolean {
  return when === "after" && (of === "forge" ? !deed.startsWith("GET ") : CHANGES.has(deed));
}

/** Git commands that change refs, here or there. */
const CHANGES: ReadonlySet<string> = new Set(["init", "fetch", "update-ref", "push"]);

/** Kills the worker there and starts another one. Returns what is wrong in the end; nothing is the good end. */
export async function tryKill(place: Place, good: GoodRun, trial: KillTrial): Promise<readonly string[]> {
  const { story, losesDisk, job, of, deed, at, when } = trial;
  const { attempts, state } = await play(place, story, () => ({ kill: { job, of, deed, at, when }, losesDisk }));
  const killed = attempts.some(({ answer }) => answer === "killed");
  return [
    // How often an importing fork is looked at is a matter of time.
    ...(killed || deed.startsWith("GET ") ? [] : ["the worker was not killed"]),
    ...attempts.flatMap(({ answer }) =>
      answer !== "killed" && "error" in answer && answer.error.kind !== "stale"
        ? [`failed: ${answer.error.kind} ${answer.error.code}: ${answer.error.message}`]
        : [],
    ),
    ...differences(good.state, state),
  ];
}

/** E.g. `POST git git-receive-pack`; undefined for a call of the API. */
export function gitRequestOf({ method, path }: { readonly method: string; readonly path: string }): string | undefined {
  const service = /\.git\/(.+)$/.exec(path)?.[1];
  return service === undefined ? undefined : `${method} git ${service}`;
}

/** Lines that one state has and the other lacks. */
export function differences(wanted: readonly string[], found: readonly string[]): readonly string[] {
  const lacks = (lines: readonly string[], others: readonly string[]) => {
    const rest = [...others];
    return lines.filter((line) => {
      const index = rest.indexOf(line);
      if (index >= 0) rest.splice(index, 1);
      return index < 0;
    });
  };
  return [
    ...lacks(wanted, found).map((line) => `missing: ${line}`),
    ...lacks(found, wanted).map((line) => `unexpected: ${line}`),
  ];
}

/** E.g. `push, job 0: killed after git fetch 2`. */
export function sayTrial({ story, job, of, deed, at, when, losesDisk }: KillTrial): string {
  return `${story.name}, job ${job}: killed ${when} ${of} ${deed} ${at}${losesDisk ? ", disk lost" : ""}`;
}
