// States in words. A symbol and a word say it; the colour only helps.
import type { ChecksState, JobState, PairState, RequestView } from "../../model/pair-view.ts";
import { type Html, html } from "./html.ts";

/** How a state looks: `good` nothing to do, `busy` wait, `look` somebody has to act, `bad` it failed, `quiet` it is over. */
type Tone = "good" | "busy" | "look" | "bad" | "quiet";

interface Word {
  readonly tone: Tone;
  readonly text: string;
}

const SYMBOLS: Readonly<Record<Tone, string>> = { good: "✓", busy: "◔", look: "▲", bad: "✕", quiet: "–" };

/** Names of the states of pairs, for the filter as well. */
export const PAIR_STATE_NAMES: Readonly<Record<PairState, string>> = {
  "in-step": "in step",
  working: "working",
  attention: "needs attention",
  failed: "failed",
};

const PAIR_TONES: Readonly<Record<PairState, Tone>> = {
  "in-step": "good",
  working: "busy",
  attention: "look",
  failed: "bad",
};

const CHECKS: Readonly<Record<ChecksState, Word>> = {
  none: { tone: "quiet", text: "none" },
  pending: { tone: "busy", text: "pending" },
  running: { tone: "busy", text: "running" },
  success: { tone: "good", text: "passed" },
  failed: { tone: "bad", text: "failed" },
};

const JOBS: Readonly<Record<JobState, Word>> = {
  waiting: { tone: "busy", text: "waits" },
  delayed: { tone: "busy", text: "waits to be tried again" },
  active: { tone: "busy", text: "runs" },
  done: { tone: "good", text: "done" },
  noop: { tone: "quiet", text: "nothing to do" },
  refused: { tone: "look", text: "somebody has to act" },
  failed: { tone: "bad", text: "failed" },
};

/** The state of a pair. */
export function pairState(state: PairState): Html {
  return badge({ tone: PAIR_TONES[state], text: PAIR_STATE_NAMES[state] });
}

/** The state of the checks in dist-git. */
export function checksState(state: ChecksState): Html {
  return badge(CHECKS[state]);
}

/** What became of a job. */
export function jobState(state: JobState): Html {
  return badge(JOBS[state]);
}

/** The state of a merge request, in the forge's words. */
export function requestState({ state, draft }: RequestView): string {
  return draft && state === "opened" ? "draft" : state;
}

function badge({ tone, text }: Word): Html {
  return html`<span class="state ${tone}"><span aria-hidden="true">${SYMBOLS[tone]}</span> ${text}</span>`;
}
