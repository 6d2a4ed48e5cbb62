import { describe, expect, it } from "@jest/globals";
import { type ErrorKind, TandemError } from "../../../src/model/errors.ts";
import { ATTEMPTS, decideRetry } from "../../../src/queue/retry.ts";

const NOW = 1_000_000;
const error = (kind: ErrorKind, retryAt?: number) =>
  new TandemError(kind, "it failed", { code: "test", ...(retryAt === undefined ? {} : { retryAt }) });

describe("decideRetry", () => {
  it.each(["user", "auth", "bug"] as const)("gives up at once on %s", (kind) => {
    expect(decideRetry(error(kind), 1, 0.5, NOW)).toEqual({ action: "give-up" });
  });

  it.each([
    ["upstream", 1, 0, 1_000],
    ["upstream", 1, 1, 2_000],
    ["upstream", 2, 0, 2_000],
    ["environment", 5, 0, 16_000],
    ["upstream", 30, 1, 900_000],
  ] as const)("%s, attempt %i, random %d: waits %i ms, growing and bounded", (kind, attempt, random, delayMs) => {
    expect(decideRetry(error(kind), attempt, random, NOW)).toEqual({ action: "retry", delayMs });
  });

  it.each([
    [1, 100],
    [3, 100],
    [4, 1_500],
  ])("stale, attempt %i: %i ms, at once three times", (attempt, delayMs) => {
    expect(decideRetry(error("stale"), attempt, 0.5, NOW)).toEqual({ action: "retry", delayMs });
  });

  it("waits for as long as a rate limit says, without using up an attempt", () => {
    expect(decideRetry(error("rate-limit", NOW + 5_000), 99, 0.5, NOW)).toEqual({ action: "wait", delayMs: 5_500 });
  });

  it("waits a minute when a rate limit does not say, and at least a second when it is over", () => {
    expect(decideRetry(error("rate-limit"), 1, 0, NOW)).toEqual({ action: "wait", delayMs: 60_000 });
    expect(decideRetry(error("rate-limit", NOW - 1), 1, 0, NOW)).toEqual({ action: "wait", delayMs: 1_000 });
  });

  it("waits an hour at the most, whatever a server asks for", () => {
    expect(decideRetry(error("rate-limit", NOW * 1_000_000), 1, 0, NOW)).toEqual({
      action: "wait",
      delayMs: 3_600_000,
    });
  });

  it("keeps trying for at least half an hour", () => {
    const delays = Array.from({ length: ATTEMPTS - 1 }, (_, index) => {
      const retry = decideRetry(error("upstream"), index + 1, 0.5, NOW);
      return retry.action === "retry" ? retry.delayMs : 0;
    });
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(20 * 60_000);
  });
});
