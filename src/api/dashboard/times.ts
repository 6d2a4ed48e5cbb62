// Times and durations in words. All times are UTC, whoever looks.
import { type Html, html } from "./html.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/** A duration in at most two units, e.g. `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d`. Below zero counts as zero. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (Math.round(seconds) < MINUTE) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < HOUR_MINUTES) return `${minutes} min`;
  if (minutes < DAY_MINUTES) return twoUnits(minutes / HOUR_MINUTES, "h", minutes % HOUR_MINUTES, "min");
  const days = minutes / DAY_MINUTES;
  return days < 10 ? twoUnits(days, "d", (minutes % DAY_MINUTES) / HOUR_MINUTES, "h") : `${Math.round(days)} d`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor(small);
  return `${Math.floor(large)} ${largeUnit}${rest === 0 ? "" : ` ${rest} ${smallUnit}`}`;
}

/** A time in full, e.g. `2026-11-20 14:02:11 UTC`. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** How long ago something was; the time itself shows when the pointer rests on it. */
export function age(at: number, now: number): Html {
  return timeElement(at, `${ageText((now - at) / 1_000)} ago`);
}

/** One unit: more would only look as if it mattered. */
function ageText(seconds: number): string {
  if (seconds < MINUTE) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  return seconds < 2 * DAY ? `${Math.floor(seconds / HOUR)} h` : `${Math.floor(seconds / DAY)} d`;
}

/** A time in full. */
export function moment(at: number): Html {
  return timeElement(at, timeText(at));
}

function timeElement(at: number, text: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}" title="${timeText(at)}">${text}</time>`;
}
