// Bounds the time that somebody waits for something.
import type { Clock } from "./clock.ts";
import { TandemError } from "./errors.ts";

/** The work's result. Throws kind `environment`, code `no-answer`, when it takes longer than `ms` milliseconds. */
export async function withDeadline<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    () => {
      throw new TandemError("environment", `no answer within ${ms} ms`, { code: "no-answer" });
    },
    // Not waited for any more: the work was quicker.
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    // A reason of its own: the default one is an exception with a stack, and requests come by the thousand.
    done.abort("done");
  }
}
