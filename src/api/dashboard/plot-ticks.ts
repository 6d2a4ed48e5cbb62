// Where the lines of a plot's grid are. Pure numbers; what they look like is known in plot.ts.

/** A line of the grid and what stands beside it. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
const MAX_TIME_TICKS = 5;
const MAX_COUNT_TICKS = 4;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Whole hours or days (UTC) between two times, at most a handful. */
export function timeTicks(from: number, to: number): readonly Tick[] {
  const step =
    STEPS_MS.find((ms) => (to - from) / ms <= MAX_TIME_TICKS) ??
    Math.ceil((to - from) / MAX_TIME_TICKS / DAY_MS) * DAY_MS;
  const count = Math.max(0, Math.floor(to / step) - Math.ceil(from / step) + 1);
  return Array.from({ length: count }, (_, index) => (Math.ceil(from / step) + index) * step).map((at) => ({
    at,
    label: timeLabel(at),
  }));
}

/** Midnight is where a day begins, and is named for it. */
function timeLabel(at: number): string {
  const date = new Date(at);
  return at % DAY_MS === 0 ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` : date.toISOString().slice(11, 16);
}

/** Zero and round numbers above it; the last one is at least `max`. */
export function countTicks(max: number): readonly Tick[] {
  const rough = Math.max(1, max / MAX_COUNT_TICKS);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.max(1, Math.ceil(max / step)) + 1 }, (_, index) => index * step).map((at) => ({
    at,
    label: String(at),
  }));
}

const DURATIONS: readonly Tick[] = [
  { at: 0.1, label: "0.1 s" },
  { at: 1, label: "1 s" },
  { at: 10, label: "10 s" },
  { at: 60, label: "1 min" },
  { at: 600, label: "10 min" },
  { at: 3_600, label: "1 h" },
  { at: 6 * 3_600, label: "6 h" },
  { at: 24 * 3_600, label: "1 d" },
  { at: 7 * 24 * 3_600, label: "7 d" },
];

/** Durations for a logarithmic axis, from the last one below `min` to the first one above `max`, in seconds. */
export function durationTicks(min: number, max: number): readonly Tick[] {
  const first = Math.max(
    0,
    DURATIONS.findLastIndex(({ at }) => at <= min),
  );
  const above = DURATIONS.findIndex(({ at }) => at >= max);
  const last = above === -1 ? DURATIONS.length - 1 : above;
  return DURATIONS.slice(Math.min(first, last === 0 ? 0 : last - 1), Math.max(last, first + 1) + 1);
}
