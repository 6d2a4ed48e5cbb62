// Ends a process in order: on SIGTERM or SIGINT the parts are closed one after the other, within a deadline.
import type { Clock } from "../model/clock.ts";
import type { Logger } from "../model/logger.ts";

/** Time that a process takes to end after SIGTERM, in milliseconds. The grace periods in deploy/ are longer. */
export const SHUTDOWN_MS = 25_000;

/** One part to be closed. */
export interface ShutdownStep {
  readonly name: string;
  /** May reject: that is logged, and the next part is closed all the same. */
  readonly close: () => Promise<void>;
}

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
}

/** What `runUntilSignal` needs. */
export interface ShutdownOptions {
  readonly signals: SignalSource;
  /** Closed in this order: first what lets new work in, last what the others need. */
  readonly steps: readonly ShutdownStep[];
  /** Milliseconds for all steps together. Must be shorter than the platform's grace period. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Waits for a signal and closes the parts. Resolves with the exit code: 0 after SIGTERM, 130 after SIGINT, 1 when a part
 * failed to close or the deadline passed. A second signal ends the wait at once with 130.
 */
export async function runUntilSignal(options: ShutdownOptions): Promise<number> {
  const { signals, steps, deadlineMs, clock, logger } = options;
  const received = listen(signals);
  const signal = await received.first;
  logger.info({ signal }, "shutting down");
  const stopWaiting = new AbortController();
  const late = clock.sleep(deadlineMs, stopWaiting.signal).then(
    () => "late" as const,
    () => "late" as const,
  );
  const closed = await Promise.race([closeAll(steps, logger), late, received.second]);
  stopWaiting.abort();
  received.stop();
  if (closed === "again") return 130;
  if (closed === "late") logger.error({ deadlineMs }, "shutdown took too long, leaving work to the queue");
  if (closed !== "clean") return 1;
  return signal === "SIGINT" ? 130 : 0;
}

type Signal = "SIGTERM" | "SIGINT";

function listen(signals: SignalSource): {
  readonly first: Promise<Signal>;
  readonly second: Promise<"again">;
  readonly stop: () => void;
} {
  let onFirst: ((signal: Signal) => void) | undefined;
  let onSecond: (() => void) | undefined;
  const first = new Promise<Signal>((resolve) => {
    onFirst = resolve;
  });
  const second = new Promise<"again">((resolve) => {
    onSecond = () => resolve("again");
  });
  const receive = (signal: Signal) => () => {
    if (onFirst) onFirst(signal);
    else onSecond?.();
    onFirst = undefined;
  };
  const onTerm = receive("SIGTERM");
  const onInt = receive("SIGINT");
  signals.on("SIGTERM", onTerm);
  signals.on("SIGINT", onInt);
  const stop = () => {
    signals.off("SIGTERM", onTerm);
    signals.off("SIGINT", onInt);
  };
  return { first, second, stop };
}

async function closeAll(steps: readonly ShutdownStep[], logger: Logger): Promise<"clean" | "failed"> {
  let result: "clean" | "failed" = "clean";
  for (const { name, close } of steps) {
    try {
      await close();
      logger.debug({ part: name }, "closed");
    } catch (error) {
      result = "failed";
      logger.error({ part: name, error }, "a part failed to close");
    }
  }
  return result;
}
