// Numbers for people.

const DAY_MS = 24 * 3600 * 1_000;
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** Whole days from one time to another, rounded down; both in milliseconds since the epoch. */
export function daysBetween(nowMs: number, thenMs: number): number {
  return Math.floor((thenMs - nowMs) / DAY_MS);
}

/** A day in UTC, e.g. `2026-11-20`. */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A size, e.g. `1.5 GiB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

/** `1 project`, `2 projects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
