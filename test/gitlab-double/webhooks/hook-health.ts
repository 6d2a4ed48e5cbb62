// GitLab's automatic disabling of hooks (auto_disabling.rb): three failures pass, then pauses that double, then the end.
import type { Hook } from "../state/hook-types.ts";

const TOLERATED_FAILURES = 3;
const FINAL_FAILURES = 40;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

export function noteSuccess(hook: Hook): void {
  hook.failures = 0;
  hook.disabledUntil = 0;
}

export function noteFailure(hook: Hook): void {
  hook.failures += 1;
  if (hook.failures <= TOLERATED_FAILURES) return;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (hook.failures - TOLERATED_FAILURES - 1), LONGEST_PAUSE_MS);
  hook.disabledUntil = hook.failures >= FINAL_FAILURES ? Number.POSITIVE_INFINITY : Date.now() + pause;
}

export function restsNow(hook: Hook): boolean {
  return hook.disabledUntil > Date.now();
}

/** The API's `alert_status`. */
export function alertStatus(hook: Hook): "executable" | "temporarily_disabled" | "disabled" {
  if (hook.disabledUntil === Number.POSITIVE_INFINITY) return "disabled";
  return restsNow(hook) ? "temporarily_disabled" : "executable";
}
