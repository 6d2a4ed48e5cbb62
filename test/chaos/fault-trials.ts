// Tries each kind of call that good runs have shown with each fault: the job is tried again as the queue does it, and in the
// end the world is as without the fault.
import type { GitLabDouble } from "../gitlab-double/gitlab-double.ts";
import {
  ANSWER_FAULTS,
  type AnswerFault,
  CALL_MS,
  type FaultyProxy,
  type Spoilt,
  startFaultyProxy,
} from "./faulty-proxy.ts";
import { differences, type GoodRun, type Place, play } from "./kill-trials.ts";

/** One kind of call of one story, and what goes wrong with it. */
export interface FaultTrial {
  readonly good: GoodRun;
  readonly deed: string;
  readonly fault: string;
  readonly when: "before" | "after";
  readonly times: number;
  /** What the proxy does, or the double. */
  readonly does: { readonly proxy: Spoilt } | { readonly double: GitFault };
}

/**
 * All trials: each kind of call in one story that makes it, and each fault, before and after the effect of a write.
 * @param pick a number from 0 up to 1, for what need not be tried in all ways
 */
export function faultTrialsOf(goods: readonly GoodRun[], pick: () => number): readonly FaultTrial[] {
  return [...apiTrials(goods, pick), ...gitTrials(goods)];
}

function apiTrials(goods: readonly GoodRun[], pick: () => number): readonly FaultTrial[] {
  const deedsOf = ({ attempts }: GoodRun) =>
    new Set(attempts.flatMap(({ answer }) => (answer === "killed" ? [] : answer.deeds.forge)));
  return [...byDeed(goods, deedsOf)].flatMap(([deed, having]) =>
    ANSWER_FAULTS.flatMap((fault) =>
      momentsOf(deed, fault).map((when) => {
        const good = having[Math.floor(pick() * having.length)] as GoodRun;
        // Once: what is safe to repeat is repeated at once. Three times: it is left to the queue, as any POST is.
        const spoilt: Spoilt = { deed, fault, when, times: deed.startsWith("POST ") || pick() < 0.3 ? 1 : 3 };
        return {
          good,
          deed,
          fault: fault.name,
          when,
          times: spoilt.times,
          does: { proxy: spoilt },
        };
      }),
    ),
  );
}

/** A read that was answered or not leaves the same world. */
function momentsOf(deed: string, { needsAnswer }: AnswerFault): readonly ("before" | "after")[] {
  if (needsAnswer) return ["after"];
  return deed.startsWith("GET ") ? ["before"] : ["before", "after"];
}

const GIT_ANSWERS = [301, 429, 500, 502, 503, 504, 200] as const;

/** Git talks to the double itself, which has faults of its own. */
function gitTrials(goods: readonly GoodRun[]): readonly FaultTrial[] {
  const deedsOf = ({ gitRequests }: GoodRun) => new Set(gitRequests);
  return [...byDeed(goods, deedsOf)].flatMap(([deed, [good]]) =>
    (["before", "after"] as const).flatMap((when) =>
      [...GIT_ANSWERS, "reset" as const].flatMap((answer) => {
        if (!good || (when === "after" && !/receive-pack$/.test(deed))) return [];
        const fault = answer === 200 ? "HTML instead of git's answer" : String(answer);
        return { good, deed, fault, when, times: 1, does: { double: { deed, when, answer } } };
      }),
    ),
  );
}

interface GitFault {
  readonly deed: string;
  readonly when: "before" | "after";
  readonly answer: (typeof GIT_ANSWERS)[number] | "reset";
}

function switchOn({ faults }: GitLabDouble, { deed, when, answer }: GitFault): void {
  const [method = "", , service = ""] = deed.split(" ");
  const match = { method, path: new RegExp(`\\.git/${service}$`) };
  if (answer === "reset") {
    faults.reset(match, when);
    return;
  }
  const headers: Record<string, string> = answer === 301 ? { Location: "https://elsewhere.invalid/" } : {};
  faults.answer(match, { status: answer, text: "<html>Oh no</html>", contentType: "text/html", headers }, when);
}

function byDeed(
  goods: readonly GoodRun[],
  deedsOf: (good: GoodRun) => ReadonlySet<string>,
): ReadonlyMap<string, readonly GoodRun[]> {
  const stories = new Map<string, GoodRun[]>();
  for (const good of goods) for (const deed of deedsOf(good)) stories.set(deed, [...(stories.get(deed) ?? []), good]);
  return stories;
}

/**
 * Puts trials of the same story together, each with another kind of call: all of a batch are tried in one run.
 * @param most how many; each may cost an attempt of the job
 */
export function batchesOf(trials: readonly FaultTrial[], most: number): readonly (readonly FaultTrial[])[] {
  const batches: FaultTrial[][] = [];
  for (const trial of trials) {
    const open = batches.find(
      (batch) =>
        batch.length < most && batch.every(({ good, deed }) => good.story === trial.good.story && deed !== trial.deed),
    );
    if (open) open.push(trial);
    else batches.push([trial]);
  }
  return batches;
}

/** What came of a batch. */
export interface BatchResult {
  /** Those whose call was made. */
  readonly tried: readonly FaultTrial[];
  /** Nothing is the good end. */
  readonly wrong: readonly string[];
}

/** Plays a story with the faults of a batch. */
export async function tryFaults(place: Place, batch: readonly FaultTrial[]): Promise<BatchResult> {
  const [first] = batch;
  if (!first) throw new Error("an empty batch");
  const viaProxy = batch.flatMap(({ does }) => ("proxy" in does ? [does.proxy] : []));
  const isLate = viaProxy.some(({ fault }) => ["no answer", "slow body"].includes(fault.name));
  let proxy: FaultyProxy | undefined;
  try {
    const run = await play(place, first.good.story, async ({ double }) => {
      for (const { does } of batch) if ("double" in does) switchOn(double, does.double);
      proxy = await startFaultyProxy(double.url, viaProxy);
      return { order: { apiUrl: proxy.url, ...(isLate ? { callMs: CALL_MS } : {}) } };
    });
    const last = new Map(run.attempts.map((attempt) => [attempt.number, attempt.answer]));
    const givenUp = [...last.values()].flatMap((answer) =>
      answer !== "killed" && "error" in answer
        ? [`given up: ${answer.error.kind} ${answer.error.code}: ${answer.error.message}`]
        : [],
    );
    const made = (deed: string) => (proxy?.spoilt(deed) ?? 0) > 0 || run.gitRequests.includes(deed);
    return {
      tried: batch.filter(({ deed }) => made(deed)),
      wrong: [...givenUp, ...differences(first.good.state, run.state)],
    };
  } finally {
    proxy?.close();
  }
}

/** E.g. `new: POST projects/:id/fork: 502 after its effect, once`. */
export function sayFault({ good, deed, fault, when, times }: FaultTrial): string {
  return `${good.story.name}: ${deed}: ${fault}, ${when} its effect, ${times === 1 ? "once" : `${times} times`}`;
}
