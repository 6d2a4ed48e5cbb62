import { expect, it } from "@jest/globals";
import { createReserve } from "../../../workers/keep-reserve.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

const MINUTE = 60_000;

function stage() {
  const clock = manualClock();
  const held: number[] = [];
  const holdSweeps = async (ms: number) => {
    held.push(ms);
  };
  return { clock, held, onBudget: createReserve({ clock, logger: recordingLogger(), holdSweeps }) };
}

it.each([
  ["enough is left: not at all", 100, undefined, []],
  ["little is left: for a minute, where the forge does not say how long", 99, undefined, [MINUTE]],
  ["nothing is left: until the forge's period ends", 0, 20_000, [20_000]],
  ["it has ended by our clock: a moment", 0, -20_000, [1_000]],
  ["it ends in an hour: a quarter of it", 0, 60 * MINUTE, [15 * MINUTE]],
])("sweeps wait when %s", (_, remaining, resetIn, expected) => {
  const { clock, held, onBudget } = stage();
  onBudget({ limit: 2_000, remaining, resetAt: resetIn === undefined ? undefined : clock.now() + resetIn });
  expect(held).toEqual(expected);
});

it("one answer in a period is enough, and the next period counts anew", () => {
  const { clock, held, onBudget } = stage();
  const low = { limit: 2_000, remaining: 1, resetAt: undefined };
  for (let call = 0; call < 5; call++) onBudget(low);
  expect(held).toEqual([MINUTE]);
  clock.advance(MINUTE);
  onBudget(low);
  expect(held).toEqual([MINUTE, MINUTE]);
});
