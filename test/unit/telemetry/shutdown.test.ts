// Closing in order, with a deadline that the test moves by hand.
import { EventEmitter } from "node:events";
import { describe, expect, it } from "@jest/globals";
import type { Clock } from "../../../src/model/clock.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { runUntilSignal, type ShutdownStep } from "../../../src/telemetry/shutdown.ts";

const never = new Promise<void>(() => {});

function start(steps: readonly ShutdownStep[]) {
  let passDeadline = () => {};
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        passDeadline = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const lines: string[] = [];
  const logger = createLogger({ level: "warn", secrets: [], write: (line) => lines.push(line) });
  const signals = new EventEmitter();
  const code = runUntilSignal({ signals, steps, deadlineMs: 1000, clock, logger });
  return { signals, code, lines, passDeadline: () => passDeadline() };
}

describe("runUntilSignal", () => {
  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
  ])("closes the parts in order on %s and ends with %d", async (signal, expected) => {
    const closed: string[] = [];
    const step = (name: string): ShutdownStep => ({ name, close: async () => void closed.push(name) });
    const { signals, code } = start([step("http"), step("workers"), step("queue")]);
    signals.emit(signal);
    expect(await code).toBe(expected);
    expect(closed).toEqual(["http", "workers", "queue"]);
    expect(signals.listenerCount("SIGTERM") + signals.listenerCount("SIGINT")).toBe(0);
  });

  it("goes on when a part fails, and ends with 1", async () => {
    const closed: string[] = [];
    const { signals, code, lines } = start([
      { name: "http", close: () => Promise.reject(new Error("stuck")) },
      { name: "queue", close: async () => void closed.push("queue") },
    ]);
    signals.emit("SIGTERM");
    expect(await code).toBe(1);
    expect(closed).toEqual(["queue"]);
    expect(lines.join("")).toContain('"part":"http"');
  });

  it("ends with 1 when the deadline passes", async () => {
    const { signals, code, passDeadline, lines } = start([{ name: "job", close: () => never }]);
    signals.emit("SIGTERM");
    await Promise.resolve();
    passDeadline();
    expect(await code).toBe(1);
    expect(lines.join("")).toContain("took too long");
  });

  it("ends at once on a second signal", async () => {
    const { signals, code } = start([{ name: "job", close: () => never }]);
    signals.emit("SIGTERM");
    signals.emit("SIGINT");
    expect(await code).toBe(130);
  });
});
