// The real clock's promises.
import { expect, it } from "@jest/globals";
import { systemClock } from "../../../src/telemetry/clock.ts";

it("sleeps at least as long as asked", async () => {
  const before = performance.now();
  await systemClock.sleep(5);
  expect(performance.now() - before).toBeGreaterThan(3);
});

it("rejects with the signal's own reason", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
});
